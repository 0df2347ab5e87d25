import { E3Error } from "../core/error.ts";
import { mix64 } from "../core/mix64.ts";

/** Where a message stands among all of its conversation: the same at every peer. */
export interface Place {
  readonly lamport: number;
  readonly epoch: bigint;
  readonly number: number;
  /** Name of the lane it came in; of a group, or of what is for everyone, always the same. */
  readonly lane: bigint;
}

/** For sort: by Lamport time, so that nothing stands before what its sender had seen, and then in some fixed order. */
export function byPlace(a: Place, b: Place): number {
  return a.lamport - b.lamport || ascending(a.epoch, b.epoch) || a.number - b.number || ascending(a.lane, b.lane);
}

/** Whose positions they are, and of which conversation. */
export interface Scope {
  /** Of the peer's own store. */
  readonly epoch: bigint;
  readonly conversation: bigint;
}

/** A place as people and programs carry it around: opaque, and of use in its scope alone. */
export function positionOf(place: Place, scope: Scope): string {
  const fields = [place.lamport, place.epoch, place.number, place.lane].map((field) => field.toString(36));
  return [version, ...fields, checkOf(place, scope)].join("-");
}

/** @throws E3Error "bad-option" for anything but what positionOf made in the same scope. */
export function placeOf(position: string, scope: Scope): Place {
  const [, lamport, epoch, number, lane, check] = form.exec(position) ?? [];
  if (lamport === undefined || epoch === undefined || number === undefined || lane === undefined)
    throw new E3Error("bad-option", "that is no position in a history; give one that a page of it came with");
  const place = { lamport: parseInt(lamport, 36), epoch: big(epoch), number: parseInt(number, 36), lane: big(lane) };
  if (checkOf(place, scope) === check) return place;
  const right = "give one that a page of this conversation came with, from this peer";
  throw new E3Error("bad-option", `the position is of another history; ${right}`);
}

/** Of the form of positions. */
const version = "h1";

const form = /^h1-([0-9a-z]{1,11})-([0-9a-z]{1,13})-([0-9a-z]{1,11})-([0-9a-z]{1,13})-([0-9a-z]{1,13})$/;

/** Tells the scope, and whether something was changed: no protection against those who mean harm, who gain nothing by it. */
function checkOf({ lamport, epoch, number, lane }: Place, scope: Scope): string {
  let sum = mix64(scope.epoch);
  for (const field of [scope.conversation, BigInt(lamport), epoch, BigInt(number), lane]) sum = mix64(sum ^ field);
  return sum.toString(36);
}

function big(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(parseInt(digit, 36));
  return value;
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
