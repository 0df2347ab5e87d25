import { expect, test } from "vitest";
import { jsonPeer, named } from "../../src/cli/peer-json.ts";
import { peerInfo } from "./fake-peer.ts";

test("a peer has what is known of it, and no more", () => {
  const addresses = ["127.0.0.1:8082"];
  expect(jsonPeer(peerInfo({ id: 5n }), 1n)).toEqual({ id: "5", state: "present", hops: 1, addresses });
  expect(jsonPeer(peerInfo({ id: 1n, name: "ali" }), 1n)).toMatchObject({ name: "ali", state: "self" });
  const absentSince = new Date(0);
  expect(jsonPeer(peerInfo({ reachable: false, hops: 0, absentSince }), 1n)).toMatchObject({
    state: "absent",
    absentSince: "1970-01-01T00:00:00.000Z",
  });
});

test("who has no name is given none", () => {
  expect([named(""), named("ali")]).toEqual([{}, { name: "ali" }]);
});
