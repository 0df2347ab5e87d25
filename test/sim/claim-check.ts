import { fromBinary } from "@bufbuild/protobuf";
import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import { Grant, type Hello } from "../../src/gen/e3/v1/link_pb.ts";
import { CounterRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { fail } from "./fail.ts";
import { frameOf, kindOf } from "./frame-reader.ts";
import type { End, Observer } from "./observer.ts";
import { identityOf, identityOn } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** What is known of one peer's id. */
interface Holder {
  life: number;
  /** Its id when it was looked at last. */
  id: bigint;
  ready: boolean;
  /** It told the id it has, in this life: from then on its claim is known to others. */
  isTold: boolean;
  /** When it claimed its id, by its own clock. */
  claimedMs: number;
  /** The id that it told, which outlives its process as long as its disk is the same. */
  told: bigint;
  /** The latest slot of the ids it made for others. */
  slot: bigint;
  /** What was asked of it, by link. */
  readonly asked: Map<number, Hello>;
  /** Who held which id when this peer was told of it, and since when it is told to be away, by this peer's clock. */
  readonly others: Map<bigint, { readonly holder: SimPeer; downMs: number | undefined }>;
}

/**
 * ClaimCheck: how peers come by their ids, and lose them.
 *
 * Of the design: section 4, invariants 6 and 7. An id is told once it is durable, and outlives its process. It is taken
 * when granted, and granted to nobody while another holds it or did within the lease. Of two claims the earlier stands.
 * Ids that one peer makes go up. Who leaves says so.
 */
export class ClaimCheck implements Observer {
  readonly #holders = new Map<SimPeer, Holder>();
  readonly #byKey = new Map<string, SimPeer>();
  /** Every claim on an id, ever. */
  readonly #claims = new Map<bigint, { readonly by: SimPeer; readonly claimedMs: number }[]>();

  /** A frame sets out. */
  frame(from: string, _to: string, bytes: Uint8Array): void {
    if (kindOf(bytes) !== "hello") return;
    const { case: kind, value } = frameOf(bytes);
    const peer = [...this.#holders.keys()].find(({ name }) => name === from);
    if (kind === "hello" && peer !== undefined) this.#byKey.set(value.key.join(), peer);
  }

  ended(peer: SimPeer, end: End): void {
    if (end === "left") this.#free(peer);
  }

  diskChanged(peer: SimPeer): void {
    const holder = this.#holderOf(peer);
    holder.told = 0n;
    holder.slot = 0n;
    this.#free(peer);
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const holder = this.#holderOf(peer);
    if (event.kind === "start") checkKept(peer, holder);
    if (event.kind === "frame") this.#heard(peer, holder, event);
    this.#look(peer, holder);
    for (const effect of effects) {
      if (effect.kind === "ready" || effect.kind === "id") this.#tells(peer, holder);
      else if (effect.kind === "peer") this.#hears(peer, holder, effect);
      else if (effect.kind === "frame") this.#answers(peer, holder, effect);
    }
    if (event.kind !== "leave") return;
    checkLeave(peer, effects);
    // From here on it says that its id is free, however long it takes to end.
    this.#free(peer);
    holder.isTold = false;
  }

  #heard(peer: SimPeer, holder: Holder, { link, bytes }: Extract<CoreEvent, { kind: "frame" }>): void {
    const kind = kindOf(bytes);
    if (kind !== "hello" && kind !== "welcome") return;
    const frame = frameOf(bytes);
    if (frame.case === "hello") holder.asked.set(link, frame.value);
    if (frame.case !== "welcome" || frame.value.grant !== Grant.REFUSED || holder.ready) return;
    if (peer.core.id === peer.wish && holder.id !== peer.wish)
      fail("an id is taken when it is granted", `${peer.name} takes ${peer.wish}, which was refused`);
  }

  /** Notes a new claim; gives up the old one. */
  #look(peer: SimPeer, holder: Holder): void {
    const { id, identity } = peer.core;
    if (id === holder.id && identity.ready === holder.ready) return;
    if (holder.isTold) this.#checkLost(peer, holder);
    if (id !== holder.id) this.#free(peer);
    holder.id = id;
    holder.ready = identity.ready;
    holder.isTold = false;
    if (!identity.ready) return;
    holder.claimedMs = Math.floor(peer.nowMs);
    const claims = this.#claims.get(id) ?? [];
    this.#claims.set(id, claims);
    claims.push({ by: peer, claimedMs: holder.claimedMs });
  }

  #checkLost(peer: SimPeer, { id, claimedMs }: Holder): void {
    const rivals = (this.#claims.get(id) ?? []).filter(({ by }) => by !== peer);
    if (!rivals.some((rival) => rival.claimedMs <= claimedMs))
      fail("6: the earlier claim stands", `${peer.name} gives up ${id}, which nobody claimed before ${claimedMs}`);
  }

  #tells(peer: SimPeer, holder: Holder): void {
    const { id } = peer.core;
    if (storedId(peer) !== id) fail("law 3: an id is told once it is durable", `${peer.name} tells ${id}`);
    holder.told = id;
    holder.isTold = true;
  }

  #hears(peer: SimPeer, { others }: Holder, { id, state }: Extract<Effect, { kind: "peer" }>): void {
    const known = others.get(id);
    if (state === "down") {
      if (known !== undefined) known.downMs = peer.nowMs;
      return;
    }
    const holders = [...this.#holders].filter(([other, { id: held }]) => other !== peer && held === id);
    const [holder] = holders[0] ?? [];
    // Where two hold it, only claims tell whose it is; and where two held it, this peer may have heard of the other one.
    const isContested = (this.#claims.get(id) ?? []).some(({ by }) => by !== holder && by !== peer);
    if (holder !== undefined && holders.length === 1 && !isContested) others.set(id, { holder, downMs: undefined });
    else others.delete(id);
  }

  #answers(peer: SimPeer, holder: Holder, { link, bytes }: Extract<Effect, { kind: "frame" }>): void {
    if (kindOf(bytes) !== "welcome") return;
    const frame = frameOf(bytes);
    if (frame.case !== "welcome") return;
    const { assignedId, grant } = frame.value;
    if (assignedId !== 0n) {
      const slot = assignedId >> 25n;
      if (slot < holder.slot)
        fail("7: generated ids go up", `${peer.name} makes ${assignedId} in a slot before its last`);
      if (slot > markOf(peer)) fail("7: generated ids stay below a durable mark", `${peer.name} makes ${assignedId}`);
      holder.slot = slot;
    }
    const asked = holder.asked.get(link);
    if (grant === Grant.GRANTED && asked !== undefined) this.#checkGrant(peer, holder, asked);
  }

  #checkGrant(peer: SimPeer, { others }: Holder, asked: Hello): void {
    const id = asked.desiredId === 0n ? asked.id : asked.desiredId;
    if (id === peer.core.id) fail("6: an id is held by one key", `${peer.name} grants its own id ${id}`);
    const known = others.get(id);
    const asker = this.#byKey.get(asked.key.join());
    if (known === undefined || known.holder === asker) return;
    // It may have claimed the id in a former life, before the holder did: of these two claims the earlier stands.
    const claims = this.#claims.get(id) ?? [];
    const heldSinceMs = claims.findLast(({ by }) => by === known.holder)?.claimedMs ?? 0;
    if (claims.some(({ by, claimedMs }) => by === asker && claimedMs <= heldSinceMs)) return;
    const { leaseMs } = peer.limits;
    if (known.downMs === undefined || peer.nowMs - known.downMs < leaseMs - 1_000)
      fail("an id is leased", `${peer.name} grants ${id}, which ${known.holder.name} holds`);
  }

  /** The peer's id is another's to have: it gave it up, or lost it. */
  #free(peer: SimPeer): void {
    for (const { others } of this.#holders.values())
      for (const [id, { holder }] of others) if (holder === peer) others.delete(id);
  }

  #holderOf(peer: SimPeer): Holder {
    const known = this.#holders.get(peer);
    if (known?.life === peer.lives) return known;
    const { told = 0n, slot = 0n } = known ?? {};
    const fresh = { asked: new Map(), others: new Map() };
    const holder = {
      life: peer.lives,
      id: storedId(peer),
      ready: false,
      isTold: false,
      claimedMs: 0,
      told,
      slot,
      ...fresh,
    };
    this.#holders.set(peer, holder);
    return holder;
  }
}

/** Whoever comes back with the same disk, and has no other wish, has its id at once. */
function checkKept({ name, wish, core, disk }: SimPeer, { told }: Holder): void {
  const stored = identityOn(disk);
  // It may have died between the disk and the telling.
  const expected = [told, stored === undefined ? 0n : identityOf(stored).id].filter((id) => id !== 0n);
  if (told === 0n || (wish !== 0n && wish !== told) || expected.includes(core.id)) return;
  fail("an id outlives its process", `${name} was ${told}, and is ${core.id}`);
}

/** The adverts of a peer that leaves say so. */
function checkLeave({ name }: SimPeer, effects: readonly Effect[]): void {
  for (const effect of effects) {
    if (effect.kind !== "frame" || kindOf(effect.bytes) !== "adverts") continue;
    const frame = frameOf(effect.bytes);
    if (frame.case === "adverts" && frame.value.deltas.length > 0)
      fail("who leaves says so", `${name} says only that it has no links`);
  }
}

function storedId(peer: SimPeer): bigint {
  const identity = identityOn(peer.disk);
  return identity === undefined ? 0n : identityOf(identity).id;
}

/** How far a peer's generator of ids may go, as its disk says. */
function markOf({ disk }: SimPeer): bigint {
  const value = disk.get("meta", "snowflake");
  return value === undefined ? 0n : fromBinary(CounterRecordSchema, value).value;
}
