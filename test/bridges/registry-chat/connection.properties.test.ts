import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "./bytes.ts";
import { frame, pair, scene } from "./scene.ts";

const names = fc.constantFrom("ali", "beyza", "ahmet", "host", "", "1", "a:b", "zeynep");
const words = ["SEARCH", "CHATREQUEST", "OK", "REJECT", "GROUPCHAT", "OKGROUP", "REJECTGROUP", "MESSAGE", "EXIT"];
const word = fc.constantFrom(...words, "EXITGROUP", "HELLO", "REGISTER", "DANCE");
const command = fc
  .tuple(word, fc.array(fc.oneof(names, fc.string()), { maxLength: 3 }))
  .map(([name, fields]) => frame([`&&${name}&&`, ...fields].join("|")));
const chunk = fc.oneof(
  { weight: 15, arbitrary: command.map((text) => bytesOf(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
);

test("whatever programs say, in whatever order, the others are served as before", async () => {
  const { rig, user } = await scene();
  const ahmet = await user("ahmet", 8001);
  const property = fc.asyncProperty(names, fc.array(chunk, { maxLength: 12 }), async (name, chunks) => {
    const program = await rig.dial("127.0.0.1:6234");
    await program.write(frame(`&&REGISTER&&|${name}|4920`), 500);
    for (const bytes of chunks) await program.stream.write(bytes).catch(() => {});
    await rig.run(500);
    program.stream.destroy();
    await rig.run(4_000);
    ahmet.heard();
    await ahmet.says("&&SEARCH&&|nobody|ahmet");
    expect(ahmet.heard()).toContain(pair("ahmet", "&&NOTFOUND&&|user not found"));
  });
  await fc.assert(property, { numRuns: 40 });
  expect(rig.logged.filter(([level]) => level === "warn" || level === "error")).toEqual([]);
});
