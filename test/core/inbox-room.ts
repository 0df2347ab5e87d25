import { fromBinary } from "@bufbuild/protobuf";
import { encodeText } from "../../src/core/body.ts";
import type { Arrival } from "../../src/core/conversation.ts";
import { everyone } from "../../src/core/everyone.ts";
import type { Reached } from "../../src/core/preface.ts";
import { InboxRecordSchema, type InboxRecord } from "../../src/gen/e3/v1/store_pb.ts";
import { Room, type Outcome, type RoomOptions } from "./room.ts";
import type { Shelves } from "./shelves.ts";

/** A message of epoch 7, conversation 1, as it arrives; its text is its number. */
export function arrival(number: number, fields: Partial<Arrival> = {}): Arrival {
  const name = { origin: 2n, epoch: 7n, conversation: 1n };
  const rest = { floor: 1, begin: 0, sentAtMs: 5, body: encodeText(`${number}`), refused: undefined, isDirect: true };
  return { ...name, number, ...rest, ...fields };
}

/** A message for everyone, named "epoch/number", that comes after others so named. */
export function said(name: string, ...after: readonly string[]): Arrival {
  const { epoch, number } = reachedOf(name);
  return arrival(number, { origin: epoch, epoch, conversation: everyone, after: after.map(reachedOf) });
}

function reachedOf(name: string): Reached {
  const [epoch = "", number = ""] = name.split("/");
  return { epoch: BigInt(epoch), number: Number(number) };
}

/** An inbox with its store: what arrives in one call arrives in one event. */
export class InboxRoom {
  readonly room: Room;
  /** Cursors told as received. */
  readonly told: number[] = [];

  constructor(options: RoomOptions = {}) {
    this.room = new Room(options);
  }

  /** Lets messages arrive; what they write is on its way to the disk. @returns which were taken. */
  arrive(arrivals: readonly Arrival[], nowMs = 0): readonly boolean[] {
    const { inbox, effects } = this.room;
    const taken: boolean[] = [];
    this.event(() => taken.push(...arrivals.map((one) => inbox.arrive(one, nowMs, effects) !== "full")), nowMs);
    return taken;
  }

  /** Gives up on holes; reachable or not, all origins alike; what is for everyone is offered, or not. */
  giveUp(reachable: boolean, nowMs: number, offered?: boolean): void {
    const hopes = { isReachable: () => reachable, isOffered: () => offered };
    this.event(() => this.room.inbox.giveUp(hopes, nowMs, this.room.effects), nowMs);
  }

  event(happen: () => void, nowMs = 0): Outcome {
    return this.room.event(() => {
      happen();
      this.room.inbox.flush(this.room.effects, {
        received: (cursor) => this.told.push(cursor),
        standing: () => {},
      });
    }, nowMs);
  }

  persist(): void {
    this.room.persist();
  }

  /** Numbers that are vouched for, as "first-last". */
  get delivered(): readonly string[] {
    return (this.room.inbox.standing(7n, 1n)?.delivered ?? []).map(({ first, last }) => `${first}-${last}`);
  }
}

/** Numbers in the durable log, in its order. */
export function logged(store: Shelves): readonly number[] {
  return pages(store)
    .flatMap(({ number, more }) => [number, ...more.map((_, index) => number + BigInt(index + 1))])
    .map(Number);
}

/** How many numbers are marked missing before each message of the durable log. */
export function gaps(store: Shelves): readonly number[] {
  return pages(store).flatMap(({ missing, more }) => [Number(missing), ...more.map(() => 0)]);
}

/** The durable log in its order, as "epoch/number", each with what is marked before it. */
export function shown(store: Shelves): readonly string[] {
  return pages(store).flatMap(({ epoch, number, missing, unordered, more }) => [
    `${missing > 0n ? `(${missing} missing) ` : ""}${unordered ? "unordered " : ""}${epoch}/${number}`,
    ...more.map((_, index) => `${epoch}/${number + BigInt(index + 1)}`),
  ]);
}

function pages(store: Shelves): readonly InboxRecord[] {
  return store.entries("inbox").map(({ value }) => fromBinary(InboxRecordSchema, value));
}
