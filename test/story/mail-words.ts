import {
  ReceiptStatus,
  RefusalReason,
  type Envelope,
  type NumberRange,
  type Receipt,
} from "../../src/gen/e3/v1/envelope_pb.ts";
import { messagesIn } from "../sim/frame-reader.ts";
import type { Names } from "./names.ts";
import { inRows, numbersOf, type Numbered } from "./numbered.ts";

/** From whom to whom a frame goes: letters. */
export interface Way {
  readonly from: string;
  readonly to: string;
}

/** MailWords: envelopes in words. */
export class MailWords {
  readonly #names: Names;
  /** What went over which link before. */
  readonly #before = new Set<string>();
  /** Whether floors are told: the number below which nothing comes any more. */
  floors = false;

  constructor(names: Names) {
    this.#names = names;
  }

  /** A batch as it crosses a link. */
  batch(envelopes: readonly Envelope[], way: Way): readonly string[] {
    const told = envelopes.flatMap((envelope): readonly (Numbered | string)[] => {
      // The first time a store's epoch is seen is on the link from its owner.
      this.#names.learnEpoch(envelope.epoch, way.from);
      if (envelope.conversation === 0n) return this.#control(envelope, way);
      const { hopsLeft } = envelope;
      const hops = `${hopsLeft} ${hopsLeft === 1 ? "hop" : "hops"} left`;
      return messagesIn(envelope).map((message) => this.#message(message, way, { hops }));
    });
    return inRows(told);
  }

  /** @param as in a parcel, and then for whom, or alone, and then how many hops it has left. */
  #message(envelope: Envelope, { from, to }: Way, as: { readonly hops?: string; readonly parcel?: string }): Numbered {
    const { epoch, conversation, number, floor } = envelope;
    const key = [from, to, epoch, conversation, number, as.parcel].join();
    const again = this.#before.has(key) ? ", again" : "";
    this.#before.add(key);
    const notes = [as.hops, this.floors ? `floor ${floor}` : undefined].filter((note) => note !== undefined);
    const rest = `${this.#ends(envelope)}${again}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}`;
    return { first: Number(number), last: Number(number), rest };
  }

  #control(envelope: Envelope, way: Way): readonly string[] {
    const { body } = envelope;
    const ends = this.#ends(envelope);
    if (body.case === "receipts") return body.value.receipts.map((each) => `receipt ${ends}: ${this.#receipt(each)}`);
    if (body.case !== "custody") return [`something ${ends} that stories have no words for`];
    const inner = messagesIn(envelope).map((each) => this.#message(each, way, { parcel: ends }));
    return inRows(inner).map((words) => `parcel ${ends}: ${words}`);
  }

  #ends({ origin, destinations }: Envelope): string {
    return `from ${this.#names.holder(origin)} to ${destinations.map((id) => this.#names.holder(id)).join(", ")}`;
  }

  #receipt({ epoch, status, ranges, reason }: Receipt): string {
    const numbers = `${this.#names.epoch(epoch)}'s ${ranges.map(rangeOf).join(", ")}`;
    const isOne = ranges.length === 1 && ranges[0]?.first === ranges[0]?.last;
    switch (status) {
      case ReceiptStatus.DELIVERED:
        return `has ${numbers}`;
      case ReceiptStatus.STORED:
        return `keeps ${numbers}`;
      case ReceiptStatus.REFUSED:
        return `does not take ${numbers}: ${reasons[reason]}`;
      case ReceiptStatus.SETTLED:
        return `${numbers} ${isOne ? "is" : "are"} settled`;
      case ReceiptStatus.READ:
        return `has read ${numbers}`;
      case ReceiptStatus.NOTED:
        return `knows that ${numbers} ${isOne ? "is" : "are"} read`;
      case ReceiptStatus.UNSPECIFIED:
        return `says nothing of ${numbers}`;
    }
  }
}

const reasons: Readonly<Record<RefusalReason, string>> = {
  [RefusalReason.UNSPECIFIED]: "no reason given",
  [RefusalReason.TOO_LARGE]: "too large",
  [RefusalReason.MAILBOX_FULL]: "mailbox full",
  [RefusalReason.NO_CUSTODY]: "keeps no mail",
  [RefusalReason.UNKNOWN_BODY]: "unknown body",
  [RefusalReason.NOT_A_MEMBER]: "not a member",
  [RefusalReason.UNFIT]: "unfit",
};

function rangeOf({ first, last }: NumberRange): string {
  return numbersOf({ first: Number(first), last: Number(last) });
}
