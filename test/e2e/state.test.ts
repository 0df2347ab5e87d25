import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useMesh } from "./harness/mesh.ts";
import { freeAddress, freePort } from "./harness/port.ts";
import { type Outcome, runE3 } from "./harness/run.ts";

const openMesh = useMesh();

/** It says what is wrong and where, in words and not as a stack, and does not run. */
function expectRefusal({ code, signal, output }: Outcome, names: string | RegExp): void {
  expect(output).toMatch(names);
  expect(output).not.toMatch(/\n\s+at .*\(.*:\d+:\d+\)/);
  expect(signal).toBeNull();
  expect(code).toBeGreaterThan(0);
}

test("a port that is in use is named, and the peer does not start", async () => {
  const mesh = await openMesh();
  const port = await freePort();
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", resolve));
  try {
    expectRefusal(await runE3([`127.0.0.1:${port}`, "--state", join(mesh.root, "s")]), String(port));
  } finally {
    holder.close();
  }
});

test("a second peer on the address of a running one does not start, and the first one is not disturbed", async () => {
  const mesh = await openMesh();
  const { a, b } = await mesh.link({ a: ["b"], b: [] });
  expectRefusal(await runE3([b.listen, "--state", join(mesh.root, "other")]), b.listen.slice(-5));
  a.say(b.id, "still there?");
  await b.until({ event: "message", text: "still there?" });
});

test("a second process on the same state directory is turned away by name, and the first one is not disturbed", async () => {
  const mesh = await openMesh();
  const { a, b } = await mesh.link({ a: ["b"], b: [] });
  const state = mesh.stateOf("b");
  expectRefusal(await runE3([await freeAddress(), "--state", state]), state);
  a.say(b.id, "still there?");
  await b.until({ event: "message", text: "still there?" });
  await b.kill9();
  await b.restart();
});

test("a directory that holds something else is named, and left as it is", async () => {
  const mesh = await openMesh();
  const state = join(mesh.root, "photos");
  mkdirSync(state);
  writeFileSync(join(state, "holiday.jpg"), "not a peer's state");
  expectRefusal(await runE3([await freeAddress(), "--state", state]), state);
  expect(readdirSync(state)).toEqual(["holiday.jpg"]);
  expect(readFileSync(join(state, "holiday.jpg"), "utf8")).toBe("not a peer's state");
});

test("a file in place of the state directory is named, and left as it is", async () => {
  const mesh = await openMesh();
  const state = join(mesh.root, "file");
  writeFileSync(state, "a file");
  expectRefusal(await runE3([await freeAddress(), "--state", state]), state);
  expect(readFileSync(state, "utf8")).toBe("a file");
});

test("a state directory that cannot be made is named", async () => {
  await openMesh();
  expectRefusal(await runE3([await freeAddress(), "--state", "/dev/null/e3"]), "/dev/null/e3");
});

test("the state is private: its directory and everything in it is the owner's only", async () => {
  const mesh = await openMesh();
  const a = await mesh.start("a");
  const state = mesh.stateOf("a");
  expect(statSync(state).mode & 0o777).toBe(0o700);
  // Within a 0700 directory only the key must be guarded by itself, should it ever be copied elsewhere.
  const key = readdirSync(state).find((name) => /key|identity/i.test(name));
  expect(key, `a key file in ${readdirSync(state).join(", ")}`).toBeDefined();
  expect(statSync(join(state, key ?? "")).mode & 0o777).toBe(0o600);
  expect(a.running).toBe(true);
});

test("without --state, the state goes to XDG_STATE_HOME, by the address", async () => {
  const mesh = await openMesh();
  const a = await mesh.start("a", { store: "default" });
  expect(statSync(join(mesh.root, "xdg/e3", a.listen)).isDirectory()).toBe(true);
  const { id } = a;
  await a.kill9();
  await a.restart();
  expect(a.id).toBe(id);
});

test("--store memory leaves nothing behind", async () => {
  const mesh = await openMesh();
  const a = await mesh.start("a", { store: "memory" });
  const { id } = a;
  await a.stop();
  expect(readdirSync(mesh.root)).toEqual([]);
  await a.restart();
  expect(a.id).not.toBe(id);
});
