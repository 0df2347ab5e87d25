import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { encodeText } from "../../src/core/body.ts";
import { everyone } from "../../src/core/everyone.ts";
import type { HeaderFields } from "../../src/core/header.ts";
import { encodePreface } from "../../src/core/preface.ts";
import { FrontiersSchema, type Frontiers } from "../../src/gen/e3/v1/link_pb.ts";
import { saidOf } from "../world/frames.ts";
import { shown } from "./inbox-room.ts";
import { envelopeOf, headerOf, Room, type Outcome, type RoomOptions } from "./room.ts";

/** What is said of a message for everyone besides its name. */
export interface Saying extends Partial<HeaderFields> {
  /** Names of those it comes after. */
  readonly after?: readonly string[];
  readonly lamport?: number;
  readonly hopLimit?: number;
  readonly body?: Uint8Array;
}

/** A message for everyone as it travels, named "epoch/number"; from peer 2 unless told otherwise. */
export function saying(name: string, saying: Saying = {}): Uint8Array {
  const { after = [], lamport = 0, hopLimit = 0, body = encodeText(name), ...fields } = saying;
  const preface = encodePreface({ after: after.map(reachedOf), lamport }, hopLimit);
  const header = { ...reachedOf(name), conversation: everyone, destinations: [], attempt: 0, floor: 0 };
  return envelopeOf({ ...header, ...fields }, Uint8Array.from([...preface, ...body]));
}

/** Messages of one epoch, as they travel. */
export function sayings(epoch: number, ...numbers: readonly number[]): readonly Uint8Array[] {
  return numbers.map((number) => saying(`${epoch}/${number}`));
}

function reachedOf(name: string): { readonly epoch: bigint; readonly number: number } {
  const [epoch = "", number = ""] = name.split("/");
  return { epoch: BigInt(epoch), number: Number(number) };
}

/** Peer 1 and what it says and hears that is for everyone. All that an event writes is durable at once, but for say. */
export class SpreadRoom {
  readonly room: Room;

  /** @param pairs links, as pairs of seeds. */
  constructor(pairs: readonly (readonly [number, number])[] = [[1, 2]], options: RoomOptions = {}) {
    this.room = new Room(options);
    this.room.wire(pairs);
  }

  /** Says texts to everyone, in one event. What it writes is not durable yet. */
  say(texts: readonly string[], nowMs = 0, ttlMs = 10_000, hopLimit = 0): Outcome {
    const { spread } = this.room;
    return this.room.event(() => {
      for (const text of texts) spread.submit({ body: encodeText(text), ttlMs, hopLimit }, nowMs);
    }, nowMs);
  }

  /** Envelopes arrive from a neighbour. */
  take(seed: number, envelopes: readonly Uint8Array[], nowMs = 0): Outcome {
    return this.room.durably(() => {
      for (const envelope of envelopes) {
        const fault = this.room.spread.take(this.room.link(seed), envelope, headerOf(envelope), nowMs);
        if (fault !== undefined) throw new Error(fault);
      }
    }, nowMs);
  }

  /** A neighbour says how far it is. */
  hear(seed: number, said: MessageInitShape<typeof FrontiersSchema>, nowMs = 0): Outcome {
    return this.room.durably(() => {
      const frame = create(FrontiersSchema, said);
      const fault = this.room.spread.repair.frame(this.room.link(seed), frame, nowMs);
      if (fault !== undefined) throw new Error(fault);
    }, nowMs);
  }

  due(nowMs: number): Outcome {
    return this.room.durably(() => this.room.spread.due(nowMs), nowMs);
  }

  /** Goes on without what was waited for in vain. */
  giveUp(nowMs: number): Outcome {
    return this.room.durably(() => this.room.receiver.giveUp(nowMs), nowMs);
  }

  /** What the neighbour is told in words, one for each frame. */
  told(seed: number, { effects }: Outcome): readonly string[] {
    return saidOf(effects, "frontiers", this.room.link(seed).number).map(wordsOf);
  }

  /** What this peer shows, as "epoch/number" with marks. */
  get shown(): readonly string[] {
    return shown(this.room.store);
  }
}

/** "sum", "list", "7 is 2-5" for what is held, "7 is 2-5 but 3-4" where something is missing, "7 wants 1-3", "answer". */
function wordsOf({ summary, held, list, wanted, answer }: Frontiers): string {
  return [
    ...(summary === 0n ? [] : ["sum"]),
    ...held.map(
      ({ epoch, first, number, missing }) =>
        `${epoch} is ${first}-${number}${missing.map((hole) => ` but ${hole.first}-${hole.last}`).join("")}`,
    ),
    ...wanted.map(({ epoch, first, last }) => `${epoch} wants ${first}-${last}`),
    ...(list ? ["list"] : []),
    ...(answer ? ["answer"] : []),
  ].join(", ");
}

/** What is held of an epoch, as a neighbour says it; missing are pairs, first and last. */
export function held(epoch: bigint, first: number, number: number, ...missing: readonly (readonly [number, number])[]) {
  const ranges = missing.map(([from, to]) => ({ first: BigInt(from), last: BigInt(to) }));
  return { epoch, first: BigInt(first), number: BigInt(number), missing: ranges };
}

/** What is wanted of an epoch. */
export function wanted(epoch: bigint, first: number, last: number) {
  return { epoch, first: BigInt(first), last: BigInt(last) };
}

/** What left, as "seed: epoch/number". */
export function left({ sent }: Outcome): readonly string[] {
  return sent.map(({ over, header }) => `${over}: ${header.epoch}/${header.number}`);
}
