import type { DrawOptions } from "../../test/sim/draw.ts";
import { defaults } from "./arguments.ts";

/** The one command that runs this seed again, or part of its plan. */
export function commandOf(seed: number, drawing: DrawOptions, keep?: string): string {
  const { peers, messages, broadcasts = 0, groups = 0, sessions = 0, forMs, mix } = drawing;
  const words = [
    ["peers", peers, defaults.peers],
    ["messages", messages, defaults.messages],
    ["broadcasts", broadcasts, defaults.broadcasts],
    ["groups", groups, defaults.groups],
    ["sessions", sessions, defaults.sessions],
    ["minutes", forMs / 60_000, defaults.minutes],
    ["mix", mix, defaults.mix],
  ] as const;
  const options = words.flatMap(([name, value, usual]) => (value === usual ? [] : [`--${name} ${value}`]));
  const kept = keep === undefined ? [] : [`--keep ${keep}`];
  return ["npm run sim --", `--seed ${seed}`, ...options, ...kept].join(" ");
}
