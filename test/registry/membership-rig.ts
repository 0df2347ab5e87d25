import { memorySessionStore } from "../../src/adapters/memory/session-store.ts";
import type { StoredSession } from "../../src/ports/session-store.ts";
import type { Entrance } from "../../src/registry/entrance.ts";
import type { MemberPeer } from "../../src/registry/member-peer.ts";
import { RegistryMembership } from "../../src/registry/membership.ts";
import { sealedBytes } from "../../src/registry/sealed-bytes.ts";
import type { Bearer, RegistryNews } from "../../src/registry/types.ts";
import { notedLog } from "../adapters/noted-log.ts";
import { storedSession } from "../contract/session-store.ts";
import { credentialOf, FakeRegistry, registrySigner, userSigner } from "./fake-registry.ts";
import { ManualClock } from "./world.ts";

/** A peer whose links a test sets. */
export class FakePeer implements MemberPeer {
  readonly sessions: { current: { readonly state: "asking" | "open" } | undefined } = { current: undefined };
  id = 106n;
  readonly dialled = new Set<string>();
  readonly stated: Uint8Array[] = [];
  /** With each of these, the claim on the id. */
  readonly claims: (number | undefined)[] = [];
  linked: (Partial<Bearer> & { readonly id: bigint; readonly addresses: readonly string[] })[] = [];

  status() {
    return { links: this.linked.length, peers: this.linked.length };
  }

  peers() {
    const unknown = { name: "", key: new Uint8Array(), credential: new Uint8Array() };
    return this.linked.map((each) => ({ ...unknown, neighbour: true, reachable: true, ...each }));
  }

  connect(address: string): void {
    this.dialled.add(address);
  }

  disconnect(address: string): void {
    this.dialled.delete(address);
  }

  setCredential(credential: Uint8Array, claimedAtMs?: number): void {
    this.stated.push(credential);
    this.claims.push(claimedAtMs);
  }
}

/** A membership with everything it works with. */
export class Rig {
  readonly registry = new FakeRegistry();
  readonly peer = new FakePeer();
  readonly clock = new ManualClock();
  readonly store = memorySessionStore();
  readonly news: RegistryNews[] = [];
  readonly noted = notedLog();
  readonly membership: RegistryMembership;

  constructor(entrance: Partial<Entrance> = {}, session: Partial<StoredSession> = {}) {
    const credential = sealedBytes(credentialOf(1n));
    const registryKey = registrySigner.publicKey;
    const { registry: client, peer, clock, store } = this;
    this.membership = new RegistryMembership({
      ...{ client, peer, clock, store, signer: userSigner, log: this.noted.log },
      entrance: {
        session: storedSession({ id: 106n, credential, registryKey, neighbours: [], ...session }),
        enter: undefined,
        news: { kind: "signed-in", first: false },
        ...entrance,
      },
      chance: () => 1,
      addresses: ["127.0.0.1:8081"],
      listed: [],
      tell: (news) => this.news.push(news),
    });
  }

  async start(): Promise<this> {
    this.membership.start();
    await settled();
    return this;
  }

  /** Lets time pass, with all that it brings. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.clock.nowMs() + ms;
    while (this.clock.nowMs() < untilMs) {
      const stepMs = Math.min(this.clock.alarmAtMs ?? untilMs, untilMs) - this.clock.nowMs();
      this.clock.pass(Math.max(stepMs, 0));
      await settled();
    }
  }

  /** The peer is linked with another one. */
  link(id = 107n): this {
    this.peer.linked.push({ id, addresses: [`a:${id}`] });
    return this;
  }
}

/** Resolves when all that was ready to go on has gone on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
