/**
 * The field with 2^32 elements in which a CRC-32 counts. As zlib writes them, the highest bit of a word is 1, the next one x.
 */
export const one = 0x8000_0000;

const polynomial = 0xedb8_8320;
const ofX = orderedBy(one, 1_024);
/** x^(2^32 - 2): x has the order 2^32 - 1, as the polynomial is primitive. */
const inverse = ((): number => {
  let result = one;
  let square = 0x4000_0000;
  for (let bit = 0; bit < 32; bit += 1) {
    if (bit > 0) result = times(result, square);
    square = times(square, square);
  }
  return result;
})();

/** The product of two elements. */
export function times(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bits = a; bits !== 0; bits <<= 1) {
    if (bits < 0 || bits >= one) product ^= shifted;
    shifted = byX(shifted);
  }
  return product >>> 0;
}

/** x to that power; -1,023 to 1,023. */
export function power(exponent: number): number {
  if (exponent >= 0) return ofX[exponent] ?? NaN;
  let result = one;
  for (let count = exponent; count < 0; count += 1) result = times(result, inverse);
  return result;
}

function orderedBy(first: number, count: number): readonly number[] {
  const elements = [first];
  while (elements.length < count) elements.push(byX(elements.at(-1) ?? 0));
  return elements;
}

function byX(element: number): number {
  return ((element >>> 1) ^ (element & 1 ? polynomial : 0)) >>> 0;
}
