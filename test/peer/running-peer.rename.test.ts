import { expect, test } from "vitest";
import { villages } from "./world.ts";

const village = villages();

test("a peer that is called by another name is known by it, and not by the one before", async () => {
  const here = village();
  const [left, right] = await here.pair();
  const events = right.events();
  left.rename("ali");
  await here.time.pass(100);
  expect((await events.next()).value).toEqual({ kind: "peer", id: left.id, state: "renamed" });
  expect(right.search("ali")).toMatchObject({ kind: "online", peer: { id: left.id } });
  left.rename("Ali Reza");
  await here.time.pass(100);
  expect(right.search("ali").kind).toBe("unknown");
  expect(right.search("Ali Reza")).toMatchObject({ kind: "online", peer: { id: left.id, name: "Ali Reza" } });
  expect([left.status().name, left.search("ali reza").kind]).toEqual(["Ali Reza", "self"]);
  left.rename("");
  await here.time.pass(100);
  expect(right.peers()).toMatchObject([{ id: left.id, name: "" }]);
});

test.each([
  ["control characters", "a\u0007b"],
  ["10,000 letters", "x".repeat(10_000)],
  ["what looks like an id", "77"],
  ["digits behind an @", "ali@106"],
  ["a blank at the end", "ali "],
])("a name of %s is refused as at the start, and the one before stays", async (_, name) => {
  const here = village();
  const [left] = await here.pair();
  left.rename("ali");
  expect(() => left.rename(name)).toThrow(expect.objectContaining({ code: "bad-option" }));
  expect(left.status().name).toBe("ali");
});

test("a name that somebody vouches for cannot be changed, and a closed peer's neither", async () => {
  const here = village();
  const [left, right] = await here.pair();
  left.setCredential(Uint8Array.of(1));
  expect(() => left.rename("ali")).toThrow(expect.objectContaining({ code: "bad-option" }));
  left.setCredential(new Uint8Array());
  left.rename("ali");
  expect(left.status().name).toBe("ali");
  await here.time.until(right.close());
  expect(() => right.rename("veli")).toThrow(expect.objectContaining({ code: "closed" }));
});
