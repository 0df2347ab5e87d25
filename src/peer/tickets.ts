import { E3Error } from "../core/error.ts";
import { Sequence } from "../core/sequence.ts";
import { deferred, type Deferred } from "./deferred.ts";
import type { SendStatus, Sent, Settled } from "./types.ts";

/** Tickets: the sends of this process, until they are settled. */
export class Tickets {
  readonly #open = new Map<bigint, Sequence<Ticket>>();
  /** The conversation looked up last: reports come in runs. */
  #conversation = 0n;
  #tickets: Sequence<Ticket> | undefined;

  issue(conversation: bigint, number: number): Sent {
    const ticket = new Ticket(number);
    let tickets = this.#of(conversation);
    if (tickets === undefined) {
      tickets = new Sequence();
      this.#open.set(conversation, tickets);
      this.#tickets = tickets;
    }
    tickets.put(number, ticket);
    return ticket;
  }

  /** What became of the sends from the first number to the last. */
  report(
    sends: { readonly conversation: bigint; readonly first: number; readonly last: number },
    status: SendStatus,
    reason: string,
  ): void {
    const tickets = this.#of(sends.conversation);
    if (tickets === undefined) return;
    const settled = status === "accepted" || status === "stored" ? undefined : { status, reason };
    for (let number = sends.first; number <= sends.last; number += 1) {
      const ticket = tickets.get(number);
      if (ticket === undefined) continue;
      Ticket.accept(ticket);
      if (settled === undefined) continue;
      Ticket.settle(ticket, settled);
      tickets.delete(number);
    }
    if (tickets.size > 0) return;
    this.#open.delete(sends.conversation);
    this.#tickets = undefined;
  }

  /** The peer closes: what was accepted and is not settled will be by a later life of it. */
  abandon(): void {
    const unsettled = new E3Error(
      "closed",
      "the peer closed before the message was settled; it goes on after a restart",
    );
    const unaccepted = new E3Error("closed", "the peer closed before the message was accepted; send it again");
    for (const tickets of this.#open.values())
      for (const ticket of tickets.values()) Ticket.abandon(ticket, { unsettled, unaccepted });
    this.#open.clear();
    this.#tickets = undefined;
  }

  #of(conversation: bigint): Sequence<Ticket> | undefined {
    if (conversation === this.#conversation && this.#tickets !== undefined) return this.#tickets;
    this.#conversation = conversation;
    this.#tickets = this.#open.get(conversation);
    return this.#tickets;
  }
}

/**
 * One send. Its promises are made when they are asked for: most callers look at one of them, many at none. What moves it
 * on is not on it, since callers have it.
 */
class Ticket implements Sent {
  readonly number: bigint;
  #isAccepted = false;
  #end: Settled | E3Error | undefined;
  #accepted: Deferred<void> | undefined;
  #settled: Deferred<Settled> | undefined;

  constructor(number: number) {
    this.number = BigInt(number);
  }

  get accepted(): Promise<void> {
    if (this.#accepted === undefined) {
      this.#accepted = deferred<void>();
      if (this.#isAccepted) this.#accepted.resolve();
      else if (this.#end instanceof E3Error) breakQuietly(this.#accepted, this.#end);
    }
    return this.#accepted.promise;
  }

  get settled(): Promise<Settled> {
    if (this.#settled === undefined) {
      this.#settled = deferred<Settled>();
      if (this.#end instanceof E3Error) breakQuietly(this.#settled, this.#end);
      else if (this.#end !== undefined) this.#settled.resolve(this.#end);
    }
    return this.#settled.promise;
  }

  static accept(ticket: Ticket): void {
    if (ticket.#isAccepted) return;
    ticket.#isAccepted = true;
    ticket.#accepted?.resolve();
  }

  static settle(ticket: Ticket, settled: Settled): void {
    ticket.#end = settled;
    ticket.#settled?.resolve(settled);
  }

  static abandon(ticket: Ticket, why: { readonly unsettled: E3Error; readonly unaccepted: E3Error }): void {
    const error = ticket.#isAccepted ? why.unsettled : why.unaccepted;
    ticket.#end = error;
    if (!ticket.#isAccepted) breakQuietly(ticket.#accepted, error);
    breakQuietly(ticket.#settled, error);
  }
}

/** A caller may not look at its promise again; that it is broken must not end the process then. */
function breakQuietly(made: Deferred<void> | Deferred<Settled> | undefined, error: E3Error): void {
  made?.promise.catch(() => {});
  made?.reject(error);
}
