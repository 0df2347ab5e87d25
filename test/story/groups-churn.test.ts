import { expect, test } from "vitest";
import type { Peer, PeerEvent } from "../../src/peer/types.ts";
import { createTestMesh, type TestMesh } from "../../src/testing/mesh.ts";
import { Random } from "../../src/testing/random.ts";

/** A message that was accepted. */
interface Said {
  readonly text: string;
  readonly by: string;
  readonly group: bigint;
  readonly number: bigint;
  /** Those it was for. */
  readonly recipients: readonly string[];
}

const names = ["a", "b", "c", "d", "e", "f"];
const minutes = 3;

/** Six peers in a ring with a chord, who come and go, and three groups that they make, join, talk in and leave. */
class Town {
  readonly mesh: TestMesh;
  readonly random: Random;
  readonly peers = new Map<string, Peer>();
  readonly ids = new Map<string, bigint>();
  readonly groups: bigint[] = [];
  readonly said: Said[] = [];
  /** What is in the log of each, by cursor. */
  readonly shown = new Map(names.map((name) => [name, new Map<bigint, string>()]));
  readonly finals = new Map<string, string[]>();
  /** When each was last not joined in a group, by its own word: "name/group". */
  readonly outAtMs = new Map<string, number>();
  /** When each text was handed to its peer; some were never accepted. */
  readonly saidAtMs = new Map<string, number>();

  constructor(seed: number) {
    this.mesh = createTestMesh({ seed });
    this.random = new Random(seed * 7 + 1);
  }

  async gather(): Promise<void> {
    for (const name of names) await this.start(name);
    await this.mesh.run(3_000);
    for (const name of names) this.ids.set(name, this.at(name).id);
    for (const [index, name] of ["a", "b", "c"].entries()) {
      const others = names.filter((other) => other !== name).map((other) => this.idOf(other));
      const invited = others.slice(0, 2 + index);
      this.groups.push(await this.mesh.until(this.at(name).groups.create(`team ${name}`, invited)));
    }
    await this.mesh.run(1_000);
  }

  async start(name: string): Promise<void> {
    const index = names.indexOf(name);
    const dials = [names[(index + 1) % names.length], index === 0 ? "d" : undefined];
    const peers = dials.filter((other) => other !== undefined);
    const peer = await this.mesh.start(name, { peers });
    this.peers.set(name, peer);
    void this.#listen(name, peer.events());
    void this.#read(name, peer);
  }

  async #listen(name: string, events: AsyncIterable<PeerEvent>): Promise<void> {
    for await (const event of events) {
      const isFinal = event.kind === "status" && ["delivered", "refused", "expired"].includes(event.status);
      if (!isFinal) continue;
      const key = `${name}/${event.to}/${event.number}`;
      const isSure = !event.reason.includes("before this peer was started again");
      this.finals.set(key, [...(this.finals.get(key) ?? []), `${isSure ? "" : "perhaps "}${event.status}`]);
    }
  }

  async #read(name: string, peer: Peer): Promise<void> {
    for await (const { cursor, from, group, text } of peer.messages())
      this.shown.get(name)?.set(cursor, `${from} in ${group}: ${text}`);
  }

  at(name: string): Peer {
    const peer = this.peers.get(name);
    if (peer === undefined) throw new Error(`${name} is not up`);
    return peer;
  }

  idOf(name: string): bigint {
    return this.ids.get(name) ?? 0n;
  }

  nameOf(id: bigint): string {
    return names.find((name) => this.idOf(name) === id) ?? `${id}`;
  }

  /** One thing that happens at random. */
  async happens(): Promise<void> {
    const what = this.random.whole(0, 99);
    const name = this.random.pick(names);
    const group = this.random.pick(this.groups);
    if (what < 3) await this.#crash(name);
    else if (what < 7) this.mesh.cut(name, this.random.pick(names.filter((other) => other !== name)));
    else if (what < 16) this.mesh.healAll();
    else if (this.peers.has(name)) this.#act(this.at(name), name, group, what);
    this.#note();
  }

  async #crash(name: string): Promise<void> {
    if (!this.peers.delete(name)) return;
    this.mesh.crash(name);
    if (this.random.chance(0.5)) await this.mesh.run(this.random.whole(0, 8_000));
    await this.start(name);
  }

  #act(peer: Peer, name: string, group: bigint, what: number): void {
    const known = peer.groups.list().find(({ id }) => id === group);
    if (known === undefined) return;
    const whom = known.members.filter(({ id }) => id !== peer.id);
    const joined = whom.filter(({ state }) => state === "joined").map(({ id }) => id);
    if (known.state === "invited" && what < 60) peer.groups.accept(group);
    else if (known.state === "invited" && what < 63) peer.groups.reject(group);
    else if (known.state !== "joined") return;
    else if (what < 19) peer.groups.leave(group);
    else if (what < 35) this.#invite(peer, group);
    else if (joined.length > 0) this.#say(peer, { name, group, recipients: joined.map((id) => this.nameOf(id)) });
  }

  #invite(peer: Peer, group: bigint): void {
    const known = peer.groups.list().find(({ id }) => id === group);
    const isOpen = (id: bigint): boolean =>
      known?.members.some((member) => member.id === id && ["joined", "invited"].includes(member.state)) === true;
    const others = names.map((name) => this.idOf(name)).filter((id) => !isOpen(id));
    if (others.length > 0) peer.groups.invite(group, [this.random.pick(others)]);
  }

  #say(peer: Peer, { name, group, recipients }: { name: string; group: bigint; recipients: readonly string[] }): void {
    const text = `${name} ${this.saidAtMs.size}`;
    const { number, accepted } = peer.send(group, text);
    this.saidAtMs.set(text, this.mesh.nowMs);
    const note = (): void => void this.said.push({ text, by: name, group, number, recipients });
    accepted.then(note, () => {});
  }

  /** Who is not joined now, as it knows itself. */
  #note(): void {
    for (const [name, peer] of this.peers) {
      for (const group of this.groups) {
        const known = peer.groups.list().find(({ id }) => id === group);
        if (known?.state !== "joined") this.outAtMs.set(`${name}/${group}`, this.mesh.nowMs);
      }
    }
  }

  /** Everybody is there, and has time. */
  async quiet(): Promise<void> {
    this.mesh.healAll();
    for (const name of names) if (!this.peers.has(name)) await this.start(name);
    await this.mesh.run(90_000);
  }

  /** How the groups' members see them, in one line each; those who are not in see what they left. */
  views(group: bigint): readonly string[] {
    return names.flatMap((name) => {
      const known = this.at(name)
        .groups.list()
        .find(({ id }) => id === group);
      if (known === undefined || (known.state !== "joined" && known.state !== "invited")) return [];
      return [known.members.map(({ id, state }) => `${this.nameOf(id)} ${state}`).join(", ")];
    });
  }

  /** Whether somebody was in the group all the time since the message was sent. */
  stayed(name: string, { group, text }: Said): boolean {
    return (this.outAtMs.get(`${name}/${group}`) ?? -1) < (this.saidAtMs.get(text) ?? 0);
  }
}

test.each([1, 2, 3, 4, 5])(
  "through churn, with seed %i: members agree, and whoever was in is shown each message once",
  async (seed) => {
    const town = new Town(seed);
    await town.gather();
    while (town.mesh.nowMs < minutes * 60_000) {
      await town.happens();
      await town.mesh.run(town.random.whole(0, 600));
    }
    await town.quiet();
    for (const group of town.groups) expect(new Set(town.views(group)).size, `group ${group}`).toBeLessThanOrEqual(1);
    for (const name of names) {
      const shown = [...(town.shown.get(name)?.values() ?? [])];
      expect(shown.length, name).toBe(new Set(shown).size);
      expect(town.at(name).status().outbox, name).toBe(0);
    }
    const ends = town.said.map((said) => endOf(town, said));
    expect(ends.filter((end) => end === "whole").length).toBeGreaterThan(50);
    expect(ends).toContain("somebody left");
  },
);

/** Checks what became of a message: who was in all the time has it, and what its sender was told is so. */
function endOf(town: Town, said: Said): string {
  const line = `${town.idOf(said.by)} in ${said.group}: ${said.text}`;
  const lacking = said.recipients.filter((name) => ![...(town.shown.get(name)?.values() ?? [])].includes(line));
  expect(
    lacking.filter((name) => town.stayed(name, said)),
    said.text,
  ).toEqual([]);
  const finals = town.finals.get(`${said.by}/${said.group}/${said.number}`) ?? [];
  // A peer that died in the instant in which it was told is told again.
  if (lacking.length > 0) expect(finals, said.text).not.toContain("delivered");
  else
    expect(
      finals.filter((end) => !end.endsWith("delivered")),
      said.text,
    ).toEqual([]);
  return said.recipients.every((name) => town.stayed(name, said)) ? "whole" : "somebody left";
}
