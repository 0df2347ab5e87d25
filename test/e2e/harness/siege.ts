import { beforeAll, expect } from "vitest";
import { useMesh } from "./mesh.ts";
import type { TestPeer } from "./peer.ts";
import { Identity, RawLink } from "./raw-link.ts";

/** What a hostile caller does with a fresh link to the hub and a fresh key. */
export type Attack = (link: RawLink, attacker: Identity) => Promise<void> | void;

/** Three peers, a-hub-b with the ids 1, 42 and 2, of which the hub is attacked. */
export interface Siege {
  readonly a: TestPeer;
  readonly hub: TestPeer;
  readonly b: TestPeer;
  /** Runs an attack; afterwards everybody must be as well as before. */
  readonly expectUnharmed: (attack: Attack) => Promise<void>;
  /** The same, and the hub must end the attacker's link and log it. */
  readonly expectRefused: (attack: Attack) => Promise<void>;
}

/** A siege for all tests of this file: call it once at the top, and ask it for the siege inside a test. */
export function useSiege(): () => Siege {
  const openMesh = useMesh("all tests");
  let siege: Siege | undefined;
  beforeAll(async () => {
    const mesh = await openMesh();
    const hub = await mesh.start("hub", { id: "42", options: ["--log-level", "debug"] });
    const a = await mesh.start("a", { id: "1", dials: [hub] });
    const b = await mesh.start("b", { id: "2", dials: [hub] });
    await mesh.converged();
    const peers = { a, hub, b };
    siege = {
      ...peers,
      expectUnharmed: (attack) => expectUnharmed(peers, attack),
      expectRefused: (attack) => expectRefused(peers, attack),
    };
  }, 60_000);
  return () => {
    if (siege === undefined) throw new Error("a siege exists inside tests only");
    return siege;
  };
}

type Peers = Pick<Siege, "a" | "hub" | "b">;

async function expectUnharmed({ a, hub, b }: Peers, attack: Attack): Promise<void> {
  const everybody = [a, hub, b].map((peer) => ({ peer, since: peer.events.end }));
  using link = new RawLink(hub.listen);
  await attack(link, new Identity());
  const since = b.events.end;
  a.say("2", "through the hub");
  await b.until({ event: "message", from: "1", text: "through the hub" }, { since });
  for (const { peer, since: before } of everybody) {
    expect(peer.running, `${peer.name} runs`).toBe(true);
    expect(peer.all({ event: "id" }, before), `${peer.name} keeps its id`).toEqual([]);
    const lost = peer.all({ event: "peer", state: "down" }, before).map(({ id }) => id);
    for (const id of ["1", "2", "42"]) expect(lost, `${peer.name} loses nobody`).not.toContain(id);
  }
}

async function expectRefused(peers: Peers, attack: Attack): Promise<void> {
  const since = peers.hub.stderr.end;
  await expectUnharmed(peers, async (link, attacker) => {
    await attack(link, attacker);
    await link.refused();
    await peers.hub.stderr.until("the hub to log that it ended a link", (line) => line !== "", { since });
  });
}
