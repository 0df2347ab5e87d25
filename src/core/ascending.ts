/** Orders numbers upwards; for sort, which on bigints would go by their text. */
export function ascending(a: bigint, b: bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** Whether each number is greater than the one before: sorted, and none twice. */
export function isAscending(numbers: readonly bigint[]): boolean {
  return numbers.every((number, index) => {
    const before = numbers[index - 1];
    return before === undefined || before < number;
  });
}
