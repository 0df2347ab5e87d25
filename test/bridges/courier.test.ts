import { expect, test } from "vitest";
import { carry, type Carrying } from "../../src/bridges/courier.ts";
import { E3Error } from "../../src/core/error.ts";
import type { Message } from "../../src/peer/types.ts";
import { createTestMesh } from "../../src/testing/mesh.ts";
import { makeUnreadable } from "./rig.ts";

async function scene() {
  const mesh = createTestMesh();
  const host = await mesh.start("host");
  const guest = await mesh.start("guest", { peers: ["host"], leaf: true });
  const logged: (readonly unknown[])[] = [];
  const note = (level: string) => (_message: string, fields?: Readonly<Record<string, unknown>>) =>
    void logged.push([level, fields]);
  const log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  const carried = (how: Omit<Carrying, "log">): Promise<void> => carry({ ...how, log });
  return { mesh, host, guest, end: new AbortController(), carry: carried, logged };
}

test("messages are handed over one at a time, in order; what was not taken is handed over by the next courier", async () => {
  const { mesh, host, guest, end, carry } = await scene();
  const taken: string[] = [];
  let under = 0;
  const write = async ({ text }: { readonly text: string }): Promise<void> => {
    under += 1;
    expect(under).toBe(1);
    await Promise.resolve();
    under -= 1;
    if (text === "three" && !taken.includes("refused once")) {
      taken.push("refused once");
      throw new Error("the program is gone");
    }
    taken.push(text);
  };
  for (const text of ["one", "two", "three", "four"]) host.send(guest.id, text);
  await mesh.until(carry({ peer: guest, write, signal: end.signal }));
  expect(taken).toEqual(["one", "two", "refused once"]);
  const rest = carry({ peer: guest, write, signal: end.signal });
  await mesh.run(1_000);
  end.abort();
  await mesh.until(rest);
  expect(taken).toEqual(["one", "two", "refused once", "three", "four"]);
});

test("what was said to everyone before the guest came is not for its program, and what is for it alone is", async () => {
  const { mesh, host, guest, end, carry } = await scene();
  const taken: string[] = [];
  host.send("everyone", "old news");
  host.send(guest.id, "old letter");
  await mesh.run(1_000);
  host.send("everyone", "news");
  const isOld = async ({ text }: Message): Promise<boolean> => text === "old news";
  const write = async ({ text }: { readonly text: string }): Promise<void> => void taken.push(text);
  const carried = carry({ peer: guest, write, isOld, signal: end.signal });
  await mesh.run(3_000);
  expect(taken.toSorted()).toEqual(["news", "old letter"]);
  await mesh.until(guest.close());
  await mesh.until(carried);
});

test("a record that cannot be read is logged and passed over: what comes behind it is handed over, and it is met again by nobody", async () => {
  const { mesh, host, guest, end, carry, logged } = await scene();
  for (const text of ["one", "two", "three"]) host.send(guest.id, text);
  await mesh.run(1_000);
  const taken: string[] = [];
  const write = async ({ text }: Message): Promise<void> => void taken.push(text);
  makeUnreadable(guest, "two");
  const carried = carry({ peer: guest, write, signal: end.signal });
  await mesh.run(1_000);
  end.abort();
  await mesh.until(carried);
  const id = guest.id.toString();
  expect([taken, logged]).toEqual([["one", "three"], [["error", { id, why: "RangeError: outside the bounds" }]]]);
  const late = new AbortController();
  const rest = carry({ peer: guest, write, signal: late.signal });
  await mesh.run(1_000);
  late.abort();
  await mesh.until(rest);
  expect(taken).toEqual(["one", "three"]);
});

test("a process that is killed after a write and before its note has that one message handed over again, and no other", async () => {
  const { mesh, host, guest, end, carry } = await scene();
  const taken: string[] = [];
  for (const text of ["one", "two", "three"]) host.send(guest.id, text);
  const write = async ({ text }: Message): Promise<void> => {
    taken.push(text);
    if (text !== "two") return;
    // Written, and killed at this moment: nothing comes after it.
    mesh.crash("guest");
    await new Promise(() => {});
  };
  void carry({ peer: guest, write, signal: end.signal });
  await mesh.run(5_000);
  const again = await mesh.start("guest", { peers: ["host"], leaf: true });
  void carry({ peer: again, write: async ({ text }) => void taken.push(text), signal: end.signal });
  await mesh.run(5_000);
  expect(taken).toEqual(["one", "two", "two", "three"]);
});

test("one that ends by an error says why in the log, and one that is ended does not; what it could not hand over is kept", async () => {
  const { mesh, host, guest, end, carry: carried, logged } = await scene();
  const id = guest.id.toString();
  host.send(guest.id, "one");
  const faults = [new E3Error("closed", "the connection with 127.0.0.1:5 is closed"), new Error("the disk says no")];
  for (const fault of faults)
    await mesh.until(carried({ peer: guest, write: () => Promise.reject(fault), signal: end.signal }));
  expect(logged).toEqual([
    ["info", { id, why: "the connection with 127.0.0.1:5 is closed" }],
    ["warn", { id, why: "Error: the disk says no" }],
  ]);
  const taken: string[] = [];
  const rest = carried({ peer: guest, write: async ({ text }) => void taken.push(text), signal: end.signal });
  await mesh.run(1_000);
  end.abort();
  await mesh.until(rest);
  const late = new AbortController();
  host.send(guest.id, "two");
  const write = async (): Promise<void> => {
    late.abort();
    throw new E3Error("closed", "the bridge is closed");
  };
  await mesh.until(carried({ peer: guest, write, signal: late.signal }));
  expect([taken, logged.length]).toEqual([["one"], 2]);
});
