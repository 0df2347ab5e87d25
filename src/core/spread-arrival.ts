import type { Arrival } from "./conversation.ts";
import { everyone } from "./everyone.ts";
import { bodyOf, readHeader, type Header } from "./header.ts";
import type { Inbox } from "./inbox.ts";
import type { Limits } from "./limits.ts";
import { readPreface, type ReadPreface } from "./preface.ts";
import { refusalOf } from "./refusal.ts";
import type { SpreadLog } from "./spread-log.ts";
import type { SpreadOwn } from "./spread-own.ts";

/** What judges a message for everyone. */
interface Judges {
  readonly own: Pick<SpreadOwn, "isOwn">;
  readonly limits: Limits;
}

/** A message for everyone, read. */
interface Message {
  readonly header: Header;
  /** With the preface. */
  readonly body: Uint8Array;
  readonly preface: ReadPreface;
  /** It is beyond its hop limit: what it says is not for this peer. */
  readonly isEmptied: boolean;
}

/** A message for everyone as the inbox takes it. */
export function arrivalOf({ header, body, preface, isEmptied }: Message, { own, limits }: Judges): Arrival {
  const { epoch, number, origin, conversation, sentAtMs, bodyField } = header;
  const refused = refusalOf(isEmptied ? 0 : bodyField, body.subarray(preface.bytes), limits, "everyone");
  // What it says of this peer's own messages needs no waiting.
  const after = preface.after.filter((reached) => !own.isOwn(reached.epoch));
  // Who missed some asks for it: no floor passes over it.
  const whole = { floor: 0, begin: 0, isDirect: true };
  return { origin, epoch, conversation, number, sentAtMs, body, refused, after, ...whole };
}

/** What a former life kept, and held back when it ended: nobody else may have it. */
export function* arrivalsAgain(log: SpreadLog, judges: Judges & { readonly inbox: Inbox }): Generator<Arrival> {
  for (const { epoch, number, envelope } of log.all()) {
    if (judges.own.isOwn(epoch) || number < (judges.inbox.next(epoch, everyone) ?? 1)) continue;
    const header = readHeader(envelope, 0);
    const body = bodyOf(envelope);
    const preface = readPreface(body);
    if (typeof header === "string" || typeof preface === "string") continue;
    yield arrivalOf({ header, body, preface, isEmptied: false }, judges);
  }
}
