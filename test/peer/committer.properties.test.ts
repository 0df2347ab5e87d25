import fc from "fast-check";
import { expect, test } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { Committer } from "../../src/peer/committer.ts";
import { kindOf } from "../world/frames.ts";

/** A core's effects, a committer and a disk, between them nothing but what a driver does. */
class World {
  nowMs = 0;
  /** Keys that are on the disk, in the order in which they came there. */
  readonly stored: string[] = [];
  readonly given: string[] = [];
  /** What was on the disk of all that was given before, as each action ran: all of it, if nothing is told too early. */
  readonly told: boolean[] = [];
  actions = 0;
  readonly #effects = new Effects();
  #write: { readonly ops: readonly StoreOp[]; readonly done: (error: Error | undefined) => void } | undefined;
  readonly committer = new Committer((ops, done) => (this.#write = { ops, done }), {
    persisted: (commit) => this.#step(() => this.#effects.persisted(commit, this.nowMs)),
    failing: () => {},
    dueLater: () => {},
  });

  gives(how: "put" | "tidy"): void {
    const key = String(this.given.length);
    this.given.push(key);
    this.#step(() => this.#effects[how]({ table: "meta", key, value: undefined }));
  }

  acts(): void {
    const before = this.given.length;
    this.actions += 1;
    this.#step(() => this.#effects.whenDurable(() => this.told.push(this.stored.length >= before)));
  }

  /** @returns whether a write was under way. */
  ends(error?: Error): boolean {
    const write = this.#write;
    this.#write = undefined;
    if (write === undefined) return false;
    if (error === undefined) this.stored.push(...write.ops.map(({ key }) => key));
    write.done(error);
    return true;
  }

  passes(ms: number): void {
    this.nowMs += ms;
    this.committer.due(() => this.nowMs);
  }

  hurries(): void {
    this.committer.hurry(() => this.nowMs);
  }

  /** The disk works again, and nothing else happens any more than that alarms ring. */
  rests(): void {
    while (this.ends() || this.#rings());
  }

  #rings(): boolean {
    const { dueAtMs } = this.committer;
    if (dueAtMs < Infinity) this.passes(dueAtMs - this.nowMs);
    return dueAtMs < Infinity;
  }

  #step(event: () => void): void {
    event();
    while (this.#effects.close(this.nowMs));
    for (const commit of kindOf(this.#effects.take(), "persist")) this.committer.add(commit, () => this.nowMs);
  }
}

const deeds: Readonly<Record<string, (world: World) => unknown>> = {
  put: (world) => world.gives("put"),
  tidy: (world) => world.gives("tidy"),
  act: (world) => world.acts(),
  end: (world) => world.ends(),
  fail: (world) => world.ends(new Error("no space")),
  pass: (world) => world.passes(15),
};
const drawn = fc.array(fc.constantFrom(...Object.keys(deeds)), { maxLength: 60 });

test("whatever waits is written, once and in order, and nothing is told before (invariants 1 and 2)", () => {
  fc.assert(
    fc.property(drawn, fc.option(fc.nat({ max: 60 })), (names, hurriedAt) => {
      const world = new World();
      for (const [at, name] of names.entries()) {
        if (at === hurriedAt) world.hurries();
        deeds[name]?.(world);
      }
      world.rests();
      expect(world.stored).toEqual(world.given);
      expect(world.told).toEqual(Array.from({ length: world.actions }, () => true));
      expect(world.committer.idle).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("what an action waits for is written without time to pass, whatever else may wait", () => {
  fc.assert(
    fc.property(drawn, (names) => {
      const world = new World();
      for (const name of names) if (name !== "fail") deeds[name]?.(world);
      // No time passes.
      while (world.ends());
      expect(world.told).toHaveLength(world.actions);
    }),
    { numRuns: 500 },
  );
});
