import { escapeText } from "../../core/escape.ts";
import type { Log } from "../../ports/log.ts";
import type { Deadlines } from "../deadlines.ts";
import type { AddressBooks } from "./address-books.ts";
import type { ChatNode } from "./chat-node.ts";
import { clockFor } from "./clock-for.ts";
import type { NodeAt } from "./datagram.ts";
import type { Fronts } from "./fronts.ts";
import type { GroupClock } from "./group-clock.ts";
import type { LocalIds } from "./local-ids.ts";
import type { Nodes } from "./nodes.ts";
import type { Resident, Residents } from "./residents.ts";
import { announcementOf, plainly } from "./text.ts";
import { writeConnects, writeDatagram } from "./write-datagram.ts";

interface Parts {
  readonly nodes: Nodes;
  readonly residents: Residents;
  readonly ids: LocalIds;
  readonly fronts: Fronts;
  readonly clock: GroupClock;
  readonly books: AddressBooks;
  readonly deadlines: Deadlines;
  readonly log: Log;
  /** Sends from the registry's socket. */
  readonly send: (bytes: Uint8Array, to: string) => void;
  /** Peers that a node is told of before they say something. */
  readonly shownMax: number;
  /** Programs are being signed in: who is a node is not settled. */
  readonly isEntering: () => boolean;
  /** The node was told of all, and can be shown what comes for it. */
  readonly onIntroduced: (node: ChatNode) => void;
}

/** A program signs up and in at once: both are answered before it is told of peers. */
const pauseMs = 200;

/** A node that was not heard since it was told of peers is told again: datagrams may be lost. It fetches every 5 s. */
const againMs = 6_000;

/** How long it is waited for those that are signing in, milliseconds: who of the peers are nodes is clear then. */
const settlingMs = 3_000;

/** A peer is announced when it is clear that it is no node. */
const announceMs = 500;

/**
 * Introductions: nodes are told of the peers of the mesh, all at once when they come (`connect?`), and of later ones as they
 * come, each announcing itself as a node would.
 */
export class Introductions {
  readonly #parts: Parts;
  readonly #announcing = {};

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The node has just signed in. */
  begin(node: ChatNode): void {
    const { deadlines } = this.#parts;
    const byMs = deadlines.nowMs + settlingMs;
    const tell = (): void => {
      if (this.#parts.isEntering() && deadlines.nowMs < byMs) deadlines.set(node, pauseMs, tell);
      else void this.#introduce(node, true);
    };
    deadlines.set(node, pauseMs, tell);
  }

  /** Forgets a node that is gone. */
  end(node: ChatNode): void {
    this.#parts.deadlines.clear(node);
  }

  /** Somebody has come to the mesh. */
  announceSoon(): void {
    const { deadlines } = this.#parts;
    const byMs = deadlines.nowMs + settlingMs;
    const announce = (): void => {
      if (this.#parts.isEntering() && deadlines.nowMs < byMs) deadlines.set(this.#announcing, announceMs, announce);
      else void this.#announce();
    };
    deadlines.set(this.#announcing, announceMs, announce);
  }

  /** A peer is about to write to a node, which may not have been told of it. A broadcast makes its sender known by itself. */
  async acquaint(node: ChatNode, meshId: bigint, by: "message" | "broadcast"): Promise<void> {
    const { nodes, residents } = this.#parts;
    if (node.introduced.has(meshId) || nodes.withMeshId(meshId) !== undefined) return;
    if (by === "broadcast") node.introduced.add(meshId);
    else await this.#announceOne(residents.find(meshId), [node]);
  }

  /** Nodes that know the user of a node by another address are told of the one it is at. */
  move(node: ChatNode, isKnownElsewhere: (other: ChatNode) => boolean): void {
    const [bytes] = writeConnects([], { id: node.id, address: node.address });
    for (const other of this.#parts.nodes.all()) {
      if (other === node || bytes === undefined || !isKnownElsewhere(other)) continue;
      other.introduced.delete(node.peer.id);
      this.#parts.books.told(other, [node.id]);
      this.#parts.send(bytes, other.address);
    }
  }

  async #introduce(node: ChatNode, isFirstTime: boolean): Promise<void> {
    const { deadlines, onIntroduced } = this.#parts;
    const before = node.hearings;
    await this.#tell(node, isFirstTime);
    if (node.isEnded) return;
    if (isFirstTime) onIntroduced(node);
    deadlines.set(node, againMs, () => node.hearings === before && void this.#introduce(node, false));
  }

  /** Of other nodes it is told by them, as they fetch it; only when that fails, by the bridge. */
  async #tell(node: ChatNode, isFirstTime: boolean): Promise<void> {
    const { residents, fronts, nodes, log, shownMax } = this.#parts;
    const told = residents.all();
    const found = await Promise.all(told.map((peer) => this.#place(peer)));
    if (node.isEnded) return;
    for (const place of found) {
      if (place === undefined) continue;
      node.introduced.add(place.meshId);
      node.name([place.id]);
    }
    // The last one is the sender. Nobody but the host is sure to be there longer than the others: it is the first.
    const [sender, ...places] = found.filter((place) => place !== undefined);
    const others = isFirstTime
      ? []
      : nodes
          .all()
          .filter((other) => other !== node)
          .slice(-shownMax);
    this.#parts.books.told(
      node,
      others.map(({ id }) => id),
    );
    if (sender === undefined) return this.#tellOf(others, node);
    const rest = [...others, ...places];
    try {
      for (const bytes of writeConnects(rest, sender)) await fronts.send(sender.meshId, bytes, node.address);
    } catch (error) {
      log.warn("a node could not be told of peers", { at: node.address, error });
    }
  }

  #tellOf(others: readonly NodeAt[], node: ChatNode): void {
    const [last, ...rest] = others;
    if (last !== undefined) for (const bytes of writeConnects(rest, last)) this.#parts.send(bytes, node.address);
  }

  async #place({ id }: Resident): Promise<(NodeAt & { readonly meshId: bigint }) | undefined> {
    const { ids, fronts, clock, log } = this.#parts;
    try {
      const place = { id: await ids.of(id), address: await fronts.addressOf(id), meshId: id };
      clock.enter(place.id);
      return place;
    } catch (error) {
      log.warn("a peer cannot be shown to nodes", { id: id.toString(), error });
      return undefined;
    }
  }

  async #announce(): Promise<void> {
    const { nodes, residents, shownMax } = this.#parts;
    for (const resident of residents.all()) {
      // A node forgets nobody, and its clock grows with each.
      const open = nodes.all().filter(({ introduced }) => introduced.size < shownMax);
      const strangers = open.filter(({ introduced }) => !introduced.has(resident.id));
      if (strangers.length > 0) await this.#announceOne(resident, strangers);
    }
  }

  async #announceOne(resident: Resident, strangers: readonly ChatNode[]): Promise<void> {
    const { fronts, clock: group } = this.#parts;
    const place = await this.#place(resident);
    if (place === undefined) return;
    const { id, meshId } = place;
    const name = resident.name === "" ? "" : ` (${escapeText(resident.name)})`;
    const text = plainly(announcementOf(id) + name);
    const stated = group.speak(id, `joined ${meshId}`);
    for (const node of strangers) {
      if (node.isEnded || node.introduced.has(meshId)) continue;
      node.introduced.add(meshId);
      node.name([id]);
      const clock = clockFor(node, id, stated);
      const bytes = writeDatagram({ kind: "broadcast", textId: `${id}0`, text, from: id, clock });
      await fronts.send(meshId, bytes, node.address).catch(() => {});
    }
  }
}
