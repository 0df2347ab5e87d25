import { E3Error } from "../core/error.ts";
import { deferred } from "./deferred.ts";
import type { SendStatus, Settled } from "./types.ts";

interface Ticket {
  readonly accept: () => void;
  readonly refuse: (error: E3Error) => void;
  readonly settle: (settled: Settled) => void;
  readonly abandon: (error: E3Error) => void;
  accepted: boolean;
}

/** The two promises of one send. */
export interface Promised {
  readonly accepted: Promise<void>;
  readonly settled: Promise<Settled>;
}

/** Tickets: the promises of this process's sends, until they are kept. */
export class Tickets {
  readonly #open = new Map<bigint, Map<number, Ticket>>();

  issue(conversation: bigint, number: number): Promised {
    const accepted = deferred<void>();
    const settled = deferred<Settled>();
    // A caller may look at one promise only; the other must not end the process then.
    accepted.promise.catch(() => {});
    settled.promise.catch(() => {});
    const tickets = this.#open.get(conversation) ?? new Map<number, Ticket>();
    tickets.set(number, {
      accept: accepted.resolve,
      refuse: accepted.reject,
      settle: settled.resolve,
      abandon: settled.reject,
      accepted: false,
    });
    this.#open.set(conversation, tickets);
    return { accepted: accepted.promise, settled: settled.promise };
  }

  report(send: { readonly conversation: bigint; readonly number: number }, status: SendStatus, reason: string): void {
    const tickets = this.#open.get(send.conversation);
    const ticket = tickets?.get(send.number);
    if (tickets === undefined || ticket === undefined) return;
    ticket.accept();
    ticket.accepted = true;
    if (status === "accepted" || status === "stored") return;
    ticket.settle({ status, reason });
    tickets.delete(send.number);
    if (tickets.size === 0) this.#open.delete(send.conversation);
  }

  /** The peer closes: what was accepted and is not settled will be by a later life of it. */
  abandon(): void {
    const unsettled = new E3Error(
      "closed",
      "the peer closed before the message was settled; it goes on after a restart",
    );
    const unaccepted = new E3Error("closed", "the peer closed before the message was accepted; send it again");
    for (const tickets of this.#open.values()) {
      for (const { refuse, abandon, accepted } of tickets.values()) {
        refuse(unaccepted);
        abandon(accepted ? unsettled : unaccepted);
      }
    }
    this.#open.clear();
  }
}
