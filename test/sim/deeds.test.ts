import { expect, test } from "vitest";
import { draw, type DrawOptions, type Mix } from "./draw.ts";
import { runPlan } from "./run.ts";

// What takes more worlds is left to `npm run sim -- --groups 20 --sessions 20`, which also replays what fails here.
const seedsMax = 24;
const mixNames: readonly Mix[] = ["all", "network", "process", "disk", "none"];

test("whatever happens, groups and sessions hold what they promise, and all comes to rest", () => {
  const told = new Set<string>();
  for (let seed = 1; seed <= seedsMax; seed += 1) {
    const mix = mixNames[seed % mixNames.length] ?? "all";
    const drawing: DrawOptions = { peers: 5, messages: 20, forMs: 60_000, mix, groups: 20, sessions: 20 };
    const result = runPlan(draw(seed, drawing), {
      observers: [
        {
          stepped: (_peer, _event, effects) => {
            for (const effect of effects) {
              if (effect.kind === "group" || effect.kind === "session") told.add(`${effect.kind} ${effect.state}`);
              if (effect.kind === "receipt") told.add(`copy ${effect.status}`);
            }
          },
        },
      ],
    });
    const options = "--peers 5 --messages 20 --groups 20 --sessions 20 --minutes 1";
    expect(result.violation, `npm run sim -- --seed ${seed} ${options} --mix ${mix}`).toBeUndefined();
  }
  // The runs are worth something.
  expect([...told].toSorted()).toEqual(
    [
      ...["copy delivered", "copy expired", "copy refused"],
      ...["group invited", "group joined", "group left", "group rejected"],
      ...["accepted", "asked", "asking", "busy", "ended", "rejected", "unanswered", "withdrawn"].map(
        (state) => `session ${state}`,
      ),
    ].toSorted(),
  );
});
