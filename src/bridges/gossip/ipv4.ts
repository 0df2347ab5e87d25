/** Bytes of an address on the wire: four of IPv4, two of the port. */
export const addressBytes = 6;

/** host:port out of six bytes, big-endian. */
export function readAddress(view: DataView, at: number): string {
  const parts = [0, 1, 2, 3].map((part) => view.getUint8(at + part));
  return `${parts.join(".")}:${view.getUint16(at + 4)}`;
}

/** The six bytes of an address; undefined when it is not IPv4, which the wire cannot state. */
export function addressToBytes(address: string): readonly number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3}):(\d{1,5})$/.exec(address);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, port = 0] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || port > 65_535) return undefined;
  return [a, b, c, d, port >> 8, port & 0xff];
}

/**
 * Whether somebody could listen there: a port, and an address of one machine. What a peer states may be anything, and is
 * dialled; 0.0.0.0/8 means nobody, 224.0.0.0 and above are groups or reserved (RFC 6890).
 */
export function isDialable(address: string): boolean {
  const bytes = addressToBytes(address);
  if (bytes === undefined) return false;
  const [first = 0, , , , high = 0, low = 0] = bytes;
  return first > 0 && first < 224 && high * 256 + low > 0;
}
