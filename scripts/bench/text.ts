const line = "The quick brown fox jumps over the lazy dog, and comes back. 0123456789 ";

/** So many bytes of text, ASCII, the same for all subjects. */
export function textOf(bytes: number): string {
  return line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes);
}
