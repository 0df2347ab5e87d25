import { expect, test } from "vitest";
import { Chronicle } from "../../src/bridges/chronicle.ts";
import type { Message, Peer } from "../../src/peer/types.ts";
import { createTestMesh, type TestMesh } from "../../src/testing/mesh.ts";
import { makeUnreadable } from "./rig.ts";

/** What comes to a guest for everyone, and what of it is old. */
class Ear {
  readonly heard: string[] = [];
  readonly messages: Message[] = [];

  constructor(guest: Peer, chronicle: Chronicle, moment: string) {
    void this.#listen(guest, chronicle, moment);
  }

  async #listen(guest: Peer, chronicle: Chronicle, moment: string): Promise<void> {
    for await (const message of guest.messages({ after: 0n })) {
      this.messages.push(message);
      this.heard.push(`${message.text}${(await chronicle.had(message, moment)) ? " (old)" : ""}`);
    }
  }
}

async function scene() {
  const mesh = createTestMesh();
  const host = await mesh.start("host");
  const far = await mesh.start("far", { peers: ["host"], desiredId: 99n });
  await mesh.run(1_000);
  const open = (): Chronicle => new Chronicle({ host, nowMs: () => mesh.clock().nowMs() });
  return { mesh, host, far, open };
}

/** A guest that comes now. */
async function comes(mesh: TestMesh, chronicle: Chronicle): Promise<Ear> {
  const moment = await mesh.until(chronicle.moment());
  const guest = await mesh.start("guest", { peers: ["host"], leaf: true });
  return new Ear(guest, chronicle, moment);
}

test.each([
  ["behind by an hour", -3_600_000],
  ["ahead by an hour", 3_600_000],
  ["right", 0],
])(
  "what was said before a guest came is told from what was said after, also where the sender's clock is %s",
  async (_, byMs) => {
    const { mesh, far, open } = await scene();
    const chronicle = open();
    mesh.shiftClock("far", byMs);
    far.send("everyone", "before");
    await mesh.run(2_000);
    const ear = await comes(mesh, chronicle);
    far.send("everyone", "after");
    await mesh.run(5_000);
    expect(ear.heard).toEqual(["before (old)", "after"]);
  },
);

test("of what the host says itself what was said before is told from what is said after, in this life of the bridge and the next", async () => {
  const { mesh, host, open } = await scene();
  host.send("everyone", "in a former life");
  await mesh.run(2_000);
  const chronicle = open();
  const first = await mesh.until(chronicle.moment());
  host.send("everyone", "in this life");
  await mesh.run(2_000);
  const ear = await comes(mesh, chronicle);
  host.send("everyone", "after");
  await mesh.run(5_000);
  expect(ear.heard).toEqual(["in a former life (old)", "in this life (old)", "after"]);
  const next = open();
  const were = await mesh.until(Promise.all(ear.messages.map((message) => next.had(message, first))));
  expect(were).toEqual([true, false, false]);
});

test("what the host had is found again after a restart of the bridge", async () => {
  const { mesh, far, open } = await scene();
  far.send("everyone", "before");
  await mesh.run(2_000);
  const chronicle = open();
  const moment = await mesh.until(chronicle.moment());
  far.send("everyone", "after");
  const ear = await comes(mesh, chronicle);
  await mesh.run(5_000);
  chronicle.close();
  const again = open();
  const were = await mesh.until(Promise.all(ear.messages.map((message) => again.had(message, moment))));
  expect([ear.messages.map(({ text }) => text), were]).toEqual([
    ["before", "after"],
    [true, false],
  ]);
});

test("the same number in another life of its sender's store is another message", async () => {
  const { mesh, far, open } = await scene();
  far.send("everyone", "before");
  await mesh.run(2_000);
  const chronicle = open();
  const ear = await comes(mesh, chronicle);
  await mesh.run(3_000);
  const [message] = ear.messages;
  if (message === undefined) throw new Error("nothing came");
  const moment = await mesh.until(chronicle.moment());
  expect(await mesh.until(chronicle.had(message, moment))).toBe(true);
  expect(await mesh.until(chronicle.had({ ...message, sentAt: new Date(1) }, moment))).toBe(false);
});

test.each(["", "1732", "9 x 0", "999999 0 0"])(
  "by what is no moment of the host's, %j, it had nothing",
  async (moment) => {
    const { mesh, far, open } = await scene();
    far.send("everyone", "before");
    await mesh.run(2_000);
    const chronicle = open();
    const message = { from: 99n, number: 1n, sentAt: new Date(0) };
    expect(await mesh.until(chronicle.had(message, moment))).toBe(false);
  },
);

test("who asks while it is read, is answered when it is closed", async () => {
  const { mesh, far, open } = await scene();
  far.send("everyone", "before");
  await mesh.run(2_000);
  const chronicle = open();
  const asked = chronicle.had({ from: 99n, number: 1n, sentAt: new Date(0) }, "1 0 0");
  chronicle.close();
  expect(await asked).toBe(false);
});

test("where nobody else reads what comes to the host, it takes more than it can hold of what nobody has dealt with", async () => {
  const mesh = createTestMesh({ limits: { inboxCountMax: 600 } });
  const host = await mesh.start("host");
  const far = await mesh.start("far", { peers: ["host"] });
  const chronicle = new Chronicle({ host, hidesHost: true, nowMs: () => mesh.clock().nowMs() });
  for (let count = 0; count < 1_500; count += 1) {
    far.send("everyone", `${count}`);
    if (count % 50 === 0) await mesh.run(200);
  }
  await mesh.run(30_000);
  chronicle.close();
  expect(host.status().cursor).toBe(1_500n);
});

test("a moment of another life of the host's store is before all", async () => {
  const mesh = createTestMesh();
  const host = await mesh.start("host");
  const far = await mesh.start("far", { peers: ["host"], desiredId: 99n });
  await mesh.run(1_000);
  far.send("everyone", "new");
  await mesh.run(2_000);
  const chronicle = new Chronicle({ host, nowMs: () => mesh.clock().nowMs() });
  const messages = host.messages({ after: 0n });
  const next = await mesh.until(messages.next());
  if (next.done === true) throw new Error("nothing came");
  expect(await mesh.until(chronicle.had(next.value, "999999 0 0"))).toBe(false);
});

test("a record of the host that cannot be read does not end it: what was before is told from what is after", async () => {
  const { mesh, host, far, open } = await scene();
  makeUnreadable(host, "unreadable");
  const chronicle = open();
  for (const text of ["unreadable", "before"]) {
    far.send("everyone", text);
    await mesh.run(2_000);
  }
  const ear = await comes(mesh, chronicle);
  far.send("everyone", "after");
  await mesh.run(5_000);
  // In doubt a message was said after.
  expect(ear.heard).toEqual(["unreadable", "before (old)", "after"]);
});

test("where the last record of the host cannot be read nobody waits for it", async () => {
  const { mesh, host, far, open } = await scene();
  far.send("everyone", "before");
  await mesh.run(2_000);
  makeUnreadable(host, "unreadable");
  const chronicle = open();
  far.send(host.id, "unreadable");
  await mesh.run(2_000);
  const ear = await comes(mesh, chronicle);
  await mesh.run(5_000);
  expect(ear.heard).toEqual(["before (old)"]);
});
