import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Listener } from "../../../src/adapters/grpc/listener.ts";
import { keptLog, silent } from "./log.ts";
import { connectTcp } from "./raw.ts";

const opened: Listener[] = [];

async function open(address = "127.0.0.1:0", accept: (socket: Socket) => void = () => {}): Promise<Listener> {
  const listener = await Listener.open({ address, connectionsMax: 2, accept, log: silent });
  opened.push(listener);
  return listener;
}

afterEach(async () => {
  for (const listener of opened.splice(0)) {
    const stopped = listener.stop();
    listener.cutAll();
    await stopped;
  }
});

test("port 0 picks a port", async () => {
  expect((await open()).address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
});

test("IPv6 is listened on and told in brackets", async () => {
  const listener = await open("[::1]:0").catch((error: { code: string }) => error.code);
  // Some machines have no IPv6; then it is the address that is not there.
  if (typeof listener === "string") expect(listener).toBe("address-unavailable");
  else expect(listener.address).toMatch(/^\[::1\]:[1-9]\d*$/);
});

test("a port in use is told with what would be right", async () => {
  const { address } = await open();
  await expect(open(address)).rejects.toMatchObject({
    code: "port-in-use",
    message: expect.stringMatching(
      `^${address} is in use by another process: .* for example 127\\.0\\.0\\.1:\\d+$`,
    ) as unknown,
  });
});

test.each([
  ["203.0.113.7:0", "is not an address of this machine"],
  ["no-such-host.invalid:0", "is not known"],
])("%s cannot be listened on, and the error says why", async (address, why) => {
  await expect(open(address)).rejects.toMatchObject({
    code: "address-unavailable",
    message: expect.stringContaining(why) as unknown,
  });
});

test("what is no address is a bad one", async () => {
  await expect(open("nonsense")).rejects.toMatchObject({ code: "bad-address" });
});

test("a connection can be cut off by the name grpc-js has for it", async () => {
  const names: string[] = [];
  const listener = await open("127.0.0.1:0", (socket) => {
    names.push(`${socket.remoteAddress}:${socket.remotePort}`);
    listener.cut("127.0.0.1:1");
    listener.cut(names[0] ?? "");
  });
  const socket = connectTcp(listener.address);
  await once(socket, "close");
  expect(names).toHaveLength(1);
});

test("connections above the limit are closed, and the log says so", async () => {
  const log = keptLog();
  const accepted: Socket[] = [];
  const listener = await Listener.open({
    ...{ address: "127.0.0.1:0", connectionsMax: 1, log },
    accept: (socket) => accepted.push(socket),
  });
  opened.push(listener);
  const first = connectTcp(listener.address);
  await once(first, "connect");
  await once(connectTcp(listener.address).resume(), "close");
  expect([accepted.length, log.kept]).toEqual([1, ["connections are refused"]]);
});

test("stopping frees the port at once and waits for the connections", async () => {
  let done = false;
  const accepted = new Promise<Socket>(
    (resolve) => void open("127.0.0.1:0", resolve).then((l) => connectTcp(l.address)),
  );
  await accepted;
  const [listener] = opened;
  const stopped = listener?.stop().then(() => (done = true));
  await open(listener?.address);
  expect(done).toBe(false);
  listener?.cutAll();
  await stopped;
  opened.shift();
});
