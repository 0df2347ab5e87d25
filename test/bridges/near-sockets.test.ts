import { expect, test } from "vitest";
import { createMemorySockets } from "../../src/adapters/memory/sockets.ts";
import { nearSockets } from "../../src/bridges/near-sockets.ts";
import { socketsContract } from "../contract/sockets.ts";
import { createSockets } from "../../src/adapters/node/sockets.ts";

const limits = { streamsMax: 1, silenceMs: 0, unsentBytesMax: 1 };

socketsContract("near sockets", () => nearSockets(createSockets()));

test.each(["0.0.0.0:0", "[::]:0", "192.168.0.1:80", "example.com:80"])("%s is refused", async (address) => {
  const sockets = nearSockets(createMemorySockets());
  await expect(sockets.listen(address, limits, () => {})).rejects.toMatchObject({ code: "not-loopback" });
  await expect(sockets.bindDatagrams(address, () => {})).rejects.toMatchObject({ code: "not-loopback" });
});
