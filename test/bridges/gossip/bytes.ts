// The bytes of the wire, written out by hand as tests expect them.

/** A frame: its size, counting these four bytes, its type, and what is in it. */
export function frame(type: number, ...body: readonly number[]): Uint8Array {
  const size = body.length + 4;
  return Uint8Array.of(size >> 8, size & 255, type >> 8, type & 255, ...body);
}

export function announce(ttl: number, type: number, text: string): Uint8Array {
  return frame(500, ttl, 0, type >> 8, type & 255, ...Buffer.from(text));
}

export function notify(type: number): Uint8Array {
  return frame(501, 0, 0, type >> 8, type & 255);
}

export function notification(id: number, type: number, text: string): Uint8Array {
  return frame(502, id >> 8, id & 255, type >> 8, type & 255, ...Buffer.from(text));
}

export function validation(id: number, isValid: boolean): Uint8Array {
  return frame(503, id >> 8, id & 255, 0, isValid ? 1 : 0);
}

export function pull(address: string): Uint8Array {
  return frame(504, ...addressBytes(address));
}

export function response(...addresses: readonly string[]): Uint8Array {
  return frame(505, 0, addresses.length, ...addresses.flatMap(addressBytes));
}

export function push(address: string): Uint8Array {
  return frame(506, ...addressBytes(address));
}

export function content(ttl: number, type: number, text: string): Uint8Array {
  return frame(507, ...announce(ttl, type, text));
}

function addressBytes(address: string): number[] {
  const [host = "", port = "0"] = address.split(":");
  return [...host.split(".").map(Number), Number(port) >> 8, Number(port) & 255];
}
