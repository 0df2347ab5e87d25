import { expect, test } from "vitest";
import { everyone } from "../../src/core/everyone.ts";
import { RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import { arrival, InboxRoom, said, shown } from "./inbox-room.ts";
import { Shelves } from "./shelves.ts";

const name = { epoch: 7n, conversation: everyone };

class EveryoneRoom extends InboxRoom {
  /** Lets them arrive, and waits for the disk. @returns what became of each. */
  say(...arrivals: readonly ReturnType<typeof said>[]): readonly string[] {
    const { inbox, effects } = this.room;
    const became: string[] = [];
    this.event(() => became.push(...arrivals.map((one) => inbox.arrive(one, 0, effects))));
    this.persist();
    return became;
  }

  skipTo(first: number): void {
    this.event(() => this.room.inbox.skipTo(name, first, 0, this.room.effects));
    this.persist();
  }

  get shown(): readonly string[] {
    return shown(this.room.store);
  }
}

test("what became of a message is told: new, also where it has to wait, known, or full", () => {
  const inbox = new EveryoneRoom({ limits: { heldCountMax: 1 } });
  expect(inbox.say(said("7/1"), said("7/3"), said("7/1"), said("7/3"), said("7/4"))).toEqual([
    ...["new", "new", "known", "known", "full"],
  ]);
  expect(inbox.say(said("7/2"), said("7/4"))).toEqual(["new", "new"]);
  expect(inbox.shown).toEqual(["7/1", "7/2", "7/3", "7/4"]);
});

test("it says what is next, what waits, and nothing of what it does not know", () => {
  const inbox = new EveryoneRoom();
  const { inbox: box } = inbox.room;
  expect([box.next(7n, everyone), box.lowestHeld(7n, everyone)]).toEqual([undefined, Infinity]);
  inbox.say(said("7/1"), said("7/5"), said("7/4"));
  expect([box.next(7n, everyone), box.lowestHeld(7n, everyone)]).toEqual([2, 4]);
  expect([box.next(8n, everyone), box.next(7n, 1n)]).toEqual([undefined, undefined]);
});

test("standings are those of one conversation, in every epoch, as far as they are durable", () => {
  const inbox = new EveryoneRoom();
  inbox.say(said("7/1"), said("8/1"), said("8/2"), arrival(1));
  inbox.event(() => inbox.room.inbox.arrive(said("7/2"), 0, inbox.room.effects));
  const standings = (box: EveryoneRoom) =>
    [...box.room.inbox.standings(everyone)].map(({ epoch, next }) => `${epoch}/${next}`).toSorted();
  expect(standings(inbox)).toEqual(["7/2", "8/3"]);
  inbox.persist();
  expect(standings(inbox)).toEqual(["7/3", "8/3"]);
  expect(standings(new EveryoneRoom({ store: inbox.room.store }))).toEqual(["7/3", "8/3"]);
});

test("a newcomer to a conversation begins with what there still is, and misses nothing", () => {
  const inbox = new EveryoneRoom();
  inbox.skipTo(5);
  inbox.say(said("7/5"), said("7/6"));
  expect(inbox.shown).toEqual(["7/5", "7/6"]);
});

test("what is skipped later counts as missing, and may still come", () => {
  const inbox = new EveryoneRoom();
  inbox.say(said("7/1"));
  inbox.skipTo(4);
  expect(inbox.say(said("7/4"), said("7/2"), said("7/2"))).toEqual(["new", "new", "known"]);
  expect(inbox.shown).toEqual(["7/1", "(2 missing) 7/4", "7/2"]);
  expect(new EveryoneRoom({ store: inbox.room.store }).say(said("7/2"), said("7/3"))).toEqual(["known", "new"]);
});

test("what is held below a skip did arrive, and is not skipped", () => {
  const inbox = new EveryoneRoom();
  inbox.say(said("7/1"), said("7/3"), said("7/8"));
  inbox.skipTo(6);
  expect(inbox.shown).toEqual(["7/1", "(1 missing) 7/3"]);
  inbox.say(said("7/6"), said("7/7"));
  expect(inbox.shown.slice(2)).toEqual(["(2 missing) 7/6", "7/7", "7/8"]);
});

test("a skip to what is passed, or over more holes than are kept, loses its holes and nothing else", () => {
  const inbox = new EveryoneRoom({ limits: { holesMax: 1 } });
  inbox.say(said("7/1"));
  inbox.skipTo(3);
  inbox.say(said("7/3"));
  inbox.skipTo(5);
  inbox.skipTo(2);
  inbox.say(said("7/5"));
  expect(inbox.shown).toEqual(["7/1", "(1 missing) 7/3", "(1 missing) 7/5"]);
});

test("what is next and waits for others keeps its place, whatever is skipped behind it", () => {
  const inbox = new EveryoneRoom();
  inbox.say(said("7/1", "9/1"));
  inbox.skipTo(3);
  expect(inbox.shown).toEqual([]);
  inbox.say(said("9/1"), said("7/2"));
  expect(inbox.shown).toEqual(["9/1", "7/1", "7/2"]);
});

test("nor does a floor pass over it", () => {
  const inbox = new EveryoneRoom();
  inbox.say(said("7/1", "9/1"), { ...said("7/4"), floor: 3 });
  expect(inbox.shown).toEqual([]);
  inbox.say(said("9/1"), { ...said("7/5"), floor: 4 });
  expect(inbox.shown).toEqual(["9/1", "7/1", "(2 missing) 7/4", "7/5"]);
});

test("a copy that claims to come after less is known, and what waits is shown once", () => {
  const inbox = new EveryoneRoom();
  expect(inbox.say(said("7/1", "9/1"), said("7/1"))).toEqual(["new", "known"]);
  inbox.skipTo(3);
  inbox.say(said("9/1"), said("7/2"));
  expect(inbox.shown).toEqual(["9/1", "7/1", "7/2"]);
});

test("others that waited for what is skipped go on at once, and are in order", () => {
  const inbox = new EveryoneRoom();
  inbox.say(said("7/1"), said("8/1", "7/2"));
  inbox.skipTo(3);
  expect(inbox.shown).toEqual(["7/1", "8/1"]);
});

test("of what is for everyone no refusal is kept, since nobody waits for a receipt", () => {
  const store = new Shelves();
  const inbox = new EveryoneRoom({ store });
  const refused = RefusalReason.UNKNOWN_BODY;
  inbox.say({ ...said("7/1"), refused }, said("7/2"), { ...arrival(1), refused });
  expect(inbox.room.inbox.standing(7n, everyone)).toMatchObject({ refused: [], next: 3 });
  expect(inbox.room.inbox.standing(7n, 1n)).toMatchObject({ refused: [{ number: 1 }] });
  expect(inbox.shown).toEqual(["7/2"]);
});

test("a newcomer is shown what was said before it began, too, when it comes, and nothing counts as missing", () => {
  const inbox = new EveryoneRoom();
  inbox.skipTo(9);
  expect(inbox.room.inbox.holes(7n, everyone)).toEqual([{ first: 1, last: 8 }]);
  expect(inbox.say(said("7/9"), said("7/3"), said("7/4"), said("7/3"))).toEqual(["new", "new", "new", "known"]);
  expect(inbox.shown).toEqual(["7/9", "7/3", "7/4"]);
  expect(inbox.room.inbox.holes(7n, everyone)).toEqual([{ first: 1, last: 2 }, { first: 5, last: 8 }]); // prettier-ignore
});

test("a newcomer is told what is missing behind what waited, and was shown first", () => {
  const inbox = new EveryoneRoom();
  inbox.say(said("7/2"), said("7/4"));
  inbox.skipTo(4);
  expect(inbox.shown).toEqual(["7/2", "(1 missing) 7/4"]);
});

test("where the first that a newcomer is shown came late, it is told what is missing behind that", () => {
  const inbox = new EveryoneRoom();
  inbox.skipTo(5);
  inbox.say(said("7/2"), said("7/4"), said("7/5"), said("7/3"), said("7/1"));
  expect(inbox.shown).toEqual(["7/2", "(1 missing) 7/4", "7/5", "7/3", "7/1"]);
});

test("of more holes than are kept the lowest is forgotten: what it lacks now, it goes on lacking", () => {
  const inbox = new EveryoneRoom({ limits: { holesMax: 1 } });
  inbox.say(said("7/1"));
  inbox.skipTo(3);
  inbox.say(said("7/3"));
  inbox.skipTo(5);
  expect(inbox.room.inbox.holes(7n, everyone)).toEqual([{ first: 4, last: 4 }]);
  expect(inbox.say(said("7/2"), said("7/4"))).toEqual(["known", "new"]);
});

test("what was skipped and comes before anything behind it is in order, and only what is not there is missing", () => {
  const whole = new EveryoneRoom();
  whole.say(said("7/1"));
  whole.skipTo(4);
  whole.say(said("7/2"), said("7/3"), said("7/4"));
  expect(whole.shown).toEqual(["7/1", "7/2", "7/3", "7/4"]);
  const torn = new EveryoneRoom();
  torn.say(said("7/1"));
  torn.skipTo(6);
  torn.say(said("7/4"), said("7/2"), said("7/6"), said("7/5"), said("7/3"));
  expect(torn.shown).toEqual(["7/1", "(2 missing) 7/4", "7/2", "(1 missing) 7/6", "7/5", "7/3"]);
});

test("the same after a restart", () => {
  const before = new EveryoneRoom();
  before.say(said("7/1"));
  before.skipTo(6);
  const { store } = before.room;
  const inbox = new EveryoneRoom({ store });
  inbox.say(said("7/3"), said("7/2"));
  const later = new EveryoneRoom({ store });
  later.say(said("7/5"), said("7/6"));
  expect(shown(store)).toEqual(["7/1", "(1 missing) 7/3", "7/2", "(1 missing) 7/5", "7/6"]);
});

test("nor is it missing where something that is not shown came behind it before the restart", () => {
  const before = new EveryoneRoom();
  before.say(said("7/1"));
  before.skipTo(4);
  before.say({ ...said("7/4"), refused: RefusalReason.UNKNOWN_BODY });
  const { store } = before.room;
  new EveryoneRoom({ store }).say(said("7/2"), said("7/3"), said("7/5"));
  expect(shown(store)).toEqual(["7/1", "7/2", "7/3", "7/5"]);
});
