/** What a thrown value says, for a log or a notice. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
