import type { DialFailure } from "./dial-outcome.ts";
import type { Dials } from "./dials.ts";
import type { Limits } from "./limits.ts";

interface Target {
  readonly address: string;
  /** A person asked for it. Others are dialled once, and forgotten when that fails or their link ends. */
  isKept: boolean;
  /** When to dial next, milliseconds; Infinity while dialling or satisfied. */
  dueMs: number;
  /** When it was first found not to answer; Infinity while it answers. */
  failingSinceMs: number;
  /** The node behind the address, once known, while there is a link with it (whoever dialled). */
  satisfiedBy: bigint | undefined;
  dialling: boolean;
  /** Whether the first attempt has ended, well or badly. */
  tried: boolean;
}

/**
 * Dialer: the addresses this peer keeps a link with, and when to dial each.
 *
 *     add ──► due ──► dialling ── linked ────► satisfied
 *              ▲          │                        │ link lost
 *              └── wait, longer ◄── failed         └──► due, soon
 *
 *     try ──► due ──► dialling ── linked ──► satisfied; forgotten when it fails, or the link is lost
 *
 * Invariants
 * 1. An address is dialled once at a time.
 * 2. The wait is an eighth of how long the address has not answered, from redialMinMs to redialMaxMs: a peer that comes
 *    back is found at little more than its own absence, and a dead address costs little. Jitter keeps peers out of step.
 */
export class Dialer {
  readonly #limits: Limits;
  readonly #chance: () => number;
  readonly #tell: DialerTell;
  readonly #targets = new Map<string, Target>();
  /** Nothing is due before; may be early, never late. */
  #nextMs = Infinity;

  /**
   * @param chance a number from 0 to 1, for jitter.
   * @param tell whom to tell what comes of dials. Default: nobody.
   */
  constructor(limits: Limits, chance: () => number, tell: DialerTell = {}) {
    this.#limits = limits;
    this.#chance = chance;
    this.#tell = tell;
  }

  /** Those kept dialled. */
  get addresses(): readonly string[] {
    return [...this.#targets.values()].filter(({ isKept }) => isKept).map(({ address }) => address);
  }

  /** Addresses that are being dialled, or are about to be for the first time. */
  get pending(): number {
    let pending = 0;
    for (const { tried, dialling } of this.#targets.values()) if (!tried || dialling) pending += 1;
    return pending;
  }

  /** Whether it is kept dialled, or being tried. */
  has(address: string): boolean {
    return this.#targets.has(address);
  }

  /** Whether a person asked for the address. */
  isKept(address: string): boolean {
    return this.#targets.get(address)?.isKept === true;
  }

  /** Whether a person asked for an address that led to this node. */
  keepsNode(node: bigint): boolean {
    for (const { isKept, satisfiedBy } of this.#targets.values()) if (isKept && satisfiedBy === node) return true;
    return false;
  }

  /** Every address was tried once and none is being dialled: nobody is left to ask. */
  get exhausted(): boolean {
    for (const target of this.#targets.values()) {
      if (!target.tried || target.dialling) return false;
    }
    return true;
  }

  /** @returns false when there are too many addresses already. */
  add(address: string, nowMs: number): boolean {
    const known = this.#targets.get(address);
    if (known !== undefined) {
      known.isKept = true;
      if (!known.dialling && known.satisfiedBy === undefined) this.#dueAt(known, nowMs);
      return true;
    }
    if (this.#targets.size >= this.#limits.dialTargetsMax) return false;
    this.#put(address, true, nowMs);
    return true;
  }

  /** Dials an address once, unless it is dialled anyway. */
  try(address: string, nowMs: number): void {
    if (!this.#targets.has(address)) this.#put(address, false, nowMs);
  }

  /** Tells what comes of an address that is kept dialled, now if there is a link already, or else when it is known. */
  watch(address: string): void {
    const target = this.#targets.get(address);
    if (target === undefined) return;
    this.#tell.dials?.watch(address);
    if (target.satisfiedBy !== undefined) this.#tell.dials?.linked(address, target.satisfiedBy);
  }

  /** @param why what whoever waits for a link with it is told. */
  remove(address: string, why: DialFailure = byHand): boolean {
    this.#tell.dials?.forgotten(address, why);
    return this.#targets.delete(address);
  }

  /** Stops dialling whatever leads to this node. */
  removeNode(node: bigint): void {
    for (const target of this.#targets.values()) {
      if (target.satisfiedBy === node) this.remove(target.address);
    }
  }

  /** Addresses to dial now; each thereby is being dialled. */
  due(nowMs: number): readonly string[] {
    if (nowMs < this.#nextMs) return [];
    const due: string[] = [];
    this.#nextMs = Infinity;
    for (const target of this.#targets.values()) {
      if (target.dueMs <= nowMs) {
        target.dueMs = Infinity;
        target.dialling = true;
        due.push(target.address);
      }
      this.#nextMs = Math.min(this.#nextMs, target.dueMs);
    }
    return due;
  }

  /** The dialled address turned out to be this node, and there is a link with it. */
  linked(address: string, node: bigint): void {
    const target = this.#targets.get(address);
    if (target === undefined) return;
    Object.assign(target, {
      dialling: false,
      tried: true,
      dueMs: Infinity,
      satisfiedBy: node,
      failingSinceMs: Infinity,
    });
    this.#tell.dials?.linked(address, node);
  }

  /** The dial failed, or its link ended before it was of use. */
  failed(address: string, nowMs: number, failure: DialFailure = lostAgain): void {
    const target = this.#targets.get(address);
    if (target === undefined) return;
    this.#tell.dials?.failed(address, failure);
    this.#tell.ended?.(nowMs);
    if (!target.isKept) {
      this.#targets.delete(address);
      return;
    }
    const { redialMinMs, redialMaxMs } = this.#limits;
    const jitter = 0.75 + this.#chance() / 2;
    target.failingSinceMs = Math.min(target.failingSinceMs, nowMs);
    const waitMs = Math.min(Math.max((nowMs - target.failingSinceMs) / 8, redialMinMs), redialMaxMs);
    Object.assign(target, { dialling: false, tried: true, satisfiedBy: undefined });
    this.#dueAt(target, nowMs + waitMs * jitter);
  }

  /** There is no link with the node any more: dial again, soon. */
  lost(node: bigint, nowMs: number): void {
    for (const target of this.#targets.values()) {
      if (target.satisfiedBy === node) this.failed(target.address, nowMs);
    }
  }

  get nextDeadlineMs(): number {
    return this.#nextMs;
  }

  #put(address: string, isKept: boolean, nowMs: number): void {
    const target: Target = {
      address,
      isKept,
      dueMs: Infinity,
      failingSinceMs: Infinity,
      satisfiedBy: undefined,
      dialling: false,
      tried: false,
    };
    this.#targets.set(address, target);
    this.#dueAt(target, nowMs);
  }

  #dueAt(target: Target, atMs: number): void {
    target.dueMs = atMs;
    this.#nextMs = Math.min(this.#nextMs, atMs);
  }
}

/** Whom a dialer tells. */
interface DialerTell {
  /** A dial came to nothing, or its link ended. */
  readonly ended?: (nowMs: number) => void;
  readonly dials?: Pick<Dials, "watch" | "linked" | "failed" | "forgotten">;
}

const byHand: DialFailure = { code: "closed", reason: "it was disconnected by hand" };
const lostAgain: DialFailure = { code: "unanswered", reason: "the link was lost" };
