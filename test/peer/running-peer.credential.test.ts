import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { villages } from "./world.ts";

const village = villages();

test("what others vouch for a peer with is known in the mesh, beside its key, until it is taken back", async () => {
  const here = village();
  const [left, right] = await here.pair();
  const seen = () => right.peers().find(({ id }) => id === left.id)?.credential;
  expect(seen()).toEqual(new Uint8Array());
  const credential = Uint8Array.of(1, 2, 3);
  left.setCredential(credential);
  credential.fill(0);
  await here.time.pass(100);
  expect(seen()).toEqual(Uint8Array.of(1, 2, 3));
  expect(right.peers()[0]?.key).toHaveLength(32);
  expect(left.search(`${left.id}`)).toMatchObject({ kind: "self", peer: { credential: Uint8Array.of(1, 2, 3) } });
  left.setCredential(new Uint8Array());
  await here.time.pass(100);
  expect(seen()).toEqual(new Uint8Array());
});

test("it is bounded, and a closed peer takes none", async () => {
  const here = village();
  const [left] = await here.pair();
  const most = defaultLimits.credentialBytesMax;
  left.setCredential(new Uint8Array(most));
  expect(() => left.setCredential(new Uint8Array(most + 1))).toThrow(expect.objectContaining({ code: "too-large" }));
  await here.time.until(left.close());
  expect(() => left.setCredential(new Uint8Array())).toThrow(expect.objectContaining({ code: "closed" }));
});
