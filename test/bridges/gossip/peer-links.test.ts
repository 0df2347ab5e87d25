import { expect, test } from "vitest";
import { createMemorySockets } from "../../../src/adapters/memory/sockets.ts";
import { PeerLinks } from "../../../src/bridges/gossip/peer-links.ts";

const limits = { streamsMax: 9, silenceMs: 0, unsentBytesMax: 1000, dialMs: 1 };
const sockets = createMemorySockets();
await sockets.listen("127.0.0.1:1", limits, () => {});
const stream = await sockets.dial("127.0.0.1:1", limits);

test("the first links to come are those that are sent to, as many as the degree allows", () => {
  const links = new PeerLinks(2);
  const [a, b, c] = [links.add(stream, undefined), links.add(stream, "10.0.0.1:1"), links.add(stream, undefined)];
  expect([links.chosen, links.all]).toEqual([
    [a, b],
    [a, b, c],
  ]);
  links.delete(a);
  expect(links.chosen).toEqual([b, c]);
});

test("a peer is sent to over one of its connections, the older one while it lasts", () => {
  const links = new PeerLinks(9);
  const old = links.add(stream, "10.0.0.1:1");
  const late = links.add(stream, undefined);
  expect(links.chosen).toEqual([old, late]);
  links.name(late, "10.0.0.1:1");
  expect(links.chosen).toEqual([old]);
  expect(links.has("10.0.0.1:1")).toBe(true);
  links.delete(old);
  expect(links.chosen).toEqual([late]);
});

test("what a peer says first of where it listens stands", () => {
  const links = new PeerLinks(9);
  const link = links.add(stream, undefined);
  links.name(link, "10.0.0.1:1");
  links.name(link, "10.0.0.2:1");
  expect([link.address, links.has("10.0.0.2:1")]).toEqual(["10.0.0.1:1", false]);
});
