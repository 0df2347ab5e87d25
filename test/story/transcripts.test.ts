import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { play, readTranscript } from "./transcript.ts";

const folder = new URL("transcripts/", import.meta.url);
const names = readdirSync(folder).toSorted();
const accepts = process.env["E3_ACCEPT"] === "1";
const how = "is not what comes out now; if that is right, E3_ACCEPT=1 writes it down (test/story/README.md)";

const stories = names.map((name) => {
  const path = new URL(name, folder);
  const text = readFileSync(path, "utf8");
  const transcript = readTranscript(name, text);
  return [transcript.sentence, { path, text, transcript }] as const;
});

test("there are at least twelve stories, and nothing else in their folder", () => {
  expect(names.filter((name) => !name.endsWith(".story"))).toEqual([]);
  expect(names.length).toBeGreaterThanOrEqual(12);
});

test.each(stories)("%s", (_sentence, { path, text, transcript }) => {
  const played = play(transcript);
  if (accepts && played !== text) writeFileSync(path, played);
  else expect(played, `${transcript.name} ${how}`).toBe(text);
});
