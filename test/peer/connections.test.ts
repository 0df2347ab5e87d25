import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { E3Error } from "../../src/core/error.ts";
import { villages } from "./world.ts";

const village = villages();

/** What becomes of the promise: the value, or code and message of the error. */
function endOf(promise: Promise<bigint>): Promise<bigint | string> {
  return promise.catch((error: unknown) => {
    expect(error).toBeInstanceOf(E3Error);
    return error instanceof E3Error ? `${error.code}: ${error.message}` : "";
  });
}

test("connecting resolves with the id of who is there, and at once where there is a link already", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n });
  const right = await here.open(here.world(), { desiredId: 2n });
  expect(await here.time.until(left.connect(right.listen).linked)).toBe(2n);
  const before = here.time.nowMs;
  expect(await here.time.until(left.connect(right.listen).linked)).toBe(2n);
  // The other end of the link that the left one dialled.
  expect(await here.time.until(right.connect(left.listen).linked)).toBe(1n);
  expect(here.time.nowMs).toBe(before);
});

test("a peer that comes up while one waits is found", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n });
  const { linked } = left.connect("127.0.0.1:8090");
  await here.time.pass(1_000);
  await here.open(here.world(), { desiredId: 2n, listen: "127.0.0.1:8090" });
  expect(await here.time.until(linked)).toBe(2n);
});

test("where nobody answers in time it says so, and why, and goes on dialling", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n });
  const before = here.time.nowMs;
  const end = endOf(left.connect("127.0.0.1:8090", { withinMs: 700 }).linked);
  expect(await here.time.until(end)).toBe(
    "unanswered: nobody answered at 127.0.0.1:8090 within 700 ms (connection refused); it is dialled on",
  );
  expect(here.time.nowMs - before).toBe(700);
  await here.open(here.world(), { desiredId: 2n, listen: "127.0.0.1:8090" });
  await here.time.pass(5_000);
  expect(left.peers()).toMatchObject([{ id: 2n, neighbour: true }]);
});

test("who looks at no outcome is not troubled by one", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n });
  left.connect("127.0.0.1:8090", { withinMs: 1 });
  left.connect("127.0.0.1:8091");
  await here.time.pass(1_000);
  await here.time.until(left.close());
});

test("a leaf refuses the link, and its reason is told", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n });
  const leaf = await here.open(here.world(), { desiredId: 2n, leaf: true, peers: [left.listen] });
  expect(await here.time.until(endOf(left.connect(leaf.listen).linked))).toBe(
    `refused: the peer at ${leaf.listen} refused the link: this peer is a leaf: it accepts no links; it is dialled on`,
  );
});

test("a second name of one's own address is found out, and not dialled any more", async () => {
  const here = village();
  const world = here.world();
  const left = await here.open(world, { desiredId: 1n, listen: "127.0.0.1:8090" });
  const right = await here.open(here.world({ signer: world.signer }), { desiredId: 2n, listen: "127.0.0.1:8091" });
  expect(await here.time.until(endOf(left.connect(right.listen).linked))).toBe(
    "bad-address: 127.0.0.1:8091 is this peer's own address; it is not dialled any more",
  );
});

test("who answers and is no peer is told from who does not answer", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n });
  const stranger = here.network.transport();
  await stranger.listen("127.0.0.1:8090", (wire) => {
    const greet = (): void => wire.write(Uint8Array.of(0xff, 0xff));
    return { frame: greet, drained: () => {}, closed: () => {} };
  });
  expect(await here.time.until(endOf(left.connect("127.0.0.1:8090").linked))).toMatch(
    /^protocol: who answers at 127\.0\.0\.1:8090 is not understood: .*; it is dialled on$/,
  );
  await stranger[Symbol.asyncDispose]();
});

test("a wait is called off by its signal, with the signal's reason, and the address is dialled on", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n });
  const off = new AbortController();
  const end = endOf(left.connect("127.0.0.1:8090", { signal: off.signal }).linked);
  await here.time.pass(10);
  off.abort(new E3Error("absent", "no longer wanted"));
  expect(await here.time.until(end)).toBe("absent: no longer wanted");
  const late = left.connect("127.0.0.1:8090", { signal: AbortSignal.abort("never wanted") });
  expect(await here.time.until(endOf(late.linked))).toMatch(/^closed: the wait for the link was called off$/);
  await here.open(here.world(), { desiredId: 2n, listen: "127.0.0.1:8090" });
  await here.time.pass(1_000);
  expect(left.peers()).toMatchObject([{ id: 2n, neighbour: true }]);
});

test("disconnecting ends the wait, and so does closing", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n });
  const first = endOf(left.connect("127.0.0.1:8090").linked);
  left.disconnect("127.0.0.1:8090");
  expect(await here.time.until(first)).toMatch(/^closed: 127\.0\.0\.1:8090 is not dialled any more: .* by hand$/);
  const second = endOf(left.connect("127.0.0.1:8091").linked);
  await here.time.until(left.close());
  expect(await second).toBe("closed: the peer closed before there was a link with 127.0.0.1:8091");
});

test("a wait out of bounds, and one that there is no room for, fail at once", async () => {
  const here = village();
  const world = here.world({ limits: { ...defaultLimits, dialTargetsMax: 1 } });
  const left = await here.open(world, { desiredId: 1n });
  const bad = { withinMs: 0 };
  expect(() => left.connect("127.0.0.1:8090", bad)).toThrow("withinMs is 0, and must be from 1 to 3600000");
  left.connect("127.0.0.1:8090");
  expect(() => left.connect("127.0.0.1:8091")).toThrow("1 addresses are kept dialled already");
});

test("of two who wait for one address the other waits on where the time of one is over", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n });
  const second = left.connect("127.0.0.1:8090");
  expect(await here.time.until(endOf(left.connect("127.0.0.1:8090", { withinMs: 500 }).linked))).toMatch(/^unanswered/);
  await here.open(here.world(), { desiredId: 2n, listen: "127.0.0.1:8090" });
  expect(await here.time.until(endOf(second.linked))).toBe(2n);
});

test("a leaf, which hears nothing of the topology, learns whom it is linked with", async () => {
  const here = village();
  const [left, right] = [
    await here.open(here.world(), { desiredId: 1n }),
    await here.open(here.world(), { desiredId: 2n }),
  ];
  const leaf = await here.open(here.world(), { desiredId: 3n, leaf: true, peers: [left.listen] });
  expect(await here.time.until(endOf(leaf.connect(right.listen).linked))).toBe(2n);
});
