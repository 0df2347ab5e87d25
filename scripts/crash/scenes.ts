import type { Scene } from "./lane.ts";
import { Keeping } from "./keeping.ts";
import type { Pulse } from "./pulse.ts";
import { Receiving } from "./receiving.ts";
import type { Role } from "./role.ts";
import { Sending } from "./sending.ts";

const store = ["store.mdb", "store.mdb-lock"] as const;
const others = ["e3-state.pid", "e3-state.json", "e3-state.json.tmp", "key", "key.tmp", "shown"] as const;

/**
 * The scenes of crashes. System calls are counted per thread, and the store is written by another thread than the shown
 * cursor and the output: those have a scene of their own, or the store's calls would hide theirs.
 */
export function scenes(messages: number): readonly Scene[] {
  return [
    { name: "first start", role: "sender", isFresh: true, files: [".", "..", ...others, ...store], messages: 1 },
    { name: "sending", role: "sender", isFresh: false, files: store, messages },
    { name: "receiving", role: "receiver", isFresh: false, files: store, messages },
    { name: "showing", role: "receiver", isFresh: false, files: ["shown", "stdout"], messages },
    { name: "keeping", role: "custodian", isFresh: false, files: store, messages },
  ];
}

/** The role of a scene, with bystanders of its own. */
export function openRole(role: Scene["role"], pulse: Pulse): Promise<Role> {
  switch (role) {
    case "sender":
      return Sending.open(pulse);
    case "receiver":
      return Receiving.open(pulse);
    case "custodian":
      return Keeping.open(pulse);
  }
}
