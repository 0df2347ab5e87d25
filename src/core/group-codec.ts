import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  GroupMessageSchema,
  MemberState as WireState,
  type GroupMessage,
  type Membership as WireMembership,
  type MembershipSchema,
} from "../gen/e3/v1/envelope_pb.ts";
import { encodeRare } from "./body.ts";
import { idMax } from "./ids.ts";
import { decodeUtf8 } from "./utf8.ts";
import { WireReader } from "./wire-reader.ts";
import { memberStates, versionMax, type Member, type Membership, type MemberState } from "./membership.ts";

/** A message to a group, as it is in a body. */
export interface GroupLetter {
  readonly group: bigint;
  readonly number: number;
  readonly sum: bigint;
  /** How many members it was sent to. */
  readonly recipients: number;
  readonly content: GroupMessage["content"];
}

/** The body of a message to a group, encoded. */
export function encodeGroupLetter(
  letter: Omit<GroupLetter, "content"> & { readonly content: LetterContent },
): Uint8Array {
  const { group, number, sum, recipients, content } = letter;
  const message = create(GroupMessageSchema, { group, number: BigInt(number), sum, recipients, content });
  return encodeRare("group", toBinary(GroupMessageSchema, message));
}

/** What a body of the kind group holds; undefined when it is malformed. */
export function decodeGroupLetter(bytes: Uint8Array): GroupLetter | undefined {
  try {
    const { group, number, sum, recipients, content: read } = fromBinary(GroupMessageSchema, bytes);
    const count = Number(number);
    const content = read.case === "text" ? textOf(bytes) : read;
    const isPlaced = isId(group) && count > 0 && Number.isSafeInteger(count) && content?.case !== undefined;
    return isPlaced ? { group, number: count, sum, recipients, content } : undefined;
  } catch {
    return undefined;
  }
}

/** What a letter says: text, data or the membership. */
export type LetterContent = NonNullable<MessageInitShape<typeof GroupMessageSchema>["content"]>;

/** A membership as it is in messages and records. */
export function wireMembership(name: string, membership: Membership): MessageInitShape<typeof MembershipSchema> {
  const members = membership.members.map(({ state, ...member }) => ({ ...member, state: wireStates[state] }));
  return { name, members };
}

/** The members in a message or record; those that make no sense are left out. */
export function readMembers({ members }: WireMembership): readonly Member[] {
  return members.flatMap(({ id, state, version, invitedBy }) => {
    const known = memberStates.find((name) => wireStates[name] === state);
    const isSound = known !== undefined && isId(id) && version > 0 && version <= versionMax;
    return isSound ? [{ id, state: known, version, invitedBy }] : [];
  });
}

/** The text byte for byte, as it would be in a direct message: the generated codec drops a mark at its beginning. */
function textOf(bytes: Uint8Array): GroupLetter["content"] | undefined {
  const wire = new WireReader(bytes);
  let text: Uint8Array | undefined;
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) {
    if (tag === textTag) text = wire.bytes();
    else wire.skip(tag);
  }
  const value = text === undefined || wire.fault !== "" ? undefined : decodeUtf8(text);
  return value === undefined ? undefined : { case: "text", value };
}

/** Field 4, length-delimited. */
const textTag = 0x22;

function isId(id: bigint): boolean {
  return id > 0n && id <= idMax;
}

const wireStates: Readonly<Record<MemberState, WireState>> = {
  invited: WireState.INVITED,
  joined: WireState.JOINED,
  rejected: WireState.REJECTED,
  left: WireState.LEFT,
};
