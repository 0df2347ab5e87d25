import fc from "fast-check";
import { expect, test } from "vitest";
import { newConversation, type Arrival } from "../../src/core/conversation.ts";
import { Effects } from "../../src/core/effects.ts";
import { everyone } from "../../src/core/everyone.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Marks } from "../../src/core/marks.ts";
import { decodeInboxRecord } from "../../src/core/record-codec.ts";
import { Waiting } from "../../src/core/waiting.ts";
import { InboxRoom, said, shown } from "./inbox-room.ts";

const limits = { gapWaitMs: 100 };

function roomOf(...arrivals: readonly Arrival[]): InboxRoom {
  const inbox = new InboxRoom({ limits });
  inbox.arrive(arrivals);
  inbox.persist();
  return inbox;
}

function shownBy(inbox: InboxRoom): readonly string[] {
  inbox.persist();
  return shown(inbox.room.store);
}

test("a message is shown after what its sender had seen, however it arrives", () => {
  const inbox = roomOf(said("8/1", "7/2"), said("7/2", "9/1"), said("7/1"));
  expect(shownBy(inbox)).toEqual(["7/1"]);
  inbox.arrive([said("9/1")]);
  expect(shownBy(inbox)).toEqual(["7/1", "9/1", "7/2", "8/1"]);
});

test("what waits in vain is shown when it has waited for long enough, marked", () => {
  const inbox = roomOf(said("8/1", "7/2"), said("8/2"));
  expect(inbox.room.inbox.nextDeadlineMs).toBe(100);
  inbox.giveUp(true, 99);
  expect(shownBy(inbox)).toEqual([]);
  inbox.giveUp(true, 100);
  expect(shownBy(inbox)).toEqual(["unordered 8/1", "8/2"]);
  expect(inbox.room.inbox.nextDeadlineMs).toBe(Infinity);
});

test("many messages that wait for as many that are gone for good wait no longer than one", () => {
  const inbox = roomOf(...[1, 2, 3, 4, 5].map((number) => said(`8/${number}`, `7/${number}`)));
  inbox.giveUp(true, 100);
  expect(shownBy(inbox)).toEqual([1, 2, 3, 4, 5].map((number) => `unordered 8/${number}`));
});

test("what came later than the hole before it, and has not waited for itself, waits its own time", () => {
  const inbox = roomOf(said("8/2"));
  inbox.arrive([said("8/1", "7/1")], 90);
  inbox.giveUp(true, 100);
  expect(shownBy(inbox)).toEqual([]);
  inbox.giveUp(true, 200);
  expect(shownBy(inbox)).toEqual(["unordered 8/1", "8/2"]);
});

test("a mark stands before what is out of order, and before nothing else", () => {
  const inbox = roomOf(said("8/1", "7/1"), said("9/1", "8/1"));
  inbox.giveUp(true, 100);
  inbox.arrive([said("7/1"), said("8/2", "7/1")], 101);
  expect(shownBy(inbox)).toEqual(["unordered 8/1", "9/1", "7/1", "8/2"]);
});

test("what comes late, and before what its sender had seen, is marked", () => {
  const inbox = roomOf(said("8/2"));
  inbox.giveUp(true, 100, false);
  inbox.arrive([said("8/1", "7/1"), said("8/3")], 101);
  expect(shownBy(inbox)).toEqual(["(1 missing) 8/2", "unordered 8/1", "8/3"]);
});

test("a hole is waited for as long as somebody offers to fill it", () => {
  const inbox = roomOf(said("7/3"));
  inbox.giveUp(false, 100, true);
  expect(shownBy(inbox)).toEqual([]);
  expect(inbox.room.inbox.nextDeadlineMs).toBe(200);
  inbox.giveUp(true, 200, false);
  expect(shownBy(inbox)).toEqual(["(2 missing) 7/3"]);
});

test("behind a hole that is given up on, what waits for others too is not waited for twice", () => {
  const inbox = roomOf(said("7/3", "9/1"));
  inbox.giveUp(true, 100, false);
  expect(shownBy(inbox)).toEqual(["(2 missing) unordered 7/3"]);
});

test("what is held is bounded, in each conversation and in all; the rest is taken when it comes again (invariant 1)", () => {
  const inbox = new InboxRoom({ limits: { heldCountMax: 2, heldBytesMax: 3 * 140 } });
  const early = ["7/2", "7/3", "7/4", "8/2", "9/2"].map((name) => said(name));
  expect(inbox.arrive(early)).toEqual([true, true, false, true, false]);
  inbox.arrive([said("7/1"), said("7/4"), said("8/1"), said("9/1"), said("9/2")]);
  expect(shownBy(inbox)).toEqual(["7/1", "7/2", "7/3", "7/4", "8/1", "8/2", "9/1", "9/2"]);
});

test("what was passed when a message came is not looked at again, however much it names", () => {
  let looks = 0;
  const next = (epoch: bigint): number => {
    looks += 1;
    return epoch < 1_000n ? 2 : 1;
  };
  const waiting = new Waiting({ limits: defaultLimits, next, take: () => {} });
  const names = Array.from({ length: 200 }, (_, index) => `${index + 1}/1`);
  const conversation = newConversation({ epoch: 7n, conversation: everyone }, Marks.from({ next: 1, holes: [] }));
  expect(waiting.hold(conversation, said("7/1", ...names, "1000/1"), 0)).toBe("new");
  looks = 0;
  for (let turn = 0; turn < 10; turn += 1) waiting.releaseAll(everyone, 0, new Effects());
  expect(looks).toBe(10);
});

test("what is held is a copy, whatever becomes of the batch it came in", () => {
  const message = said("7/2");
  const body = new Uint8Array(message.body);
  const inbox = roomOf(message);
  message.body.fill(0);
  inbox.arrive([said("7/1")]);
  inbox.persist();
  const bodies = inbox.room.store.entries("inbox").flatMap(({ value }) => decodeInboxRecord(value).bodies);
  expect(bodies[1]).toEqual(body);
});

/** A chat: who speaks, and how many of the last messages of all it has not seen yet. */
const chats = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat({ max: 6 })), { minLength: 1, maxLength: 25 });

/** The messages of a chat, each after what its author had seen of others since its last. */
function messagesOf(chat: readonly (readonly [author: number, lag: number])[]): readonly Arrival[] {
  const counts = new Map<number, number>();
  const seen = new Map<number, number>();
  const names: (readonly [author: number, number: number])[] = [];
  return chat.map(([author, lag], index) => {
    const number = (counts.get(author) ?? 0) + 1;
    counts.set(author, number);
    const [from, upTo] = [seen.get(author) ?? 0, Math.max(seen.get(author) ?? 0, index - lag)];
    seen.set(author, upTo);
    const news = new Map(names.slice(from, upTo).filter(([other]) => other !== author));
    names.push([author, number]);
    return said(`${author}/${number}`, ...[...news].map(([other, reached]) => `${other}/${reached}`));
  });
}

function nameOf({ epoch, number }: { readonly epoch: bigint; readonly number: number }): string {
  return `${epoch}/${number}`;
}

test("in any order of arrival, with repetitions, all is shown once, each after all that its sender had seen", () => {
  const shuffled = chats.chain((chat) => {
    const messages = messagesOf(chat);
    const orders = fc.shuffledSubarray([...messages, ...messages], {
      minLength: 2 * messages.length,
      maxLength: 2 * messages.length,
    });
    return fc.record({ messages: fc.constant(messages), arrivals: orders });
  });
  fc.assert(
    fc.property(shuffled, ({ messages, arrivals }) => {
      const names = shownBy(roomOf(...arrivals));
      expect(names.toSorted()).toEqual(messages.map(nameOf).toSorted());
      for (const message of messages) {
        const before = names.slice(0, names.indexOf(nameOf(message)));
        for (const cause of message.after ?? []) expect(before).toContain(nameOf(cause));
      }
    }),
    { numRuns: 200 },
  );
});

test("with losses, all that arrived is shown once, and what is not after its causes is marked, or they were given up on", () => {
  const walks = chats.chain((chat) => {
    const messages = messagesOf(chat);
    return fc.record({ messages: fc.constant(messages), arrivals: fc.shuffledSubarray([...messages]) });
  });
  fc.assert(
    fc.property(walks, fc.integer({ min: 1, max: 60 }), ({ messages, arrivals }, paceMs) => {
      const inbox = new InboxRoom({ limits });
      let nowMs = 0;
      const givenUp = new Set<string>();
      for (const one of arrivals) {
        if ((inbox.room.inbox.next(one.epoch, everyone) ?? 0) > one.number) givenUp.add(nameOf(one));
        inbox.arrive([one], (nowMs += paceMs));
        if (inbox.room.inbox.nextDeadlineMs <= nowMs) inbox.giveUp(true, nowMs, false);
      }
      // The holes of a conversation are given up on one by one.
      for (let turn = 0; turn <= messages.length && inbox.room.inbox.nextDeadlineMs < Infinity; turn += 1)
        inbox.giveUp(true, (nowMs = inbox.room.inbox.nextDeadlineMs), false);
      const lines = shownBy(inbox);
      const names = lines.map((line) => line.split(" ").at(-1) ?? "");
      expect(names.toSorted()).toEqual(arrivals.map(nameOf).toSorted());
      for (const message of arrivals) {
        const at = names.indexOf(nameOf(message));
        const isMarked = lines[at]?.includes("unordered") === true;
        const causes = (message.after ?? []).map(nameOf).filter((name) => names.includes(name) && !givenUp.has(name));
        for (const cause of isMarked ? [] : causes) expect(names.slice(0, at)).toContain(cause);
      }
    }),
    { numRuns: 200 },
  );
});
