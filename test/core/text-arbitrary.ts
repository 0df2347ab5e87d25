import fc from "fast-check";

/** Any Unicode text: all planes, controls and marks included, without lone surrogates. */
export const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x7f }),
      fc.integer({ min: 0x80, max: 0xd7ff }),
      fc.integer({ min: 0xe000, max: 0xffff }),
      fc.integer({ min: 0x10000, max: 0x10ffff }),
    ),
    { maxLength: 30 },
  )
  .map((characters) => String.fromCodePoint(...characters));

/** Any UTF-16 text: lone surrogates too. */
export const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
  .map((units) => String.fromCharCode(...units));
