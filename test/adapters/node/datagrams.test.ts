import { expect, test } from "vitest";
import { bindDatagrams } from "../../../src/adapters/node/datagrams.ts";

test("a datagram to where nobody is is lost, and the socket goes on", async () => {
  const first = await bindDatagrams("127.0.0.1:0", () => {});
  const { address: nobody } = first;
  await first.close();
  let heard: (text: string) => void = () => {};
  const said = new Promise<string>((resolve) => (heard = resolve));
  const far = await bindDatagrams("127.0.0.1:0", (bytes) => heard(Buffer.from(bytes).toString()));
  const near = await bindDatagrams("127.0.0.1:0", () => {});
  await near.send(Uint8Array.of(1), nobody);
  await near.send(Buffer.from("here"), far.address);
  expect(await said).toBe("here");
  await Promise.all([near.close(), far.close()]);
});

test("what is no address to send to is a rejection, not a throw", async () => {
  const socket = await bindDatagrams("127.0.0.1:0", () => {});
  const sent = socket.send(new Uint8Array(1), "127.0.0.1:0");
  await expect(sent).rejects.toMatchObject({ code: "bad-address" });
  await socket.close();
});
