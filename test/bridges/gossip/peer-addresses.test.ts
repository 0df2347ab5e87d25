import { expect, test } from "vitest";
import { PeerAddresses } from "../../../src/bridges/gossip/peer-addresses.ts";

const [a, b, c] = ["10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1"] as const;

function fresh(parts: { readonly bootstrapper?: string; readonly countMax?: number } = {}): PeerAddresses {
  return new PeerAddresses({ own: "127.0.0.1:6001", bootstrapper: undefined, countMax: 9, ...parts });
}

test("the bootstrapper is dialled first, and each address once at a time", () => {
  const addresses = fresh({ bootstrapper: a });
  addresses.learn(b);
  addresses.learn(b);
  expect([addresses.take(0), addresses.take(0), addresses.take(0)]).toEqual([a, b, undefined]);
  expect(addresses.nextDueMs).toBe(Infinity);
});

test("its own address is learnt from nobody, and neither is one that nobody can dial", () => {
  const addresses = fresh();
  for (const address of ["127.0.0.1:6001", "0.0.0.0:1", "224.0.0.1:1", "10.0.0.1:0"]) addresses.learn(address);
  expect(addresses.take(0)).toBeUndefined();
});

test("one that does not answer is dialled again later and later, and forgotten at last", () => {
  const addresses = fresh();
  addresses.learn(a);
  const dueMs: number[] = [];
  let nowMs = 0;
  while (addresses.take(nowMs) !== undefined) {
    addresses.fail(a, nowMs);
    nowMs = addresses.nextDueMs;
    dueMs.push(nowMs);
  }
  expect(dueMs).toEqual([1000, 3000, 7000, 15_000, 31_000, 63_000, Infinity]);
});

test("the bootstrapper is never forgotten, and waits five minutes at most", () => {
  const addresses = fresh({ bootstrapper: a });
  for (let count = 0; count < 40; count += 1) addresses.fail(a, 0);
  expect([addresses.take(299_999), addresses.take(300_000)]).toEqual([undefined, a]);
});

test("one whose link is gone is dialled again in a second; one that has spoken begins anew", () => {
  const addresses = fresh();
  addresses.learn(a);
  addresses.use(a);
  addresses.letGo(a, 5000);
  expect(addresses.nextDueMs).toBe(6000);
  addresses.fail(a, 6000);
  addresses.fail(a, 6000);
  addresses.prove(a);
  addresses.fail(a, 6000);
  expect(addresses.nextDueMs).toBe(7000);
});

test("the newest push out the oldest, but not one that is in use, and not the bootstrapper", () => {
  const addresses = fresh({ bootstrapper: a, countMax: 3 });
  addresses.learn(b);
  addresses.use(b);
  addresses.learn(c);
  addresses.learn("10.0.0.4:1");
  expect(addresses.answering).toEqual([a, b, "10.0.0.4:1"]);
});

test("others are told of those that answer and that the wire can state", () => {
  const addresses = fresh({ bootstrapper: "gossip.example:6001" });
  addresses.learn(a);
  addresses.learn(b);
  addresses.fail(a, 0);
  expect(addresses.answering).toEqual([b]);
});
