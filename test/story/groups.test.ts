import { expect, test } from "vitest";
import type { GroupState } from "../../src/peer/group-types.ts";
import type { Peer, PeerEvent } from "../../src/peer/types.ts";
import { createTestMesh, type TestMesh } from "../../src/testing/mesh.ts";

/** Peers by name in a ring with a chord, what each was told, and what each was shown. */
class Company {
  readonly mesh: TestMesh;
  readonly peers = new Map<string, Peer>();
  readonly events = new Map<string, PeerEvent[]>();
  readonly shown = new Map<string, string[]>();
  readonly #dials = new Map<string, readonly string[]>();

  constructor(seed = 1) {
    this.mesh = createTestMesh({ seed });
  }

  async gather(...names: readonly string[]): Promise<void> {
    for (const [index, name] of names.entries()) {
      this.#dials.set(
        name,
        [names[index - 1], index === 3 ? names[0] : undefined].filter((other) => other !== undefined),
      );
      await this.start(name);
    }
    await this.mesh.run(3_000);
  }

  async start(name: string): Promise<void> {
    const peer = await this.mesh.start(name, { peers: this.#dials.get(name) ?? [] });
    this.peers.set(name, peer);
    const events = this.events.get(name) ?? [];
    const shown = this.shown.get(name) ?? [];
    this.events.set(name, events);
    this.shown.set(name, shown);
    const listen = async (): Promise<void> => {
      for await (const event of peer.events()) events.push(event);
    };
    const read = async (): Promise<void> => {
      for await (const { text, from, group, number } of peer.messages())
        shown.push(`${this.nameOf(from)}#${number}: ${text}${group === undefined ? " (direct)" : ""}`);
    };
    void listen();
    void read();
  }

  at(name: string): Peer {
    const peer = this.peers.get(name);
    if (peer === undefined) throw new Error(`there is no ${name}`);
    return peer;
  }

  nameOf(id: bigint): string {
    return [...this.peers].find(([, peer]) => peer.id === id)?.[0] ?? `${id}`;
  }

  ids(...names: readonly string[]): readonly bigint[] {
    return names.map((name) => this.at(name).id);
  }

  /** How a peer sees a group: "a joined, b invited". */
  seen(name: string, group: bigint): string {
    const known = this.at(name)
      .groups.list()
      .find(({ id }) => id === group);
    const members = known?.members.map(({ id, state }) => `${this.nameOf(id)} ${state}`) ?? [];
    return members.sort().join(", ");
  }

  /** What a peer was told of a group's members. */
  told(name: string): readonly string[] {
    return (this.events.get(name) ?? []).flatMap((event) =>
      event.kind === "group" ? [`${this.nameOf(event.member)} ${event.state satisfies GroupState}`] : [],
    );
  }

  statuses(name: string, group: bigint): readonly string[] {
    return (this.events.get(name) ?? []).flatMap((event) => {
      if (event.kind === "status" && event.to === group) return [`#${event.number} ${event.status}`];
      if (event.kind !== "receipt") return [];
      const waiting = event.waiting.map((id) => this.nameOf(id)).join();
      return [`#${event.number} ${event.status} to ${event.delivered} of ${event.recipients}, waiting for ${waiting}`];
    });
  }
}

async function team(company: Company): Promise<bigint> {
  const group = await company.mesh.until(company.at("a").groups.create("team", company.ids("b", "c", "d")));
  await company.mesh.run(1_000);
  for (const name of ["b", "c", "d"]) company.at(name).groups.accept(group);
  await company.mesh.run(1_000);
  return group;
}

test("who is invited and accepts is a member, and all are told; a message reaches all members, and each receipts it", async () => {
  const company = new Company();
  await company.gather("a", "b", "c", "d");
  const group = await team(company);
  for (const name of ["a", "b", "c", "d"])
    expect(company.seen(name, group)).toBe("a joined, b joined, c joined, d joined");
  expect(company.told("b")).toEqual(expect.arrayContaining(["b invited", "b joined", "c joined", "d joined"]));
  const sent = company.at("a").send(group, "hello");
  await company.mesh.run(1_000);
  for (const name of ["b", "c", "d"]) expect(company.shown.get(name)).toEqual(["a#1: hello"]);
  expect(await sent.settled).toEqual({ status: "delivered", reason: "" });
  const statuses = company.statuses("a", group);
  expect(statuses[0]).toBe("#1 accepted");
  expect(statuses.slice(1, 4).map((line) => line.slice(0, 22))).toEqual(
    [1, 2, 3].map((count) => `#1 delivered to ${count} of 3`),
  );
  expect(statuses.at(-1)).toBe("#1 delivered");
});

test("an absent member is waited for, by name, and gets it later, also when the sender is gone by then", async () => {
  const company = new Company();
  await company.gather("a", "b", "c", "d");
  const group = await team(company);
  company.mesh.crash("c");
  await company.mesh.run(10_000);
  company.at("a").send(group, "are you there?");
  await company.mesh.run(3_000);
  expect(company.statuses("a", group).at(-1)).toBe("#1 stored");
  expect(company.statuses("a", group).at(-2)).toMatch(/delivered to 2 of 3, waiting for c$/);
  company.mesh.crash("a");
  await company.mesh.run(5_000);
  await company.start("c");
  await company.mesh.run(5_000);
  expect(company.shown.get("c")).toEqual([expect.stringMatching(/#1: are you there\?$/)]);
  await company.start("a");
  await company.mesh.run(5_000);
  expect(company.statuses("a", group).at(-1)).toBe("#1 delivered");
});

test("who rejects or leaves is not a member, the others are told, and the group goes on; who left can be invited again", async () => {
  const company = new Company();
  await company.gather("a", "b", "c", "d");
  const group = await company.mesh.until(company.at("a").groups.create("team", company.ids("b", "c")));
  await company.mesh.run(1_000);
  company.at("b").groups.accept(group);
  company.at("c").groups.reject(group);
  await company.mesh.run(1_000);
  expect(company.seen("a", group)).toBe("a joined, b joined, c rejected");
  company.at("b").groups.invite(group, company.ids("d"));
  await company.mesh.run(1_000);
  company.at("d").groups.accept(group);
  await company.mesh.run(1_000);
  for (const name of ["a", "b", "d"])
    expect(company.seen(name, group)).toBe("a joined, b joined, c rejected, d joined");
  company.at("a").groups.leave(group);
  await company.mesh.run(1_000);
  expect(() => company.at("a").send(group, "no")).toThrow("not in group team");
  company.at("b").send(group, "without a");
  await company.mesh.run(1_000);
  expect([company.shown.get("a"), company.shown.get("d")]).toEqual([[], ["b#1: without a"]]);
  company.at("d").groups.invite(group, company.ids("a"));
  await company.mesh.run(1_000);
  company.at("a").groups.accept(group);
  await company.mesh.run(1_000);
  expect(company.seen("d", group)).toBe("a joined, b joined, c rejected, d joined");
});

test("memberships that changed apart come together, and survive restarts", async () => {
  const company = new Company();
  await company.gather("a", "b", "c", "d", "e");
  const group = await company.mesh.until(company.at("a").groups.create("team", company.ids("b", "c")));
  await company.mesh.run(1_000);
  company.at("c").groups.accept(group);
  await company.mesh.run(1_000);
  // b accepts, c invites d and a invites e, none of them seeing the others.
  company.mesh.partition(["a"], ["b", "c", "d", "e"]);
  company.mesh.partition(["b"], ["c", "d", "e"]);
  await company.mesh.run(20_000);
  company.at("b").groups.accept(group);
  company.at("c").groups.invite(group, company.ids("d"));
  company.at("a").groups.invite(group, company.ids("e"));
  await company.mesh.run(5_000);
  company.at("d").groups.accept(group);
  await company.mesh.run(5_000);
  company.mesh.healAll();
  await company.mesh.run(30_000);
  company.at("e").groups.accept(group);
  await company.mesh.run(5_000);
  for (const name of ["a", "b", "c", "d", "e"]) {
    company.mesh.crash(name);
    await company.start(name);
  }
  await company.mesh.run(10_000);
  for (const name of ["a", "b", "c", "d", "e"])
    expect(company.seen(name, group), name).toBe("a joined, b joined, c joined, d joined, e joined");
});

test("what a stranger says is refused, and nobody joins without having accepted", async () => {
  const company = new Company();
  await company.gather("a", "b", "c", "d");
  const group = await company.mesh.until(company.at("a").groups.create("team", company.ids("b")));
  await company.mesh.run(1_000);
  expect(() => company.at("c").send(group, "hello")).not.toThrow();
  expect(() => company.at("b").send(group, "hello")).toThrow("accept first");
  expect(() => company.at("a").send(group, "hello")).toThrow("1 invited has not answered yet");
  expect(() => company.at("c").groups.accept(group)).toThrow("no group");
  company.at("b").groups.accept(group);
  expect(() => company.at("b").groups.accept(group)).toThrow("member already");
  expect(() => company.at("a").groups.invite(group, company.ids("a"))).toThrow("cannot invite itself");
  expect(() => company.at("a").groups.invite(group, company.ids("b"))).toThrow("is invited already");
  expect(() => company.at("a").groups.invite(group, [])).toThrow("name one peer");
  await expect(company.at("a").groups.create("team 2", company.ids("a"))).rejects.toThrow("cannot invite itself");
  await expect(company.at("a").groups.create("x".repeat(300), company.ids("b"))).rejects.toThrow("256");
});
