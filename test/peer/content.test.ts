import { expect, test } from "vitest";
import { decodeBody } from "../../src/core/body.ts";
import { E3Error } from "../../src/core/error.ts";
import { encodeContent } from "../../src/peer/content.ts";
import type { Content } from "../../src/peer/types.ts";

function failure(content: unknown, bytesMax = 1_000): string {
  try {
    encodeContent(content as Content, bytesMax);
  } catch (error) {
    return error instanceof E3Error ? `${error.code}: ${error.message}` : `not ours: ${String(error)}`;
  }
  return "none";
}

test("text and data become the bodies they are read from again", () => {
  expect(decodeBody(encodeContent("Grüße, 👋", 1_000))).toEqual({ kind: "text", text: "Grüße, 👋" });
  const data = Uint8Array.of(0, 255, 7);
  const decoded = decodeBody(encodeContent({ contentType: "application/octet-stream", data }, 1_000));
  expect(decoded).toMatchObject({ kind: "data", contentType: "application/octet-stream" });
  expect(typeof decoded === "object" && decoded.kind === "data" && Uint8Array.from(decoded.data)).toEqual(data);
});

test("no text is refused, with what would be right", () => {
  expect(failure("")).toBe("bad-content: there is no text to send; give it at least one character");
});

test("empty data with a media type is content", () => {
  expect(failure({ contentType: "text/plain", data: new Uint8Array(0) })).toBe("none");
});

test("half a surrogate pair is refused, not replaced", () => {
  expect(failure("\ud83d")).toMatch(/^bad-content: the text is not Unicode/);
  expect(failure({ contentType: "\udc4b", data: new Uint8Array(1) })).toMatch(/^bad-content: /);
});

test("what plain JavaScript may pass instead of content is refused by name", () => {
  const wrong = [
    undefined,
    null,
    5,
    {},
    [],
    { contentType: "text/plain" },
    { contentType: 1, data: new Uint8Array(1) },
  ];
  for (const content of [...wrong, { contentType: "text/plain", data: "text" }, { data: new Uint8Array(1) }]) {
    expect(failure(content)).toBe(
      "bad-content: content must be text, or { contentType, data } with data as a Uint8Array",
    );
  }
});

test.each([1, 127, 128, 129, 255, 256, 16_382, 16_383, 16_384, 16_385, 70_000])(
  "text of exactly the limit of %i bytes passes, one more byte does not",
  (bytesMax) => {
    expect(failure("x".repeat(bytesMax), bytesMax)).toBe("none");
    expect(failure("x".repeat(bytesMax + 1), bytesMax)).toBe(
      `too-large: the content has ${bytesMax + 1} bytes, the most is ${bytesMax}; send it in parts`,
    );
  },
);

test.each([4, 128, 16_382, 16_384, 16_386])(
  "the limit of %i is one of bytes of UTF-8, not of characters",
  (bytesMax) => {
    const text = "ü".repeat(bytesMax / 2);
    expect(failure(text, bytesMax)).toBe("none");
    expect(failure(`${text}x`, bytesMax)).toMatch(`the content has ${bytesMax + 1} bytes`);
  },
);

test("text far above the limit is refused before it is encoded", () => {
  expect(failure("x".repeat(5_000_000), 10)).toMatch("too-large: the content has 5000000 bytes, the most is 10");
});
