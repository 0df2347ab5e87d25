/** What one module announces to all others: the wire looks into its type, and never into its data. */
export interface Announcement {
  /** Over how many hops it may still go; 0 for any number. 0 to 255. */
  readonly ttl: number;
  /** Which modules it is for: those that registered this type. 0 to 65,535. */
  readonly type: number;
  readonly data: Uint8Array;
}

/** The longest data that fits a message of the API, whose size is told in 16 bits: 65,535 less eight bytes of header. */
export const announcedBytesMax = 65_527;

/** The longest data that original peers can be sent: there the announcement is wrapped once more, for four bytes. */
export const sharedBytesMax = 65_523;

/**
 * The announcement as it goes on to the next hop, or undefined when this was its last: what arrives with a ttl of 1 stays.
 * 0, for any number of hops, stays 0.
 */
export function nextHop(announcement: Announcement): Announcement | undefined {
  const { ttl } = announcement;
  if (ttl === 1) return undefined;
  return ttl === 0 ? announcement : { ...announcement, ttl: ttl - 1 };
}

/**
 * Type and data as one text, the same for the same bytes alone: what an announcement is known by, since neither modules nor
 * original peers give it any other name.
 */
export function contentKey({ type, data }: Announcement): string {
  // Each byte is one character of this encoding, and no two bytes are the same one (WHATWG Encoding, windows-1252).
  return `${type} ${new TextDecoder("windows-1252").decode(data)}`;
}
