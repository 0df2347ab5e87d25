/** Bytes in chunks of these sizes, empty ones left out. */
export function cut(bytes: Uint8Array, sizes: Iterable<number>): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const size: Iterator<number, unknown> = sizes[Symbol.iterator]();
  for (let at = 0; at < bytes.length;) {
    const next = size.next();
    const end = at + (next.done === true ? 1 : Math.max(1, next.value));
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}
