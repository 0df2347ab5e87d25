import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test } from "vitest";
import { Tickets } from "../../src/peer/tickets.ts";
import { calm } from "./time.ts";

/** "kept", "broken: ..." or "open" for each promise, now. */
async function stateOf(...promises: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const states = promises.map(() => "open");
  promises.forEach((promise, index) => {
    promise.then(
      () => (states[index] = "kept"),
      (error: unknown) => (states[index] = `broken: ${String(error)}`),
    );
  });
  await calm();
  return states;
}

const send = { conversation: 5n, first: 1, last: 1 };

test("accepted is kept by the first report, settled by a final one", async () => {
  const tickets = new Tickets();
  const { accepted, settled } = tickets.issue(5n, 1);
  expect(await stateOf(accepted, settled)).toEqual(["open", "open"]);
  tickets.report(send, "accepted", "");
  expect(await stateOf(accepted, settled)).toEqual(["kept", "open"]);
  tickets.report(send, "stored", "");
  expect(await stateOf(settled)).toEqual(["open"]);
  tickets.report(send, "expired", "too late");
  expect(await settled).toEqual({ status: "expired", reason: "too late" });
});

test("a send is settled once: what is reported later changes nothing", async () => {
  const tickets = new Tickets();
  const { settled } = tickets.issue(5n, 1);
  tickets.report(send, "refused", "too large");
  tickets.report(send, "delivered", "");
  expect(await settled).toEqual({ status: "refused", reason: "too large" });
});

test("a report of several sends settles each of them, and passes over those that have no ticket", async () => {
  const tickets = new Tickets();
  const [one, , three, other] = [
    tickets.issue(5n, 1),
    tickets.issue(5n, 2),
    tickets.issue(5n, 3),
    tickets.issue(5n, 9),
  ];
  tickets.report({ conversation: 5n, first: 2, last: 2 }, "delivered", "");
  tickets.report({ conversation: 5n, first: 1, last: 5 }, "delivered", "");
  expect(await stateOf(one.settled, three.settled, other.settled)).toEqual(["kept", "kept", "open"]);
});

test("sends of one number in different conversations do not touch each other", async () => {
  const tickets = new Tickets();
  const one = tickets.issue(5n, 1);
  const other = tickets.issue(6n, 1);
  tickets.report(send, "delivered", "");
  expect(await stateOf(one.settled, other.accepted, other.settled)).toEqual(["kept", "open", "open"]);
});

test("reports on sends of a former life find no ticket, which is no mistake", () => {
  const tickets = new Tickets();
  tickets.report(send, "delivered", "");
  tickets.issue(5n, 2);
  tickets.report(send, "delivered", "");
});

test("a peer that closes says whether the message goes on after a restart", async () => {
  const tickets = new Tickets();
  const taken = tickets.issue(5n, 1);
  const fresh = tickets.issue(5n, 2);
  tickets.report(send, "accepted", "");
  tickets.abandon();
  const goesOn = "broken: E3Error: the peer closed before the message was settled; it goes on after a restart";
  const sendAgain = "broken: E3Error: the peer closed before the message was accepted; send it again";
  expect(await stateOf(taken.accepted, taken.settled)).toEqual(["kept", goesOn]);
  expect(await stateOf(fresh.accepted, fresh.settled)).toEqual([sendAgain, sendAgain]);
  await expect(fresh.accepted).rejects.toMatchObject({ code: "closed" });
});

test("promises that nobody looks at never end the process", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  onTestFinished(() => void process.off("unhandledRejection", note));
  const tickets = new Tickets();
  tickets.issue(5n, 1);
  void tickets.issue(5n, 2).accepted;
  tickets.abandon();
  await anotherTurn();
  expect(unhandled).toEqual([]);
});

test("nothing is kept of a send that is settled", async () => {
  setFlagsFromString("--expose-gc");
  const tickets = new Tickets();
  const promises = Array.from({ length: 100 }, (_, index) => {
    const { accepted, settled } = tickets.issue(BigInt(index % 7), index);
    return [new WeakRef(accepted), new WeakRef(settled)];
  });
  for (let number = 0; number < 90; number += 1) {
    const sends = { conversation: BigInt(number % 7), first: number, last: number };
    tickets.report(sends, number % 2 === 0 ? "delivered" : "expired", "");
  }
  await anotherTurn();
  runInNewContext("gc()");
  const kept = promises.map((pair) => pair.filter((promise) => promise.deref() !== undefined).length);
  expect(kept.slice(0, 90)).toEqual(Array.from({ length: 90 }, () => 0));
  expect(kept.slice(90)).toEqual(Array.from({ length: 10 }, () => 2));
});

/** Ends this turn: Node tells of unhandled rejections then, and lets go of what was looked at. Reading a file takes one. */
async function anotherTurn(): Promise<void> {
  await readFile(new URL(import.meta.url));
}
