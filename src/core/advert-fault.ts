import { getTextEncoding } from "@bufbuild/protobuf/wire";
import type { Advert } from "../gen/e3/v1/link_pb.ts";
import { isAscending } from "./ascending.ts";
import type { Limits } from "./limits.ts";

/** The bounds of an advert. */
export type AdvertLimits = Pick<
  Limits,
  "neighboursMax" | "advertListMax" | "advertTextBytesMax" | "credentialBytesMax"
>;

/**
 * The first thing wrong with an advert from elsewhere, for people; undefined when there is nothing. Leaves the
 * signature, and what needs the node, to the caller.
 *
 * A claim in the future is none: it loses against any other (claim.ts), and it may be a stranger's, of whom an honest
 * neighbour only passes on what it heard.
 */
export function faultOf(advert: Advert, limits: AdvertLimits): string | undefined {
  if (advert.key.length !== keyBytes) return `the key must be ${keyBytes} bytes, not ${advert.key.length}`;
  if (advert.id < 1n || advert.id > idMax) return `the id ${advert.id} is not from 1 to 2^63-1`;
  if (advert.incarnation < 1n || advert.version < 1n) return "incarnation and version count from 1";
  if (advert.neighbours.length > limits.neighboursMax) return `${advert.neighbours.length} neighbours are too many`;
  if (!isAscending(advert.neighbours)) return "the neighbours are not in ascending order";
  const { length } = advert.credential;
  if (length > limits.credentialBytesMax) return `a credential of ${length} bytes is too long`;
  return textFault(advert, limits);
}

/** Bytes that an advert within the limits never exceeds, with room for what newer versions may add. */
export function advertBytesMax(limits: AdvertLimits): number {
  const texts = (1 + 2 * limits.advertListMax) * (limits.advertTextBytesMax + textOverheadBytes);
  return limits.neighboursMax * neighbourBytes + texts + limits.credentialBytesMax + roomBytes;
}

const keyBytes = 32;
const idMax = 2n ** 63n - 1n;
const neighbourBytes = 8;
/** Tag and length of a text. */
const textOverheadBytes = 6;
/** The fixed fields take some 80 bytes; the rest is for fields yet to be invented. */
const roomBytes = 1_024;

function textFault(advert: Advert, limits: AdvertLimits): string | undefined {
  if (advert.addresses.length > limits.advertListMax) return `${advert.addresses.length} addresses are too many`;
  if (advert.features.length > limits.advertListMax) return `${advert.features.length} features are too many`;
  for (const text of [advert.name, ...advert.addresses, ...advert.features]) {
    if (isLonger(text, limits.advertTextBytesMax)) {
      return `a name, address or feature is over ${limits.advertTextBytesMax} bytes`;
    }
    // Controls and line separators could forge lines on the terminals and in the logs that show the text.
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return "a name, address or feature has control characters";
  }
  return undefined;
}

/** Whether the text takes more bytes of UTF-8. Each unit of it takes one to three: only in between need they be counted. */
function isLonger(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax || text.length * 3 <= bytesMax) return text.length > bytesMax;
  return getTextEncoding().encodeUtf8(text).length > bytesMax;
}
