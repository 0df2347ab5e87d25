import type { SendStatus } from "../core/effect.ts";
import type { MemberState } from "../core/membership.ts";

/** Where somebody stands with a group. */
export type GroupState = MemberState;

/** A group that a peer is in, is invited to, or was in. */
export interface GroupInfo {
  readonly id: bigint;
  readonly name: string;
  /** Where the peer that was asked stands with it. */
  readonly state: GroupState;
  /** Ascending by id, the peer that was asked among them. */
  readonly members: readonly { readonly id: bigint; readonly state: GroupState; readonly invitedBy: bigint }[];
}

/** What happens in groups. */
export type GroupEvent =
  /** One member has a message to a group, or will not get it. When all are through, the status says so. */
  | {
      readonly kind: "receipt";
      readonly group: bigint;
      readonly number: bigint;
      readonly member: bigint;
      readonly status: SendStatus;
      /** Members it was sent to, those that have it, and those it waits for. */
      readonly recipients: number;
      readonly delivered: number;
      readonly waiting: readonly bigint[];
    }
  /** Somebody's place in a group is another one. */
  | {
      readonly kind: "group";
      readonly group: bigint;
      readonly name: string;
      readonly member: bigint;
      readonly state: GroupState;
      /** Id of who invited it; 0n for who made the group. */
      readonly invitedBy: bigint;
      /** Where this peer itself stands with the group now. */
      readonly own: GroupState;
      /** The member is this peer itself. */
      readonly isSelf: boolean;
    };

/** What a peer can do with groups. All of it is durable within milliseconds, and then told to those concerned. */
export interface Groups {
  /** Ascending by id. */
  list(): readonly GroupInfo[];
  /**
   * Makes a group and invites peers to it, by their ids.
   * @returns its id, to which messages are sent.
   * @throws E3Error "bad-option" for nobody, oneself, too many, or a name that cannot be; "bad-id", "resource-exhausted".
   */
  create(name: string, members: readonly bigint[]): Promise<bigint>;
  /** Invites more peers. @throws E3Error "unknown-group", "not-a-member", "bad-id", or "bad-option" for who is in already. */
  invite(group: bigint, members: readonly bigint[]): void;
  /** Accepts an invitation: all members are told. @throws E3Error "unknown-group", or "not-invited". */
  accept(group: bigint): void;
  /** Rejects an invitation: all members are told. @throws E3Error "unknown-group", or "not-invited". */
  reject(group: bigint): void;
  /** All members are told; their group goes on. @throws E3Error "unknown-group", or "not-a-member". */
  leave(group: bigint): void;
}
