import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { Whereabouts } from "../../../src/bridges/udp-chat/whereabouts.ts";

test("where a user signed in last is known, also after a restart", () => {
  const notebook = memoryNotebook();
  const first = new Whereabouts(notebook);
  first.note("9101", "127.0.0.1:5000", "ali");
  first.note("9101", "127.0.0.1:5001", "ali");
  const again = new Whereabouts(notebook);
  expect(again.of("9101")).toBe("127.0.0.1:5001");
  expect(again.idAt("127.0.0.1:5001")).toBe("9101");
  expect(again.idAt("127.0.0.1:5000")).toBeUndefined();
});

test("who is signed in is known, also after a restart, until it leaves", () => {
  const notebook = memoryNotebook();
  const first = new Whereabouts(notebook);
  first.note("9101", "127.0.0.1:5000", "ali");
  first.note("7493", "127.0.0.1:5001", "ayşe b");
  first.leave("9101");
  first.leave("1000");
  const again = new Whereabouts(notebook);
  expect([again.of("9101"), again.idAt("127.0.0.1:5000")]).toEqual(["127.0.0.1:5000", "9101"]);
  expect([again.userAt("127.0.0.1:5000"), again.userAt("127.0.0.1:5001")]).toEqual([undefined, "ayşe b"]);
  expect(again.signedIn()).toEqual(["7493"]);
  again.note("9101", "127.0.0.1:5000", "ali");
  expect(new Whereabouts(notebook).userAt("127.0.0.1:5000")).toBe("ali");
});

test("an address is that of the user who signed in there last", () => {
  const known = new Whereabouts(memoryNotebook());
  known.note("9101", "127.0.0.1:5000", "ali");
  known.note("7493", "127.0.0.1:5000", "ayşe b");
  expect(known.idAt("127.0.0.1:5000")).toBe("7493");
  expect(known.userAt("127.0.0.1:5000")).toBe("ayşe b");
  expect(known.of("9101")).toBeUndefined();
});

test("of very many users those that signed in long ago are forgotten", () => {
  const notebook = memoryNotebook();
  const known = new Whereabouts(notebook);
  for (let index = 0; index < 1_500; index++) known.note(`${1_000 + index}`, `127.0.0.1:${1_000 + index}`, "ali");
  expect(known.of("2499")).toBe("127.0.0.1:2499");
  expect(known.of("1000")).toBeUndefined();
  expect(notebook.entries()).toHaveLength(1_000);
});

test("of very many users none is forgotten that is here: one that left is first, then one that may come back", () => {
  const notebook = memoryNotebook();
  const here = new Set<string>();
  const known = new Whereabouts(notebook, (id) => here.has(id));
  const come = (index: number): void => {
    here.add(`${1_000 + index}`);
    known.note(`${1_000 + index}`, `127.0.0.1:${1_000 + index}`, "ali");
  };
  for (let index = 0; index < 1_000; index++) come(index);
  known.leave("1500");
  here.delete("1500");
  here.delete("1400");
  come(1_000);
  expect([known.of("1000"), known.of("1400")]).toEqual(["127.0.0.1:1000", "127.0.0.1:1400"]);
  expect(known.of("1500")).toBeUndefined();
  come(1_001);
  expect([known.of("1000"), known.of("1400")]).toEqual(["127.0.0.1:1000", undefined]);
  come(1_002);
  expect([known.of("1000"), known.of("2002")]).toEqual(["127.0.0.1:1000", undefined]);
  expect(notebook.entries()).toHaveLength(1_000);
});
