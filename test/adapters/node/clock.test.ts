import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, test } from "vitest";
import { createClock } from "../../../src/adapters/node/clock.ts";
import { clockContract } from "../../contract/clock.ts";

clockContract("the node clock", createClock);

test("time is the wall clock's at the start of the process", () => {
  const hourMs = 3_600_000;
  expect(Math.abs(createClock().nowMs() - Date.now())).toBeLessThan(hourMs);
});

test("an alarm that rings late, for the process was busy, rings after what came in time", async () => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const accepted = once(server, "connection");
  const near = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [far] = (await accepted) as [Socket];
  near.write("this is read");
  await once(far, "data");
  const order: string[] = [];
  far.on("data", (bytes) => order.push(String(bytes)));
  const clock = createClock();
  await new Promise<void>((resolve) => {
    near.write("in time");
    const atMs = clock.nowMs() + 1;
    clock.setAlarm(atMs, () => resolve(void order.push("alarm")));
    // A millisecond more, as timers are exact to one.
    while (clock.nowMs() < atMs + 1);
  });
  expect(order).toEqual(["in time", "alarm"]);
  near.destroy();
  server.close();
});
