import { addressToBytes, isDialable } from "./ipv4.ts";

/**
 * Peer addresses: where original peers are said to listen.
 *
 * Anybody may say anything, so that few are kept: one that is in use stays, of the others the newest push out the oldest. One
 * that does not answer is tried again after a while, twice as long each time, and forgotten at last; but not the bootstrapper.
 */
export class PeerAddresses {
  readonly #own: string;
  readonly #bootstrapper: string | undefined;
  readonly #countMax: number;
  /** By address; those learnt or tried last come last. */
  readonly #known = new Map<string, Known>();

  constructor(options: { readonly own: string; readonly bootstrapper: string | undefined; readonly countMax: number }) {
    this.#own = options.own;
    this.#bootstrapper = options.bootstrapper;
    this.#countMax = options.countMax;
    if (options.bootstrapper !== undefined) this.#add(options.bootstrapper);
  }

  /** Somebody is said to listen there. */
  learn(address: string): void {
    if (isDialable(address) && address !== this.#own) this.#add(address);
  }

  /** One to dial now: it is in use until it fails or is let go. */
  take(nowMs: number): string | undefined {
    for (const [address, known] of this.#known) {
      if (known.isUsed || known.dueAtMs > nowMs) continue;
      known.isUsed = true;
      return address;
    }
    return undefined;
  }

  /** When take will have one again, milliseconds; Infinity when it never will unless something happens. */
  get nextDueMs(): number {
    const free = [...this.#known.values()].filter(({ isUsed }) => !isUsed);
    return free.reduce((dueMs, { dueAtMs }) => Math.min(dueMs, dueAtMs), Infinity);
  }

  /** Whoever listens there is linked. */
  use(address: string): void {
    const known = this.#known.get(address);
    if (known !== undefined) known.isUsed = true;
  }

  /** Whoever listens there has said something. */
  prove(address: string): void {
    const known = this.#known.get(address);
    if (known !== undefined) known.failures = 0;
  }

  /** Nobody answered, or nobody said anything before the link was gone: a full peer, or this very one. */
  fail(address: string, nowMs: number): void {
    const known = this.#known.get(address);
    if (known === undefined) return;
    this.#known.delete(address);
    known.failures += 1;
    if (known.failures >= failuresMax && address !== this.#bootstrapper) return;
    known.isUsed = false;
    known.dueAtMs = nowMs + Math.min(retryMs * 2 ** (known.failures - 1), retryMaxMs);
    this.#known.set(address, known);
  }

  /** The link is gone. */
  letGo(address: string, nowMs: number): void {
    const known = this.#known.get(address);
    if (known === undefined) return;
    known.isUsed = false;
    known.dueAtMs = nowMs + retryMs;
    this.#known.delete(address);
    this.#known.set(address, known);
  }

  /** Those that others may be told of: stateable, and not known to be silent. */
  get answering(): readonly string[] {
    const answering = [...this.#known].filter(
      ([address, { failures }]) => failures === 0 && addressToBytes(address) !== undefined,
    );
    return answering.map(([address]) => address);
  }

  #add(address: string): void {
    if (this.#known.has(address)) return;
    this.#known.set(address, { isUsed: false, failures: 0, dueAtMs: 0 });
    if (this.#known.size <= this.#countMax) return;
    for (const [oldest, { isUsed }] of this.#known) {
      if (isUsed || oldest === this.#bootstrapper) continue;
      this.#known.delete(oldest);
      return;
    }
  }
}

interface Known {
  /** It is being dialled, or linked. */
  isUsed: boolean;
  /** Dials in vain since it answered last. */
  failures: number;
  dueAtMs: number;
}

/** The first pause after a dial in vain, and the longest, milliseconds. */
const retryMs = 1000;
const retryMaxMs = 300_000;
/** Dials in vain, one after the other, after which an address is forgotten: two minutes' worth. */
const failuresMax = 7;
