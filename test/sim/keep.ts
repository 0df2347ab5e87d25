import { namesIn, type Fault, type Plan, type PlannedPeer } from "./plan.ts";

/** What is left of a drawn plan, by the places that peers, sends and faults had in it, ascending from 1. */
export interface Keep {
  readonly peers: readonly number[];
  readonly sends: readonly number[];
  readonly faults: readonly number[];
  /** When faults end, milliseconds; undefined as drawn. */
  readonly endMs: number | undefined;
}

/**
 * Writes it short: `p1-3,s4,f1,f7,t12500` keeps the first three peers, one send and two faults, and ends at 12.5 s.
 * What has no word is left out, but for the end.
 */
export function printKeep({ peers, sends, faults, endMs }: Keep): string {
  const words = [...ranges("p", peers), ...ranges("s", sends), ...ranges("f", faults)];
  return [...words, ...(endMs === undefined ? [] : [`t${endMs}`])].join();
}

/** Reads what printKeep writes, in any order. @throws Error that says which word is wrong. */
export function parseKeep(text: string): Keep {
  const places = { p: new Set<number>(), s: new Set<number>(), f: new Set<number>() };
  let endMs: number | undefined;
  for (const word of text.split(",")) {
    const [, letter = "", first = "", last = first] = /^([psft])(\d{1,9})(?:-(\d{1,9}))?$/.exec(word) ?? [];
    if (letter === "t") endMs = Number(first);
    else if (letter === "p" || letter === "s" || letter === "f") addRange(places[letter], Number(first), Number(last));
    else throw new Error(`"${word}" is not p, s or f with a number or a range, nor t with milliseconds`);
  }
  return { peers: ascending(places.p), sends: ascending(places.s), faults: ascending(places.f), endMs };
}

/** What a plan still has of the one that was drawn. */
export function keepOf(plan: Plan, drawn: Plan = plan): Keep {
  const places = (parts: readonly { readonly name: string }[]): readonly number[] =>
    parts.map(({ name }) => placeOf(name));
  const endMs = plan.endMs === drawn.endMs ? undefined : plan.endMs;
  return { peers: places(plan.peers), sends: places(plan.sends), faults: places(plan.faults), endMs };
}

/**
 * What is left of a plan. Sends and faults of peers that go go too; whoever was linked only through such a peer is linked
 * with one of its neighbours instead, so that the graph stays connected.
 */
export function reduce(plan: Plan, keep: Keep): Plan {
  const [peerPlaces, sends, faults] = [new Set(keep.peers), new Set(keep.sends), new Set(keep.faults)];
  let peers = plan.peers;
  for (const { name } of plan.peers) if (!peerPlaces.has(placeOf(name))) peers = without(peers, name);
  const names = new Set(peers.map(({ name }) => name));
  return {
    ...plan,
    peers,
    sends: plan.sends.filter(
      ({ name, from, to }) => sends.has(placeOf(name)) && names.has(from) && (typeof to === "bigint" || names.has(to)),
    ),
    faults: plan.faults.flatMap((fault) => (faults.has(placeOf(fault.name)) ? among(fault, names) : [])),
    endMs: keep.endMs ?? plan.endMs,
  };
}

/** The fault as it is about these peers; none when it is about others. */
function among(fault: Fault, names: ReadonlySet<string>): readonly Fault[] {
  if (!namesIn(fault).every((name) => names.has(name))) return [];
  if (fault.kind !== "partition") return [fault];
  const [side, other] = [fault.side, fault.other].map((list) => list.filter((name) => names.has(name)));
  if (side === undefined || other === undefined || side.length === 0 || other.length === 0) return [];
  return [{ ...fault, side, other }];
}

/** The peers but one, its neighbours linked with the first of them. */
function without(peers: readonly PlannedPeer[], gone: string): readonly PlannedPeer[] {
  const dialled = peers.find(({ name }) => name === gone)?.dials ?? [];
  const left = peers.filter(({ name }) => name !== gone);
  const neighbours = left.filter(({ name, dials }) => dials.includes(gone) || dialled.includes(name));
  const heir = neighbours[0];
  return left.map((peer) => {
    const dials = peer.dials.filter((name) => name !== gone);
    const isOrphan = heir !== undefined && neighbours.includes(peer) && peer !== heir;
    if (!isOrphan || dials.includes(heir.name) || heir.dials.includes(peer.name)) return { ...peer, dials };
    return { ...peer, dials: [...dials, heir.name] };
  });
}

function placeOf(name: string): number {
  return Number(name.slice(1));
}

function addRange(places: Set<number>, first: number, last: number): void {
  if (last - first > 1_000_000) throw new Error(`${first}-${last} is too long`);
  for (let place = first; place <= last; place += 1) places.add(place);
}

function ascending(places: ReadonlySet<number>): readonly number[] {
  return [...places].toSorted((a, b) => a - b);
}

/** `p0-2`, `p5`. */
function ranges(letter: string, places: readonly number[]): readonly string[] {
  const found: [first: number, last: number][] = [];
  for (const place of places) {
    const newest = found.at(-1);
    if (newest?.[1] === place - 1) newest[1] = place;
    else found.push([place, place]);
  }
  return found.map(([first, last]) => (first === last ? `${letter}${first}` : `${letter}${first}-${last}`));
}
