import type { Core } from "../core/core.ts";
import { E3Error } from "../core/error.ts";
import { everyone } from "../core/everyone.ts";
import { checkId } from "../core/ids.ts";
import { checkKinds } from "../core/kinds.ts";
import type { Driver } from "./driver.ts";
import type { ShownCursor } from "../ports/shown-cursor.ts";
import type { Store } from "../ports/store.ts";
import { callKinds } from "./call-kinds.ts";
import { HistoryClocks } from "./history-clocks.ts";
import { byPlace, placeOf, positionOf, type Place, type Scope } from "./history-place.ts";
import { contentOf, scan, type Kept, type Spoken } from "./history-scan.ts";
import type { ConversationInfo, Histories, HistoryMessage, HistoryPage, HistoryQuery } from "./history-types.ts";
import type { InboxSignal } from "./inbox-reader.ts";
import { Nearest } from "./nearest.ts";
import type { Target } from "./target.ts";

interface Parts {
  readonly core: {
    readonly id: bigint;
    readonly identity: { readonly epoch: bigint };
    readonly reads: Pick<Core["reads"], "upTo">;
  };
  readonly driver: Pick<Driver, "wait">;
  readonly store: Store;
  readonly shown: Pick<ShownCursor, "get">;
  readonly inbox: Pick<InboxSignal, "cursor">;
  /** @throws E3Error "closed". */
  readonly checkOpen: () => void;
}

/**
 * History: what was said, found in the store. A page is found by looking through all that is kept and holding on to those
 * that come first; then through the conversation once more, for the clocks of these.
 */
export class History implements Histories {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    this.#parts.checkOpen();
    const limit = checkQuery(query);
    const conversation = query.with === "everyone" ? everyone : query.with;
    const scope = { epoch: this.#parts.core.identity.epoch, conversation };
    const after = query.after === undefined ? undefined : placeOf(query.after, scope);
    const isWanted = filterOf(query);
    const order = query.newestFirst === true ? (a: Place, b: Place) => byPlace(b, a) : byPlace;
    // One more tells whether something follows.
    const found = new Nearest<Spoken>(limit + 1, (a, b) => order(a.place, b.place));
    for await (const spoken of scan(this.#kept(), conversation)) {
      const isBehind = after === undefined || order(after, spoken.place) < 0;
      if (isBehind && found.takes(spoken) && isWanted(spoken)) found.add(spoken);
    }
    const page = found.items.slice(0, limit);
    const messages = await this.#withClocks(page, scope);
    return { messages, next: found.items.length > limit ? messages.at(-1)?.position : undefined };
  }

  async conversations(): Promise<readonly ConversationInfo[]> {
    this.#parts.checkOpen();
    const shown = this.#parts.shown.get();
    const found = new Map<bigint, Found>();
    for await (const spoken of scan(this.#kept())) {
      const known = found.get(spoken.with) ?? {
        ...{ with: targetOf(spoken.with), conversation: spoken.kind },
        ...{ count: 0, unread: 0, lastAt: new Date(0), newest: new Map<string, Newest>() },
      };
      found.set(spoken.with, known);
      known.count += 1;
      if (this.#isUnread(spoken, shown)) {
        known.unread += 1;
        if (spoken.kind !== "everyone") putNewest(known.newest, spoken);
      }
      if (momentOf(spoken) > known.lastAt.getTime()) known.lastAt = dateOf(momentOf(spoken));
    }
    return [...found.values()]
      .map(({ newest, ...info }) => ({ ...info, unreadUpTo: [...newest.values()].map(({ cursor }) => cursor) }))
      .toSorted((a, b) => b.lastAt.getTime() - a.lastAt.getTime());
  }

  #isUnread({ cursor, kind, place }: Spoken, shown: bigint): boolean {
    if (cursor === 0) return false;
    const { reads } = this.#parts.core;
    const mark = kind === "everyone" ? undefined : reads.upTo(place.epoch, place.lane);
    return mark === undefined ? BigInt(cursor) > shown : place.number > mark;
  }

  async #withClocks(page: readonly Spoken[], scope: Scope): Promise<readonly HistoryMessage[]> {
    const clocks = new HistoryClocks(page);
    if (page.length > 0) for await (const spoken of scan(this.#kept(), scope.conversation)) clocks.pass(spoken);
    const { id } = this.#parts.core;
    return page.map((spoken) => {
      const { from, kind, place, sentAtMs, receivedAtMs, missing, unordered } = spoken;
      const isDirectHere = kind === "direct" && receivedAtMs !== undefined;
      const content = contentOf(spoken.body);
      return {
        ...{ from, to: isDirectHere ? id : targetOf(spoken.with), conversation: kind, number: BigInt(place.number) },
        text: content?.kind === "text" ? content.text : "",
        data: content?.kind === "data" ? dataOf(content) : undefined,
        sentAt: dateOf(sentAtMs),
        receivedAt: receivedAtMs === undefined ? undefined : dateOf(receivedAtMs),
        ...{ missing: BigInt(missing), unordered, lamport: BigInt(place.lamport) },
        ...{ clock: clocks.of(spoken), position: positionOf(place, scope) },
      };
    });
  }

  #kept(): Kept {
    const { store, inbox, driver, checkOpen } = this.#parts;
    const pause = async (): Promise<void> => {
      await new Promise<void>((resolve) => driver.wait(() => false, 0, resolve));
      checkOpen();
    };
    return { store, cursor: inbox.cursor, pause };
  }
}

/** A conversation while it is being looked through: the newest unread message of each epoch and lane, as marks are kept. */
type Found = { -readonly [K in Exclude<keyof ConversationInfo, "unreadUpTo">]: ConversationInfo[K] } & {
  readonly newest: Map<string, Newest>;
};

interface Newest {
  readonly number: number;
  readonly cursor: bigint;
}

/** What was late comes after what was said after it: the highest number is the newest. */
function putNewest(newest: Map<string, Newest>, { place, cursor }: Spoken): void {
  const { epoch, lane, number } = place;
  const key = `${epoch}/${lane}`;
  if (number > (newest.get(key)?.number ?? 0)) newest.set(key, { number, cursor: BigInt(cursor) });
}

const limitMax = 1_000;
const limitDefault = 100;
/** The last instant that a Date can be, milliseconds since 1970. Source: ECMA-262, "Time Values and Time Range". */
const dateMaxMs = 8.64e15;

/** @returns messages in a page. @throws E3Error "bad-option" or "bad-id". */
function checkQuery(query: HistoryQuery): number {
  checkKinds(query, callKinds.history, "history");
  const { with: target, limit = limitDefault, by, from, until } = query;
  if (target !== "everyone") checkId(target);
  if (by !== undefined) checkId(by);
  for (const [name, date] of Object.entries({ from, until })) {
    if (date !== undefined && Number.isNaN(date.getTime()))
      throw new E3Error("bad-option", `the option ${name} is no date; give a valid one`);
  }
  if (Number.isInteger(limit) && limit >= 1 && limit <= limitMax) return limit;
  throw new E3Error(
    "bad-option",
    `a page of ${limit} messages cannot be listed; give a whole number from 1 to ${limitMax}`,
  );
}

function filterOf({ by, from, until, contains }: HistoryQuery): (spoken: Spoken) => boolean {
  const [fromMs, untilMs] = [from?.getTime() ?? -Infinity, until?.getTime() ?? Infinity];
  const wanted = contains?.toLowerCase();
  return (spoken) => {
    if (by !== undefined && spoken.from !== by) return false;
    const atMs = momentOf(spoken);
    if (atMs < fromMs || atMs >= untilMs) return false;
    if (wanted === undefined) return true;
    const content = contentOf(spoken.body);
    return content?.kind === "text" && content.text.toLowerCase().includes(wanted);
  };
}

/** A copy, which keeps no record alive. */
function dataOf({ contentType, data }: NonNullable<HistoryMessage["data"]>): HistoryMessage["data"] {
  return { contentType, data: new Uint8Array(data) };
}

/** When it was said, by its sender's clock, which may be ahead: it was not later than it arrived. */
function momentOf({ sentAtMs, receivedAtMs }: Spoken): number {
  return Math.min(sentAtMs, receivedAtMs ?? Infinity);
}

function dateOf(ms: number): Date {
  return new Date(Math.min(ms, dateMaxMs));
}

function targetOf(name: bigint): Target {
  return name === everyone ? "everyone" : name;
}
