import type { BridgeWorld } from "../types.ts";
import type { Windows } from "../windows.ts";
import type { Rooms } from "./rooms.ts";
import type { Roster } from "./roster.ts";

/** What everything in this bridge works with. */
export interface Office {
  readonly world: BridgeWorld;
  readonly roster: Roster;
  readonly rooms: Rooms;
  /** Where programs find peers of the mesh that are no users of this bridge. */
  readonly windows: Pick<Windows, "of">;
}
