import { expect, test } from "vitest";
import { startOf } from "../../src/peer/reading-start.ts";

const shown = { get: () => 3n };

test("a reading begins where it is told to, now, or where the last one stopped", () => {
  const starts = ([0n, 4n, 7n, "new", "unshown"] as const).map((after) => startOf(after, shown, 7n));
  expect(starts).toEqual([0n, 4n, 7n, 7n, 3n]);
});

test.each([8n, 999_999n, -1n])(
  "the cursor %s, which no message has had, is refused with what would be right",
  (after) => {
    expect(() => startOf(after, shown, 7n)).toThrow(
      expect.objectContaining({
        code: "bad-option",
        message: expect.stringMatching(
          new RegExp(`^no message of this peer has the cursor ${after}.*; read after 0, .* up to 7, the newest$`),
        ) as unknown,
      }) as Error,
    );
  },
);

test("a cursor beyond the newest is said to be from elsewhere, or of a newer state of the store", () => {
  expect(() => startOf(8n, shown, 7n)).toThrow(
    /from another peer, or this peer's store was put back to an older state/,
  );
});
