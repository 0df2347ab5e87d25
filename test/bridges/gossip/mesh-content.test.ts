import fc from "fast-check";
import { expect, test } from "vitest";
import { readMeshContent, writeMeshContent } from "../../../src/bridges/gossip/mesh-content.ts";
import { anyAnnouncement } from "./arbitrary.ts";

const contentType = "application/vnd.e3.announcement";

test("an announcement travels as ttl, origin, type and data", () => {
  const announcement = { ttl: 3, type: 0x0102, data: Uint8Array.of(0x68, 0x69) };
  expect(writeMeshContent({ announcement, by: "module" })).toEqual({
    contentType,
    data: Uint8Array.of(3, 0, 1, 2, 0x68, 0x69),
  });
  expect(writeMeshContent({ announcement, by: "peers" }).data[1]).toBe(1);
});

test("it is read as it was written", () => {
  fc.assert(
    fc.property(anyAnnouncement, fc.constantFrom("module" as const, "peers" as const), (announcement, by) => {
      expect(readMeshContent(writeMeshContent({ announcement, by }))).toEqual({ announcement, by });
    }),
  );
});

test("text and other contents are refused in a sentence", () => {
  expect(readMeshContent("hi")).toBe("a gossip program takes announcements, and no text");
  const other = { contentType: "text/plain", data: Uint8Array.of(3, 0, 1, 2) };
  expect(readMeshContent(other)).toBe(`a gossip program takes contents of the type ${contentType} only`);
});

test("too little and too much are refused", () => {
  expect(readMeshContent({ contentType, data: new Uint8Array(3) })).toBe("an announcement has 4 bytes or more");
  expect(readMeshContent({ contentType, data: new Uint8Array(65_531) })).toMatchObject({ by: "module" });
  expect(readMeshContent({ contentType, data: new Uint8Array(65_532) })).toBe(
    "an announcement has 65527 bytes of data at most",
  );
});
