import { leadsTo } from "./leads-to.ts";

/**
 * Twins: two bridges of one mesh, each of which has the other on its list of programs to write to. To each the other is a
 * program, and what it writes there of what is for everyone would be said to everyone once more.
 *
 * Nothing on the wire tells a bridge from a program. So the guest of a program on the list says in the mesh at which bridge it is
 * listed: who sees that a bridge takes its own address for a program, and is itself one of its programs, has found its twin.
 */

/** Where a program is that is on the list of the bridge that listens at `ours`, for people and twins to see. */
export function listedAt(address: string, ours: string): string {
  return `${address} listed at ${ours}`;
}

/**
 * Whether what a guest says of where its program is comes from a twin.
 * @param ours where this bridge listens. @param theirs the program of its list that may be a bridge.
 */
export function isTwin(via: string, { ours, theirs }: { readonly ours: string; readonly theirs: string }): boolean {
  const [, address, bridge] = form.exec(via) ?? [];
  return address !== undefined && bridge !== undefined && leadsTo(address, ours) && leadsTo(theirs, bridge);
}

const form = /^line (\S+) listed at (\S+)$/;
