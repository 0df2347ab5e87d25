/** Numbers first to last, both included; first is 1 or more and not above last. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}
