import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useMesh, type Mesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { freeAddress } from "./harness/port.ts";
import { TestRegistry } from "./harness/registry.ts";

const openMesh = useMesh("all tests");

let mesh: Mesh;
let registry: TestRegistry;
let ali: TestPeer;
let veli: TestPeer;
let bob: TestPeer;

beforeAll(async () => {
  mesh = await openMesh();
  registry = new TestRegistry(await freeAddress(), mesh.stateOf("registry"));
  await registry.start();
  bob = await signUp("bob");
  ali = await signUp("ali", bob);
  veli = await signUp("veli", bob);
  await mesh.converged([ali, veli, bob]);
});

afterAll(() => registry.kill9());

/** Starts the peer of a new user. */
function signUp(user: string, ...dials: readonly TestPeer[]): Promise<TestPeer> {
  const path = join(mesh.root, `${user}.password`);
  writeFileSync(path, `the password of ${user}\n`);
  const options = ["--registry", registry.listen, "--user", user, "--sign-up", "--password-file", path];
  return mesh.start(user, { options, dials });
}

/** The next line of a peer that begins so, from a position on. */
async function line(peer: TestPeer, begin: string, since: number): Promise<Readonly<Record<string, unknown>>> {
  const found = await peer.stdout.until(begin, (each) => each.startsWith(begin), { since });
  return JSON.parse(found) as Readonly<Record<string, unknown>>;
}

/** Types a line, and waits for what this or another peer is told of a session. */
async function typed(
  peer: TestPeer,
  text: string,
  told: { readonly at: TestPeer; readonly of: TestPeer; readonly state: string },
): Promise<Readonly<Record<string, unknown>>> {
  const since = told.at.stdout.end;
  peer.type(text);
  const begin = `{"event":"session","peer":"${told.of.id}","name":"${told.of.name}","state":"${told.state}"`;
  return line(told.at, begin, since);
}

/** Types what is wrong, and gives the code of the error. */
async function codeOf(peer: TestPeer, text: string): Promise<string> {
  const since = peer.events.end;
  peer.type(text);
  return (await peer.until({ event: "error" }, { since })).code;
}

/** Searches until the answer has a part: the registry, for one, hears from each every few seconds. */
async function untilFound(peer: TestPeer, word: string, part: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const since = peer.stdout.end;
    peer.type(`/search ${word}`);
    const found = await line(peer, '{"event":"search"', since);
    if (JSON.stringify(found).includes(part)) return;
    await new Promise((done) => void setTimeout(done, 200));
  }
  throw new Error(`no search for ${word} finds ${part}\n${peer.describe()}`);
}

/** One asks the other for a session, which accepts. */
async function inSession(one: TestPeer, other: TestPeer): Promise<void> {
  await typed(one, `/chat ${other.name}`, { at: other, of: one, state: "asked" });
  const since = one.stdout.end;
  await typed(other, `/accept ${one.name}`, { at: other, of: one, state: "accepted" });
  await line(one, `{"event":"session","peer":"${other.id}","name":"${other.name}","state":"accepted"`, since);
}

test("a request for a chat is accepted, and text goes to the other end until one of them ends it", async () => {
  await inSession(ali, veli);
  await untilFound(bob, "veli", '"busy":true');
  const [toVeli, toAli] = ["Hi there!", "bob is here, OK?"];
  ali.type(toVeli);
  await veli.until({ event: "message", from: ali.id, text: toVeli });
  veli.type(toAli);
  await ali.until({ event: "message", from: veli.id, text: toAli });
  veli.type("//end is a command");
  await ali.until({ event: "message", from: veli.id, text: "/end is a command" });
  for (const text of [`  * not for ${bob.name}`, ` ${bob.id} nor this`, " /end", "**bold**"]) {
    veli.type(text);
    await ali.until({ event: "message", from: veli.id, text });
  }
  expect(bob.shown()).toEqual([]);
  expect(await typed(veli, "/end dinner", { at: ali, of: veli, state: "ended" })).toMatchObject({
    ...{ by: "peer", reason: "dinner" },
  });
  expect(await codeOf(ali, "hello?")).toBe("unknown-peer");
  expect(await codeOf(ali, " * hello?")).toBe("no-session");
  await untilFound(bob, "veli", '"busy":false');
});

test("a session takes a link of its own, which is given up after it", async () => {
  const named = (name: string): { readonly options: readonly string[] } => ({ options: ["--name", name] });
  const hub = await mesh.start("hub", named("hub"));
  const one = await mesh.start("one", { ...named("one"), dials: [hub] });
  const two = await mesh.start("two", { ...named("two"), dials: [hub] });
  await mesh.converged([hub, one, two]);
  const untilHops = async (hops: number): Promise<void> => {
    await untilFound(one, "two", `"hops":${hops}`);
  };
  await untilHops(2);
  await inSession(one, two);
  await untilHops(1);
  await typed(one, "/end", { at: two, of: one, state: "ended" });
  await untilHops(2);
});

test("a request is rejected", async () => {
  await typed(ali, "/chat veli", { at: veli, of: ali, state: "asked" });
  const rejected = await typed(veli, "/reject", { at: ali, of: veli, state: "rejected" });
  expect(rejected).toMatchObject({ by: "peer" });
});

test("who is in a session is busy for others, and its user is told who asked", async () => {
  await inSession(ali, veli);
  const told = line(veli, `{"event":"session","peer":"${bob.id}","name":"bob","state":"busy","by":"self"`, 0);
  expect(await typed(bob, "/chat veli", { at: bob, of: veli, state: "busy" })).toMatchObject({ by: "peer" });
  await told;
  await typed(ali, "/end", { at: veli, of: ali, state: "ended" });
});

test("what makes no sense is a clear error at once", async () => {
  expect(await codeOf(bob, "/chat nobody")).toBe("unknown-peer");
  expect(await codeOf(bob, "/chat 99")).toBe("unknown-peer");
  expect(await codeOf(bob, "/chat bob")).toBe("bad-option");
  expect(await codeOf(bob, "/accept")).toBe("no-session");
  expect(await codeOf(bob, "/reject ali")).toBe("no-session");
  expect(await codeOf(bob, "/end")).toBe("no-session");
});

test("a crash ends the session for the other one, and the next life is in none", async () => {
  await inSession(ali, veli);
  const since = ali.stdout.end;
  await veli.kill9();
  await veli.restart();
  await line(ali, `{"event":"session","peer":"${veli.id}","name":"veli","state":"ended","by":"peer"`, since);
  expect(await codeOf(veli, "/end")).toBe("no-session");
});

test("leaving within a session is refused once, and the other end is told; then the user is offline", async () => {
  await mesh.converged([ali, veli]);
  await inSession(ali, veli);
  expect(await codeOf(veli, "/exit")).toBe("in-session");
  expect(await typed(veli, "/exit", { at: ali, of: veli, state: "ended" })).toMatchObject({ reason: "it leaves" });
  expect(await veli.exit()).toEqual({ code: 0, signal: null });
  await untilFound(bob, "veli", '"state":"offline"');
  expect(await codeOf(bob, "/chat veli")).toBe("absent");
});
