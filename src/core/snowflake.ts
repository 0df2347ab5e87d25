/**
 * Snowflake: makes ids that never repeat, over restarts and whatever the clock does.
 *
 *     | 0 | slot: 38 bits, 10 ms each since 2024-01-01T00:00:00Z | assigner hash: 16 bits | sequence: 9 bits |
 *
 *     clock ahead of the slot ──────────────► open the clock's slot
 *     512 ids not yet given in it ──────────► stay in it
 *     used up, 10 ms passed since it opened ► open the following slot
 *     used up otherwise ────────────────────► undefined: ask again at freeAtMs
 *     slot above what is reserved ──────────► undefined: persist `wanted`, say reserved(), ask again
 *
 * Invariants
 * 1. Slots only ever go up, and a slot gives each sequence number once, whichever assigner asks.
 * 2. Ids are given only in slots above the mark found at the start and at or below one that is durable.
 * 3. So nothing repeats: a restart goes on above every slot the former life could have used.
 *
 * Clocks. A clock that stands still or steps back changes nothing while the slot lasts. Then the following slots are
 * opened at the pace at which the clock is seen to move forwards, one for 10 ms and none saved up: the generator never
 * waits for a clock that is years behind, and its lead over the clock never grows, but by the rest of a reservation (a
 * second at most) with each restart. A clock that jumps ahead is followed; what it made durable is not taken back.
 *
 * In the year 2111 the slots are used up and next answers undefined for ever.
 */
export class Snowflake {
  /** The slot ids are given in now; at the start the last one that may have been used in a former life. */
  #slot: number;
  /** Next sequence number in the slot. */
  #sequence = perSlot;
  /** The highest durable slot. */
  #reserved: number;
  #wanted: number | undefined;
  #freeAtMs = Infinity;
  /** What the clock has to move forwards before the following slot may be opened. */
  #waitMs = 0;
  #lastMs = Infinity;

  /** @param persistedSlot the highest slot ever persisted, 0 if none: nothing in it or below is given again. */
  constructor(persistedSlot: number) {
    this.#slot = persistedSlot;
    this.#reserved = persistedSlot;
  }

  /**
   * The slot to make durable as the new high-water mark before next can go on; undefined when none is needed. It stays
   * until reserved() confirms it. It never goes down, and neither must what is stored; it goes up by 100 slots or more,
   * that is once a second at most while the clock runs evenly.
   */
  get wanted(): number | undefined {
    return this.#wanted;
  }

  /** When to ask again after next answered undefined for want of a free slot; Infinity when no clock helps. */
  get freeAtMs(): number {
    return this.#freeAtMs;
  }

  /** The slot is durable as the high-water mark. */
  reserved(slot: number): void {
    this.#reserved = Math.max(this.#reserved, slot);
    if (this.#wanted !== undefined && this.#wanted <= this.#reserved) this.#wanted = undefined;
  }

  /**
   * A new id.
   *
   * @param hash the assigner's, from assignerHash. It may differ from call to call.
   * @returns undefined while `wanted` is to be made durable (see there), or the slot is used up (see freeAtMs).
   */
  next(hash: number, nowMs: number): bigint | undefined {
    // Whole milliseconds add up without rounding: freeAtMs is not missed by a hair.
    const wholeMs = Math.floor(nowMs);
    this.#waitMs -= Math.max(0, wholeMs - this.#lastMs);
    this.#lastMs = wholeMs;
    const clockSlot = Math.floor((wholeMs - originMs) / slotMs);
    const slot = this.#slotFor(clockSlot);
    this.#want(slot);
    const early = slot > this.#slot && slot > clockSlot && this.#waitMs > 0;
    this.#freeAtMs = early ? Math.min(wholeMs + this.#waitMs, originMs + slot * slotMs) : Infinity;
    if (early || slot > this.#reserved) return undefined; // invariant 2
    if (slot > this.#slot) this.#open(slot);
    return composeId({ slot, hash, sequence: this.#sequence++ }); // invariant 1
  }

  #slotFor(clockSlot: number): number {
    if (clockSlot > this.#slot) return clockSlot;
    return this.#sequence < perSlot ? this.#slot : this.#slot + 1;
  }

  #want(slot: number): void {
    // A slot above slotMax is never reserved, so that the generator ends there.
    if (slot <= (this.#wanted ?? this.#reserved) || slot > slotMax) return;
    this.#wanted = Math.min(slot + reservedSlots, slotMax);
  }

  #open(slot: number): void {
    this.#slot = slot;
    this.#sequence = 0;
    this.#waitMs = slotMs;
  }
}

/** What an id is made of. */
export interface IdParts {
  /** 10 ms slots since 2024-01-01T00:00:00Z, 0 to 2^38-1. */
  readonly slot: number;
  /** Hash of the id of the peer that assigned it, 0 to 65535. */
  readonly hash: number;
  /** 0 to 511. */
  readonly sequence: number;
}

/**
 * The id made of the parts.
 *
 * @throws RangeError when a part does not fit: our own mistake.
 */
export function composeId(parts: IdParts): bigint {
  const fits = parts.slot >= 0 && parts.slot <= slotMax && parts.hash >> 16 === 0 && parts.sequence >> 9 === 0;
  if (!fits)
    throw new RangeError(`no Snowflake id of slot ${parts.slot}, hash ${parts.hash}, sequence ${parts.sequence}`);
  return (BigInt(parts.slot) << 25n) | BigInt((parts.hash << 9) | parts.sequence);
}

/** The parts of an id from 0n to 2n**63n-1n. */
export function decomposeId(id: bigint): IdParts {
  const low = Number(BigInt.asUintN(25, id));
  return { slot: Number(BigInt.asUintN(63, id) >> 25n), hash: low >> 9, sequence: low & 0x1ff };
}

/**
 * The 16 bits that stand for an assigner in the ids it gives: SHA-256 of its id as a 16-byte big-endian integer, XOR of
 * the sixteen 2-byte big-endian words. Source: design, "Identity and ids".
 */
export function assignerHash(assigner: bigint, sha256: (bytes: Uint8Array) => Uint8Array): number {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(8, assigner);
  let hash = 0;
  for (const [index, byte] of sha256(bytes).entries()) hash ^= index % 2 === 0 ? byte << 8 : byte;
  return hash;
}

/** 2024-01-01T00:00:00Z. */
const originMs = 1_704_067_200_000;
const slotMs = 10;
const slotMax = 2 ** 38 - 1;
/** Ids in one slot: 9 bits of sequence. */
const perSlot = 512;
/** Slots reserved ahead: a second, so that the mark is persisted once a second at most. */
const reservedSlots = 100;
