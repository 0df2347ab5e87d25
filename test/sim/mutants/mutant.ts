/** One place of the source, and what stands there instead. */
export interface Patch {
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/**
 * A planted bug: a change of the source under which the simulator must find something broken.
 *
 * It is applied while the simulator is bundled, and nowhere else: no build holds it, and nothing can switch it on.
 */
export interface Mutant extends Patch {
  /** Kebab-case, unique. */
  readonly name: string;
  /** What goes wrong, in one sentence. */
  readonly says: string;
  /** The invariant that it breaks, by its number in the design where it has one. */
  readonly breaks: string;
  /** What else must change, where one mistake alone is made good by a second line of defence. */
  readonly also?: readonly Patch[];
  /** What must be drawn beside mail for the bug to show. Default nothing. */
  readonly drawn?: "broadcasts" | "deeds";
}

/** All places that a planted bug changes. */
export function patchesOf(mutant: Mutant): readonly Patch[] {
  return [mutant, ...(mutant.also ?? [])];
}

/**
 * The text of a file with the bug planted; as it was where the bug has no place in the file.
 * @throws Error when what a patch looks for is not there, or there twice: the source moved on, and the bug must follow.
 */
export function plant(mutant: Mutant, file: string, text: string): string {
  let planted = text;
  for (const patch of patchesOf(mutant)) {
    if (patch.file !== file) continue;
    const found = planted.split(patch.find).length - 1;
    if (found !== 1) throw new Error(`${mutant.name}: ${file} has ${found} times, not once: ${patch.find}`);
    planted = planted.replace(patch.find, () => patch.replace);
  }
  return planted;
}
