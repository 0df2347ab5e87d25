import type { PeerEvent } from "../../test/e2e/harness/event.ts";
import type { Victim } from "./victim.ts";

/** What a victim has to do, and to whom it is promised. */
export interface Role {
  /** Words of its command line beyond its address and state: the id it wishes for, addresses it dials. */
  words(): readonly string[];
  /** The next victim has a new state, and is somebody else. */
  renew(): void;
  /** Another process of the victim begins. */
  begin(): void;
  /** It printed this. */
  heard(event: PeerEvent): void;
  /** Has the victim do so many messages' work, one step after the other, or until it ends. @returns what went wrong. */
  work(victim: Victim, serial: string, messages: number): Promise<readonly string[]>;
  /** Has a victim that nothing happens to finish what was begun before. @returns what is not as promised. */
  check(victim: Victim, serial: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The id of the first victim; later ones count up. */
export const firstVictimId = 1_000n;

/** What to say of a victim that did not come to the end of something. */
export function stuck(what: string, victim: Victim): string {
  return `${what}:\n      ${victim.describe()}`;
}
