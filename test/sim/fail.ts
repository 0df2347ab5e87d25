/**
 * Ends a run: something that must always hold does not.
 * @param invariant which, by its number in the design (section 13) where it has one.
 * @throws Error that names it.
 */
export function fail(invariant: string, detail: string): never {
  throw new Error(`broken: ${invariant}: ${detail}`);
}
