import { expect, test } from "vitest";
import { Acquaintances } from "../../src/core/acquaintances.ts";
import { fakePeer } from "../world/adverts.ts";

const [a, b, c] = [fakePeer(1), fakePeer(2), fakePeer(3)];

test("who was forgotten is remembered as he last was, and since when he is gone", () => {
  const acquaintances = new Acquaintances(2);
  acquaintances.remember(a.advert({ name: "ali" }), 7);
  const addresses = ["127.0.0.1:8001"];
  const [key, credential] = [a.signer.publicKey, new Uint8Array()];
  expect([...acquaintances.all()]).toEqual([
    {
      node: a.node,
      id: 1n,
      name: "ali",
      addresses,
      key,
      credential,
      features: a.advert().features,
      goneSinceMs: 7,
      left: true,
    },
  ]);
});

test("of more than the most the longest forgotten go, and who is heard of again goes", () => {
  const acquaintances = new Acquaintances(2);
  for (const [index, each] of [a, b, a, c].entries()) acquaintances.remember(each.advert(), index);
  expect([...acquaintances.all()].map(({ id, goneSinceMs }) => [id, goneSinceMs])).toEqual([
    [1n, 2],
    [3n, 3],
  ]);
  acquaintances.drop(a.node);
  expect([...acquaintances.all()].map(({ id }) => id)).toEqual([3n]);
});
