import { beforeAll, expect, test } from "vitest";
import { useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";

const openMesh = useMesh("all tests");
const [idOfBob, idOfAli, idOfOther] = ["77252666718255104", "77252666718255105", "77252666718255106"] as const;

let bob: TestPeer;
let ali: TestPeer;
/** The other one that is called ali, two hops from bob. */
let other: TestPeer;
let reza: TestPeer;

beforeAll(async () => {
  const mesh = await openMesh();
  const named = (name: string): { readonly options: readonly string[] } => ({ options: ["--name", name] });
  ali = await mesh.start("ali", { id: idOfAli, ...named("ali") });
  bob = await mesh.start("bob", { id: idOfBob, dials: [ali], ...named("bob") });
  other = await mesh.start("other", { id: idOfOther, dials: [ali], ...named("ali") });
  reza = await mesh.start("reza", { id: "7", dials: [ali], ...named("Ali Reza") });
  await mesh.converged();
});

/** Types a search at bob and gives the answer. */
async function search(word: string): Promise<Readonly<Record<string, unknown>>> {
  const since = bob.stdout.end;
  bob.type(`/search ${word}`);
  const line = await bob.stdout.until("an answer", (each) => /^\{"event":"(?:search|error)"/.test(each), { since });
  return JSON.parse(line) as Readonly<Record<string, unknown>>;
}

test("a name stands for an id, also with blanks in it and in other case, and the receiver sees who it was", async () => {
  ali.type("BOB Hi there!");
  expect(await bob.until({ event: "message", text: "Hi there!" })).toMatchObject({ from: idOfAli, name: "ali" });
  bob.type('"Ali Reza"  two blanks');
  expect(await reza.until({ event: "message", text: " two blanks" })).toMatchObject({ from: idOfBob, name: "bob" });
});

test("namesakes are told apart: the bare name sends nothing, and the last digits of the id choose", async () => {
  const since = bob.events.end;
  bob.type("ali to whom?");
  const { code, message } = await bob.until({ event: "error" }, { since });
  expect(code).toBe("ambiguous-name");
  for (const part of [`ali@105 (id ${idOfAli}, ${ali.listen})`, `ali@106 (id ${idOfOther}, ${other.listen})`])
    expect(message).toContain(part);
  bob.type("ali@105 to the first");
  bob.type(`ali@106 to the second`);
  await ali.until({ event: "message", text: "to the first" });
  await other.until({ event: "message", text: "to the second" });
  expect([...ali.shown(idOfBob), ...other.shown(idOfBob)]).toEqual(["to the first", "to the second"]);
});

test("who is nobody's name is an error that names who may have been meant", async () => {
  const since = bob.events.end;
  bob.type("Ali Reza without quotes, for ali is the first word");
  expect(await bob.until({ event: "error" }, { since })).toMatchObject({ code: "ambiguous-name" });
  bob.type("rezaa hello");
  bob.type("ali-reza hello");
  const error = await bob.until({ event: "error" }, { since, times: 3 });
  expect(error).toMatchObject({ code: "unknown-peer", message: expect.stringContaining('"Ali Reza"?') as string });
  bob.type("ali@105 the end");
  await ali.until({ event: "message", text: "the end" });
  const shown = [ali, other, reza].flatMap((peer) => peer.shown(idOfBob));
  expect(shown.filter((text) => /quotes|hello/.test(text))).toEqual([]);
});

test("/search finds who is online, several, oneself and nobody, and, once he has left, who is absent", async () => {
  const addresses = [reza.listen];
  expect(await search("Ali Reza")).toMatchObject({
    answer: "online",
    peers: [{ id: "7", name: "Ali Reza", state: "present", hops: 2, addresses }],
  });
  expect(await search("ali")).toMatchObject({ answer: "several", peers: [{ id: idOfAli }, { id: idOfOther }] });
  expect(await search(idOfOther)).toMatchObject({ answer: "online", peers: [{ name: "ali" }] });
  expect(await search("bob")).toMatchObject({ answer: "self", peers: [{ id: idOfBob, state: "self" }] });
  expect(await search("bbo")).toMatchObject({ answer: "unknown", peers: [], near: ["bob"] });
  expect(await search("99")).toMatchObject({ answer: "unknown", peers: [], near: [] });
  expect(await search("0")).toMatchObject({ event: "error", code: "bad-id" });
  const since = bob.events.end;
  await reza.stop();
  await bob.until({ event: "peer", id: "7", state: "down" }, { since });
  const gone = await search('"Ali Reza"');
  expect(gone).toMatchObject({ answer: "absent", peers: [{ id: "7", state: "absent", addresses }] });
  expect(JSON.stringify(gone)).toMatch(/"absentSince":"\d{4}-\d\d-\d\dT/);
  bob.type('"Ali Reza" for when you are back');
  await reza.restart();
  await reza.until({ event: "message", text: "for when you are back" });
  expect(bob.violations).toEqual([]);
});

test("on plain output a message is its sender's id and its text, whatever he is called, and /who is a table", async () => {
  const mesh = await openMesh();
  const plain = await mesh.peer("plain", { id: "5", dials: [ali], options: ["--name", "pia"], plain: true });
  const since = bob.events.end;
  plain.launch();
  for (const [{ id }, name] of [
    [ali, "ali"],
    [bob, "bob"],
    [other, "ali"],
    [reza, '"Ali Reza"'],
  ] as const)
    await plain.stdout.until(`${id} coming up`, (line) => line === `peer ${id} ${name} is up`);
  await bob.until({ event: "peer", id: "5", state: "up" }, { since });
  bob.type("pia Hi there!");
  await plain.stdout.until("the message", (line) => line === `[${idOfBob}] Hi there!`);
  plain.type("/who");
  await plain.stdout.until("the last of the table", (line) => line.startsWith(`ali@106     ${idOfOther}  2 `));
  const table = plain.stdout
    .items()
    .filter((line) => / {2,}(?:address|127\.0\.0\.1:\d+) +(?:state|you|present)$/.test(line));
  expect(table[0]).toMatch(/^name +id +hops +address +state$/);
  expect(table).toContainEqual(expect.stringMatching(/^"Ali Reza" +7 +2 .* present$/));
  expect(table[1]).toMatch(/^pia +5 +- .* you$/);
  expect(table).toHaveLength(6);
  expect(new Set(table.map((line) => line.lastIndexOf("  "))).size).toBe(1);
  await plain.stop();
});

test.each([
  ["77", /taken for an id/],
  ["", /empty/],
  ["a\u202eb", /do not show/],
  ["a\u0007", /control characters/],
  ["x".repeat(10_000), /10000 bytes/],
  ["ali@5", /namesakes/],
])("the name %.10j is refused at the start", async (name, why) => {
  const mesh = await openMesh();
  const peer = await mesh.peer("refused", { options: ["--name", name] });
  peer.launch();
  const { code, message } = await peer.until({ event: "error" });
  expect([code, message]).toEqual(["bad-option", expect.stringMatching(why)]);
  expect(await peer.exit()).toMatchObject({ code: 2 });
});
