import { ascending } from "./ascending.ts";
import { Directory, type KnownPeer } from "./directory.ts";
import type { SendStatus } from "./effect.ts";
import type { GroupSends } from "./group-sends.ts";
import type { Identity } from "./identity.ts";
import type { Entry, Lane } from "./lane.ts";
import type { Links } from "./links.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Outbox } from "./outbox.ts";
import type { Roads } from "./roads.ts";
import type { Spread } from "./spread.ts";
import type { Topology } from "./topology.ts";
import type { Found } from "./whom.ts";

/** Where a send is and what happens next. */
export interface Account {
  readonly to: bigint;
  readonly number: number;
  readonly status: SendStatus | "waiting";
  readonly reason: string;
  /** Ids on the road to the target, this peer first; empty when there is none. A leaf knows the first and last steps alone. */
  readonly road: readonly bigint[];
  /** Ids of the peers that confirmed a copy, as far as they are known now. */
  readonly custodians: readonly bigint[];
  readonly attempts: number;
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
  readonly next: string;
}

interface Parts {
  readonly self: bigint;
  /** Whether this peer is a leaf. Default false. */
  readonly leaf?: boolean;
  readonly identity: Identity;
  readonly topology: Topology;
  readonly roads: Roads;
  readonly outbox: Outbox;
  readonly mailbox: Mailbox;
  readonly links: Links;
  readonly spread: Pick<Spread, "unsettled" | "account">;
  readonly groupSends: Pick<GroupSends, "accounts">;
}

/** View: what can be asked of a core at any time. It changes nothing. */
export class View {
  readonly #parts: Parts;
  readonly #directory: Directory;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#directory = new Directory(parts);
  }

  /** Counts the changes of what is known of other peers and their links: while it stands, `edges()` tells the same. */
  get revision(): number {
    return this.#parts.topology.revision;
  }

  /** Directory.peers. */
  peers(lately = false): readonly KnownPeer[] {
    return this.#directory.peers(lately);
  }

  /** Directory.search. */
  search(word: string): Found<KnownPeer> {
    return this.#directory.search(word);
  }

  /** Links that both ends state, each once, as pairs of ids, the lower first; ascending. A leaf knows of none but its own. */
  edges(): readonly (readonly [bigint, bigint])[] {
    const { topology, leaf, self } = this.#parts;
    const known = topology.edges().filter(([a, b]) => leaf !== true || a === self || b === self);
    const edges = known.map(([a, b]) => [this.#idOf(a), this.#idOf(b)].sort(ascending));
    return edges
      .map(([a = 0n, b = 0n]) => [a, b] as const)
      .sort((x, y) => ascending(x[0], y[0]) || ascending(x[1], y[1]));
  }

  /** Sends with this number, to one target (0n: everyone) or to all, settled ones as far as they are remembered. */
  explain(number: number, to?: bigint): readonly Account[] {
    const { outbox } = this.#parts;
    const accounts: Account[] = [];
    // Copies of what is for a group are numbered apart from what is for one peer.
    const isMeant = (lane: Lane): boolean => lane.group === 0n && (to === undefined || lane.to === to);
    for (const lane of outbox.lanes()) {
      const entry = isMeant(lane) ? lane.entries.get(number) : undefined;
      if (entry !== undefined) accounts.push(this.#account(lane, entry));
    }
    for (const { lane, entry } of outbox.unstored())
      if (entry.number === number && isMeant(lane)) accounts.push(this.#account(lane, entry));
    for (const { group, recipients, delivered, waiting, ...account } of this.#parts.groupSends.accounts(number, to)) {
      const next = `${delivered} of ${recipients} have it; it waits for ${waiting.join(", ")}`;
      accounts.push({ ...account, to: group, reason: "", road: [], custodians: [], attempts: 1, next });
    }
    const own = to === undefined || to === 0n ? this.#parts.spread.account(number) : undefined;
    if (own !== undefined) accounts.push({ ...own, to: 0n, reason: "", road: [], custodians: [], attempts: 1 });
    for (const settled of outbox.epitaphs(number, to)) {
      accounts.push({ ...settled, road: this.#roadTo(settled.to, 0n), custodians: [], next: "nothing: it is settled" });
    }
    return accounts;
  }

  /** Figures for a status page. Of the peers, those that were told to be up. */
  figures(): { readonly links: number; readonly peers: number; readonly outbox: number; readonly mailbox: number } {
    const { links, topology, outbox, mailbox, spread } = this.#parts;
    const sends = outbox.size + spread.unsettled;
    return { links: links.size, peers: topology.present, outbox: sends, mailbox: mailbox.size };
  }

  /** Envelopes on their way, to targets, to custodians and to everyone, and sends that are not durable yet. */
  get inTransit(): number {
    const { links, spread, outbox } = this.#parts;
    // What is for everyone waits for whoever comes.
    let inTransit = links.size > 0 ? spread.unsettled : 0;
    for (const lane of outbox.lanes()) {
      inTransit += lane.run.inFlight + lane.next - lane.durableNext;
      for (const { run } of lane.deposits.values()) inTransit += run.inFlight;
    }
    return inTransit;
  }

  #account(lane: Lane, entry: Entry): Account {
    const { number, status, attempts, sentAtMs, expiresAtMs } = entry;
    const road = this.#roadTo(lane.to, lane.boundTo);
    const custodians = [...entry.custodians].map((node) => this.#idOf(node)).filter((id) => id !== 0n);
    const isStored = status !== "waiting";
    const next = nextOf({ isStored, present: road.length > 0, copies: entry.custodians.size, attempts });
    return { to: lane.to, number, status, reason: "", road, custodians, attempts, sentAtMs, expiresAtMs, next };
  }

  #roadTo(to: bigint, boundTo: bigint): readonly bigint[] {
    const { roads } = this.#parts;
    const node = roads.target(to, boundTo);
    return node === undefined ? [] : roads.road(node).map((step) => this.#idOf(step));
  }

  #idOf(node: bigint): bigint {
    const { self, identity, topology } = this.#parts;
    return node === self ? identity.id : (topology.get(node)?.id ?? 0n);
  }
}

function nextOf(state: { isStored: boolean; present: boolean; copies: number; attempts: number }): string {
  if (!state.isStored) return "it is being written to this peer's disk";
  if (state.present && state.attempts > 0) return "it is on its way; it is sent again unless its receipt comes";
  if (state.present) return "it leaves as soon as what was sent before it is receipted";
  if (state.copies > 0) {
    const custodians = state.copies === 1 ? "1 custodian" : `${state.copies} custodians`;
    return `the target is away; this peer and ${custodians} keep it and send it when the target appears`;
  }
  return "the target is away; this peer keeps it and sends it when the target appears";
}
