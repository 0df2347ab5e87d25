import { encodeGroupLetter, wireMembership } from "../../src/core/group-codec.ts";
import { Membership, type Member } from "../../src/core/membership.ts";
import { theGroup, type GroupPeer } from "./group-room.ts";

/** A letter of a membership that somebody makes up. */
export function madeUp(
  members: readonly Member[],
  fields: { readonly sum?: bigint; readonly name?: string; readonly group?: bigint } = {},
): Uint8Array {
  const membership = new Membership(members);
  const { sum = membership.sum, name = "team", group = theGroup } = fields;
  const content = { case: "membership", value: wireMembership(name, membership) } as const;
  return encodeGroupLetter({ group, number: 1, sum, recipients: 1, content });
}

/** A message to a group, made up. */
export function saying(group: bigint, value: string): Uint8Array {
  return encodeGroupLetter({ group, number: 1, sum: 1n, recipients: 1, content: { case: "text", value } });
}

/** A member whom peer 1 invited. */
export function memberAt(id: number, state: Member["state"], version = 1): Member {
  return { id: BigInt(id), state, version, invitedBy: 1n };
}

/** The peer hears a letter that no outbox holds. @returns what it makes of it. */
export function hear(peer: GroupPeer, from: number, bytes: Uint8Array): unknown {
  const lane = `made up ${peer.verdicts.size}`;
  return peer.take(bytes, { id: BigInt(from), epoch: BigInt(from) + 0xe0n, lane });
}
