import { expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import { Bootstrap } from "../../src/registry/bootstrap.ts";
import { sealedBytes } from "../../src/registry/sealed-bytes.ts";
import { credentialOf } from "./fake-registry.ts";

/** A peer that notes what it dials. */
class Dialling {
  readonly id = 1n;
  readonly present = new Set<string>();
  /** What those present bear. */
  credential: Uint8Array = new Uint8Array();
  readonly dialled = new Set<string>();

  peers() {
    const absent = { id: 9n, reachable: false, addresses: ["a:9"] };
    const present = [...this.present].map((id) => ({
      ...{ id: BigInt(id), reachable: true, addresses: [`a:${id}`] },
      credential: this.credential,
    }));
    return [absent, ...present];
  }

  connect(address: string): void {
    if (address === "own:1") throw new E3Error("bad-address", "own");
    this.dialled.add(address);
  }

  disconnect(address: string): void {
    if (!this.dialled.delete(address)) throw new E3Error("unknown-peer", "not dialled");
  }
}

function rig(listed: readonly string[] = []) {
  const peer = new Dialling();
  return { peer, bootstrap: new Bootstrap(peer, listed) };
}

test("a newcomer is dialled until it is in the mesh, which is told once", () => {
  const { peer, bootstrap } = rig();
  bootstrap.take([{ id: 2n, addresses: ["a:2"] }], 0);
  expect([...peer.dialled]).toEqual(["a:2"]);
  expect(bootstrap.look(1)).toEqual([]);
  peer.present.add("2");
  expect(bootstrap.look(2)).toEqual([2n]);
  expect(bootstrap.look(3)).toEqual([]);
});

test("who is in the mesh already is told and not dialled; oneself is neither", () => {
  const { peer, bootstrap } = rig();
  peer.present.add("2").add("1");
  bootstrap.take(
    [
      { id: 2n, addresses: ["a:2"] },
      { id: 1n, addresses: ["a:1"] },
    ],
    0,
  );
  expect([bootstrap.look(0), [...peer.dialled]]).toEqual([[2n], []]);
});

test("who cannot be reached is given up, and may be taken again", () => {
  const { peer, bootstrap } = rig();
  const guests = [{ id: 2n, addresses: ["a:2", "b:2"] }];
  bootstrap.take(guests, 0);
  bootstrap.look(19_999);
  expect(peer.dialled.size).toBe(2);
  bootstrap.look(20_000);
  expect(peer.dialled.size).toBe(0);
  bootstrap.take(guests, 30_000);
  expect(peer.dialled.size).toBe(2);
});

test("who came in stays dialled for a while once away, for its way back, and not for ever", () => {
  const { peer, bootstrap } = rig();
  bootstrap.take([{ id: 2n, addresses: ["a:2"] }], 0);
  peer.present.add("2");
  bootstrap.look(1_000_000);
  peer.present.delete("2");
  bootstrap.look(1_199_999);
  expect(peer.dialled.size).toBe(1);
  bootstrap.look(1_200_000);
  expect(peer.dialled.size).toBe(0);
});

test("neighbours of before are dialled as long, and are nobody's to report", () => {
  const { peer, bootstrap } = rig();
  bootstrap.recall(
    [
      { id: 2n, address: "a:2" },
      { id: 1n, address: "a:1" },
    ],
    0,
  );
  expect([...peer.dialled]).toEqual(["a:2"]);
  bootstrap.look(199_999);
  expect(peer.dialled.size).toBe(1);
  peer.present.add("2");
  expect(bootstrap.look(199_999)).toEqual([]);
});

test("who came in under another id is in all the same, and its link is left alone", () => {
  const { peer, bootstrap } = rig();
  bootstrap.take([{ id: 2n, addresses: ["a:3"] }], 0);
  peer.present.add("3");
  expect(bootstrap.look(1)).toEqual([2n]);
  bootstrap.look(30_000);
  expect([...peer.dialled]).toEqual(["a:3"]);
  bootstrap.take([{ id: 9n, addresses: ["a:9"] }], 30_000);
  expect(bootstrap.look(30_000)).toEqual([]);
});

test("what the user listed stays dialled", () => {
  const { peer, bootstrap } = rig(["a:2"]);
  bootstrap.take([{ id: 2n, addresses: ["a:2", "b:2"] }], 0);
  bootstrap.look(20_000);
  expect([...peer.dialled]).toEqual(["a:2"]);
});

test("an address that cannot be dialled does not stand in the way of others", () => {
  const { peer, bootstrap } = rig();
  bootstrap.take(
    [
      { id: 2n, addresses: ["own:1", "a:2"] },
      { id: 3n, addresses: ["own:1"] },
      { id: 4n, addresses: [] },
    ],
    0,
  );
  expect([...peer.dialled]).toEqual(["a:2"]);
});

test("only so many are led at a time, and a few addresses of each are dialled", () => {
  const { peer, bootstrap } = rig();
  const addresses = Array.from({ length: 8 }, (_, index) => `${index}`);
  const guests = Array.from({ length: 70 }, (_, index) => ({ id: BigInt(index + 2), addresses }));
  bootstrap.take(
    guests.map(({ id }) => ({ id, addresses: addresses.map((address) => `${address}:${id}`) })),
    0,
  );
  expect([peer.dialled.size, bootstrap.hasRoom]).toEqual([64 * 4, false]);
  bootstrap.look(20_000);
  expect([peer.dialled.size, bootstrap.hasRoom]).toEqual([0, true]);
});

test("a mistake of our own is not swallowed", () => {
  const { peer, bootstrap } = rig();
  peer.connect = () => {
    throw new TypeError("a mistake");
  };
  expect(() => bootstrap.take([{ id: 2n, addresses: ["a:2"] }], 0)).toThrow(TypeError);
});

test("who signed in elsewhere is dialled although the peer that it was before is still in the mesh", () => {
  const { peer, bootstrap } = rig();
  peer.present.add("2");
  peer.credential = sealedBytes(credentialOf(1n));
  const elsewhere = { id: 2n, addresses: ["b:2"], credential: sealedBytes(credentialOf(2n)) };
  bootstrap.take([elsewhere], 0);
  expect([bootstrap.look(1), [...peer.dialled]]).toEqual([[], ["b:2"]]);
  peer.credential = elsewhere.credential;
  expect(bootstrap.look(2)).toEqual([2n]);
});
