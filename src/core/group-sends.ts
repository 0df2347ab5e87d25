import type { Effects } from "./effects.ts";
import { decodeBody } from "./body.ts";
import { decodeGroupLetter } from "./group-codec.ts";
import type { Lane } from "./lane.ts";
import type { GroupNews } from "./outcome.ts";

/** Where one message to a group stands. */
export interface GroupAccount {
  readonly group: bigint;
  readonly number: number;
  readonly status: "waiting" | "accepted" | "stored";
  /** Members it is for, and those who have it. */
  readonly recipients: number;
  readonly delivered: number;
  /** Ids of the members it waits for, ascending. */
  readonly waiting: readonly bigint[];
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
}

/** One message to a group that some member has not settled. */
interface Send {
  readonly group: bigint;
  readonly number: number;
  readonly recipients: number;
  /** Ids of members who have not settled it, by the name of their copy. */
  readonly open: Map<string, bigint>;
  readonly stored: Set<bigint>;
  /** What came of it elsewhere than by delivery: "ali expired". */
  readonly failures: { readonly id: bigint; readonly status: "expired" | "refused"; readonly reason: string }[];
  accepted: number;
  delivered: number;
  /** How many copies were settled in former lives: they count as delivered, which is not known of them. */
  former: number;
  status: "waiting" | "accepted" | "stored";
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * GroupSends: what became of messages to groups, from what became of each member's copy.
 *
 *     all copies durable ──► accepted ── all delivered or with custodians ──► stored
 *                                └── no copy open any more ──► delivered, or what went wrong at some
 */
export class GroupSends {
  readonly #byCopy = new Map<string, Send>();

  /** Takes up what is left of the sends of former lives: the members whose copies are not settled. */
  load(lanes: Iterable<Lane>): void {
    const sends = new Map<string, Send>();
    for (const lane of lanes) {
      if (lane.group === 0n) continue;
      for (const { number: copy, body, sentAtMs, expiresAtMs } of lane.entries.values()) {
        const decoded = decodeBody(body);
        const letter =
          typeof decoded !== "string" && decoded.kind === "group" ? decodeGroupLetter(decoded.bytes) : undefined;
        if (letter === undefined || letter.content.case === "membership") continue;
        const { group, number, recipients } = letter;
        const key = `${group}/${number}`;
        const send = sends.get(key) ?? newSend({ group, number, recipients, sentAtMs, expiresAtMs });
        sends.set(key, send);
        send.status = "accepted";
        send.accepted = recipients;
        send.open.set(copyOf(lane.conversation, copy), lane.to);
        this.#byCopy.set(copyOf(lane.conversation, copy), send);
      }
    }
    // Those who are not waited for any more have it, as far as is known now.
    for (const send of sends.values()) send.delivered = send.former = Math.max(0, send.recipients - send.open.size);
  }

  /** A message was given to the outbox, a copy for each member. */
  add(
    send: Pick<Send, "group" | "number" | "sentAtMs" | "expiresAtMs">,
    copies: readonly { readonly conversation: bigint; readonly number: number; readonly to: bigint }[],
  ): void {
    const added = newSend({ ...send, recipients: copies.length });
    for (const { conversation, number, to } of copies) {
      added.open.set(copyOf(conversation, number), to);
      this.#byCopy.set(copyOf(conversation, number), added);
    }
  }

  /** What became of one copy. @returns whether it is a message's: what becomes of a membership is nobody's news. */
  news({ lane, entry, status, reason }: GroupNews, effects: Effects): boolean {
    const copy = copyOf(lane.conversation, entry.number);
    const send = this.#byCopy.get(copy);
    if (send === undefined) return false;
    switch (status) {
      case "accepted":
        send.accepted += 1;
        break;
      case "stored":
        send.stored.add(lane.to);
        break;
      case "delivered":
      case "expired":
      case "refused":
        this.#settled(send, copy, lane.to);
        if (status === "delivered") send.delivered += 1;
        else send.failures.push({ id: lane.to, status, reason });
        effects.add({ kind: "receipt", ...receiptOf(send), member: lane.to, status });
        break;
      case "spread":
        return true;
    }
    this.#report(send, effects);
    return true;
  }

  /** The messages with this number, to one group or to all, that are not settled. */
  *accounts(number: number, group?: bigint): Generator<GroupAccount> {
    for (const send of new Set(this.#byCopy.values())) {
      if (send.number !== number || (group !== undefined && send.group !== group)) continue;
      const { status, sentAtMs, expiresAtMs } = send;
      yield { ...receiptOf(send), status, sentAtMs, expiresAtMs };
    }
  }

  #settled(send: Send, copy: string, id: bigint): void {
    send.open.delete(copy);
    send.stored.delete(id);
    this.#byCopy.delete(copy);
  }

  #report(send: Send, effects: Effects): void {
    const { group: to, number, open, stored, failures } = send;
    const name = { to, conversation: to, number };
    if (send.status === "waiting" && send.accepted === send.recipients) {
      send.status = "accepted";
      effects.status(name, { status: "accepted", reason: "" });
    }
    if (open.size === 0) {
      const [first] = failures;
      if (first === undefined) effects.status(name, { status: "delivered", reason: formerOf(send) });
      else effects.status(name, { status: first.status, reason: failureOf(send) });
    } else if (send.status === "accepted" && stored.size > 0 && [...open.values()].every((id) => stored.has(id))) {
      send.status = "stored";
      effects.status(name, { status: "stored", reason: "" });
    }
  }
}

function newSend(send: Pick<Send, "group" | "number" | "recipients" | "sentAtMs" | "expiresAtMs">): Send {
  const none = { open: new Map(), stored: new Set<bigint>(), failures: [], accepted: 0, delivered: 0, former: 0 };
  return { ...send, ...none, status: "waiting" };
}

function receiptOf({ group, number, recipients, delivered, open }: Send) {
  const waiting = [...open.values()].sort((a, b) => (a < b ? -1 : 1));
  return { group, number, recipients, delivered, waiting };
}

function failureOf(send: Send): string {
  const { delivered, recipients, failures } = send;
  const failed = failures.map(({ id, status, reason }) => `${id} ${status}${reason === "" ? "" : ` (${reason})`}`);
  return [`delivered to ${delivered} of ${recipients}`, failed.join(", "), formerOf(send)].filter(Boolean).join("; ");
}

/** That some may have fared otherwise: nobody remembers it over a restart. */
function formerOf({ former, recipients }: Send): string {
  return former === 0 ? "" : `what became of ${former} of ${recipients} was told before this peer was started again`;
}

function copyOf(conversation: bigint, number: number): string {
  return `${conversation}/${number}`;
}
