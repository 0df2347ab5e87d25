import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { freePort } from "./harness/port.ts";
import { Identity, isSignedBy, RawLink } from "./harness/raw-link.ts";
import { useSiege } from "./harness/siege.ts";
import { Trail } from "./harness/trail.ts";

const siege = useSiege();
const mib = 1_048_576;

describe("before the handshake", () => {
  test("bytes that are no frame end the link", () =>
    siege().expectRefused((link) => link.sendBytes(Buffer.from("GET / HTTP/1.1\r\n\r\n"))));

  test("random bytes end the link", () => siege().expectRefused((link) => link.sendBytes(randomBytes(10_000))));

  test("a frame over the limit ends the link", () =>
    siege().expectRefused((link) => link.sendBytes(Buffer.alloc(5 * mib))));

  test("envelopes before the hello end the link, and are not delivered", () =>
    siege()
      .expectRefused((link) => {
        const body = { case: "text", value: "smuggled" } as const;
        const envelope = { hopsLeft: 9, origin: 1n, epoch: 1n, conversation: 1n, number: 1n, destinations: [2n], body };
        link.send({ case: "envelopes", value: { envelopes: [envelope] } });
      })
      .then(() => expect(siege().b.shown()).not.toContain("smuggled")));

  test("a confirm before the hello ends the link", () =>
    siege().expectRefused((link) => link.send({ case: "confirm", value: { signature: randomBytes(64) } })));

  test.each([
    ["a key of the wrong length", { key: randomBytes(5), nonce: randomBytes(32) }],
    ["no key", { nonce: randomBytes(32) }],
    ["a nonce of the wrong length", { key: randomBytes(32), nonce: randomBytes(3) }],
    ["a protocol from the future only", { protocol: 4_000_000, key: new Identity().key, nonce: randomBytes(32) }],
    ["an id above 2^63-1", { key: new Identity().key, nonce: randomBytes(32), id: 2n ** 64n - 1n }],
  ])("a hello with %s ends the link", (_, value) =>
    siege().expectRefused((link) => link.send({ case: "hello", value: { protocol: 1, ...value } })),
  );

  test("a caller that says nothing at all holds up nobody", async () => {
    const silent = Array.from({ length: 50 }, () => new RawLink(siege().hub.listen));
    await siege().expectUnharmed(() => undefined);
    for (const link of silent) link[Symbol.dispose]();
  });

  test("bytes that are not even HTTP/2 harm nobody", () =>
    siege().expectUnharmed(async () => {
      const socket = connect(Number(siege().hub.listen.split(":")[1]), "127.0.0.1").resume();
      socket.on("error", () => undefined); // Being reset is as good an answer as any.
      socket.end(randomBytes(100_000));
      await once(socket, "close");
    }));
});

describe("during the handshake", () => {
  test("the hub proves that it holds its key", () =>
    siege().expectUnharmed(async (link, attacker) => {
      const { welcome, transcript } = await link.hello(attacker);
      expect(welcome).toMatchObject({ protocol: 1, id: 42n });
      expect(isSignedBy(welcome.key, welcome.signature, ["e3 link 1", ...transcript])).toBe(true);
    }));

  test("a hello with a hundred thousand features is welcomed, and harms nobody", () =>
    siege().expectUnharmed(async (link, attacker) => {
      await link.hello(attacker, { features: Array.from({ length: 100_000 }, () => "feature") });
    }));

  test("the link of whoever never answers the welcome is ended, once the time for that is over", () =>
    siege().expectRefused(async (link, attacker) => {
      await link.hello(attacker);
    }));

  test("a confirm with a wrong signature ends the link", () =>
    siege().expectRefused(async (link, attacker) => {
      await link.hello(attacker);
      link.send({ case: "confirm", value: { signature: randomBytes(64) } });
    }));

  test("a confirm signed by another key ends the link", () =>
    siege().expectRefused(async (link, attacker) => {
      const { transcript } = await link.hello(attacker);
      link.send({ case: "confirm", value: { signature: new Identity().sign("e3 link 2", ...transcript) } });
    }));

  test("the hub's own signature, sent back, ends the link", () =>
    siege().expectRefused(async (link, attacker) => {
      const { welcome } = await link.hello(attacker);
      link.send({ case: "confirm", value: { signature: welcome.signature } });
    }));

  test("whoever says to hold another's id does not get it", () =>
    siege().expectUnharmed(async (link, attacker) => {
      const { welcome } = await link.hello(attacker, { id: 2n, desiredId: 1n });
      expect([1n, 2n]).not.toContain(welcome.assignedId);
    }));
});

describe("at the other end of a link that the hub dials", () => {
  test("something that is no peer is dialled again, and harms nobody", () =>
    siege().expectUnharmed(async () => {
      const connections = new Trail<string>(() => "");
      const server = createServer((socket) => {
        connections.push("connection");
        socket.on("error", () => undefined).end(randomBytes(10_000));
      });
      server.listen(await freePort(), "127.0.0.1");
      await once(server, "listening");
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      siege().hub.type(`/connect ${address}`);
      await connections.until("the hub to dial, and to dial again", () => true, { times: 2 });
      server.close();
    }));

  test("the hub itself is no neighbour of the hub", () =>
    siege().expectUnharmed(async () => {
      const { hub } = siege();
      hub.type(`/connect ${hub.listen}`);
      hub.say("42", "note to self");
      await hub.until({ event: "message", from: "42", text: "note to self" });
      expect(hub.all({ event: "peer", id: "42" })).toEqual([]);
    }));
});
