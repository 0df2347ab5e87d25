import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { PeerAdvert } from "../../src/peer/peer-advert.ts";

test("an id that goes with a credential is claimed with it, and with none it stays as it is", () => {
  const claims: number[] = [];
  const identity = {
    credential: new Uint8Array(),
    name: "",
    claimAnew: (claimedAtMs: number) => claims.push(claimedAtMs),
  };
  let kicks = 0;
  const advert = new PeerAdvert({
    ...{
      core: { identity } as never,
      driver: { kick: () => (kicks += 1) },
      limits: defaultLimits,
      checkOpen: () => {},
    },
  });
  advert.setCredential(Uint8Array.of(1));
  expect([claims, kicks]).toEqual([[], 1]);
  advert.setCredential(Uint8Array.of(2), 5);
  expect([claims, kicks, identity.credential]).toEqual([[5], 2, Uint8Array.of(2)]);
  expect(() => advert.rename("ali")).toThrow("vouched for: it cannot be changed");
});
