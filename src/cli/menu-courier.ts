import { sameAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { escapeText } from "../core/escape.ts";
import type { Peer, PeerInfo, Sent, Settled } from "../peer/types.ts";
import type { Host } from "./host.ts";
import { holderOf } from "./menu-holder.ts";
import { entryOf, type MenuEntry } from "./menu-table.ts";
import type { Recipient } from "./menu.ts";

/** What came of a message, as far as one waited for it. */
export type Outcome =
  | { readonly kind: "settled"; readonly to: MenuEntry; readonly settled: Settled }
  /** Accepted, and on its way or waiting. The promise is undefined when this peer closes first; it never rejects. */
  | {
      readonly kind: "kept";
      readonly to: MenuEntry;
      readonly isThere: boolean;
      readonly settled: Promise<Settled | undefined>;
    }
  /** Nobody is known to be there, and nobody answered: nothing was sent. */
  | { readonly kind: "nobody"; readonly to: Recipient };

/** What a courier works with. */
export interface CourierParts {
  readonly peer: Pick<Peer, "listen" | "peers" | "connect" | "disconnect" | "sendWhenRoom">;
  readonly host: Pick<Host, "wait">;
}

/**
 * Takes messages to addresses: dials, learns from the mesh who is there, and sends to that peer's id.
 *
 * Invariants
 * 1. A message to a peer that is known is handed to the mesh, whether or not the peer answers now.
 * 2. To an address that nobody is known to have, nothing is sent; and it is not dialled any longer.
 * 3. It waits for an answer no longer than `answerMs`, and not once it gave up.
 */
export class MenuCourier {
  readonly #peer: CourierParts["peer"];
  readonly #host: CourierParts["host"];
  readonly #closing = new AbortController();
  /** Addresses that are kept dialled for this courier. */
  readonly #dialled = new Set<string>();
  #gaveUp = false;
  #waiting: (() => void)[] = [];

  /** @param dialled addresses that the peer dials already, and goes on dialling. */
  constructor({ peer, host }: CourierParts, dialled: readonly string[] = []) {
    this.#peer = peer;
    this.#host = host;
    for (const address of dialled) this.#dialled.add(address);
  }

  /** Somebody came or went. */
  moved(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Nobody's answer is waited for any longer: this peer leaves. */
  giveUp(): void {
    this.#gaveUp = true;
    this.moved();
  }

  /** Nor is room in the outbox: what is not accepted by now is not sent. */
  close(): void {
    this.giveUp();
    this.#closing.abort(new E3Error("closed", "left before there was room for the message; it was not sent"));
  }

  /** Resolves once it is so, looking whenever somebody comes or goes; or after the time, if one is given, or at giveUp. */
  async until(isSo: () => boolean, boundMs?: number): Promise<void> {
    if (isSo()) return;
    const over = boundMs === undefined ? [] : [this.#host.wait(boundMs).then(() => "over" as const)];
    while (!this.#gaveUp && !isSo()) if ((await Promise.race([this.#change(), ...over])) === "over") return;
  }

  /** @throws E3Error for an address of one's own, one that several peers have, and what Peer.send throws. */
  async send(to: Recipient, text: string): Promise<Outcome> {
    const peer = await this.#reach(to, answerMs);
    if (peer === undefined) return { kind: "nobody", to };
    return this.#hand(peer, text);
  }

  /** The same as soon as somebody is there, however long that takes. @throws as send does. */
  async sendOnceThere(to: Recipient, text: string): Promise<Outcome> {
    const peer = await this.#reach(to, undefined);
    if (peer?.reachable !== true) return { kind: "nobody", to };
    return this.#hand(peer, text);
  }

  /**
   * Connects to a peer and tells it so. A connection message that is not received at once is not received at all.
   * @returns who it is; undefined when it does not answer.
   * @throws as send does.
   */
  async connect({ id, address }: MenuEntry): Promise<MenuEntry | undefined> {
    const to: Recipient = address === undefined ? { kind: "id", id } : { kind: "address", address };
    const peer = await this.#reach(to, answerMs);
    if (peer?.reachable !== true) return undefined;
    const sent = await this.#accepted(peer.id, connectionText, answerMs);
    const settled = await this.#within(answerMs, endOf(sent));
    return settled?.status === "delivered" ? entryOf(peer) : undefined;
  }

  async #hand(peer: PeerInfo, text: string): Promise<Outcome> {
    const [to, isThere] = [entryOf(peer), peer.reachable];
    const end = endOf(await this.#accepted(peer.id, text));
    const settled = isThere ? await this.#within(answerMs, end) : undefined;
    return settled === undefined ? { kind: "kept", to, isThere, settled: end } : { kind: "settled", to, settled };
  }

  async #accepted(id: bigint, text: string, ttlMs?: number): Promise<Sent> {
    const { signal } = this.#closing;
    const sent = await this.#peer.sendWhenRoom(id, text, { signal, ...(ttlMs === undefined ? {} : { ttlMs }) });
    // Who waits for the end only later must not have missed that it closed.
    sent.settled.catch(() => {});
    await sent.accepted;
    return sent;
  }

  /**
   * Who is there, after a wait if need be: present, or else absent but known.
   * @param boundMs undefined to wait for the present only, for ever.
   */
  async #reach(to: Recipient, boundMs: number | undefined): Promise<PeerInfo | undefined> {
    const dialled = this.#dial(to);
    let refused: E3Error | undefined;
    const refuse = (error: unknown): void => {
      if (!(error instanceof E3Error) || !isInTheWay.has(error.code)) return;
      refused = error;
      this.moved();
    };
    // Who waits for ever waits for somebody else to come there, too.
    if (boundMs !== undefined) dialled?.linked.catch(refuse);
    await this.until(() => refused !== undefined || this.#find(to)?.reachable === true, boundMs);
    const found = this.#find(to);
    if (found !== undefined || dialled === undefined) return found;
    this.#hangUp(to);
    if (refused !== undefined) throw notReached(to, refused);
    return undefined;
  }

  #find(to: Recipient): PeerInfo | undefined {
    const holder = holderOf(to, this.#peer.peers({ lately: true }));
    switch (holder.kind) {
      case "one":
        return holder.peer;
      case "none":
        if (to.kind === "address") return undefined;
        throw new E3Error("unknown-peer", `no peer with the id ${to.id} is known; the message was not sent`);
      case "several": {
        const ids = holder.peers.map(({ id }) => id).join(", ");
        const hint = "the message was not sent; enter an id in place of the IP address";
        throw new E3Error("ambiguous-name", `the peers ${ids} all say that they listen there; ${hint}`);
      }
    }
  }

  /** A peer that is linked already is not dialled. @returns what comes of it, if the address is dialled from now on. */
  #dial(to: Recipient): ReturnType<Peer["connect"]> | undefined {
    if (to.kind === "id") return undefined;
    const { address } = to;
    if (sameAddress(address, this.#peer.listen)) {
      throw new E3Error("bad-address", `${address} is this peer's own address; enter that of another`);
    }
    const found = this.#find(to);
    if (found?.neighbour === true || this.#dialled.has(address)) return undefined;
    try {
      const connecting = this.#peer.connect(address);
      this.#dialled.add(address);
      return connecting;
    } catch (error) {
      // With as many addresses as can be dialled, there still is the mesh.
      if (found?.reachable === true) return undefined;
      throw error;
    }
  }

  #hangUp(to: Recipient): void {
    if (to.kind === "id") return;
    this.#dialled.delete(to.address);
    try {
      this.#peer.disconnect(to.address);
    } catch {
      // It is closed, or does not dial it any more: what was wanted.
    }
  }

  #change(): Promise<"changed"> {
    return new Promise((resolve) => this.#waiting.push(() => resolve("changed")));
  }

  /** What comes of the work, undefined when it takes longer. */
  #within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    return Promise.race([work, this.#host.wait(ms).then(() => undefined)]);
  }
}

/** How a send ends; undefined when this peer closes first. */
function endOf(sent: Sent): Promise<Settled | undefined> {
  return sent.settled.catch(() => undefined);
}

/** Codes of what waiting does not mend: somebody is there, and it is not for this peer. */
const isInTheWay: ReadonlySet<string> = new Set(["refused", "protocol", "bad-address"]);

function notReached(to: Recipient, { code, message, cause }: E3Error): E3Error {
  const where = to.kind === "address" ? `${to.address}: ` : "";
  const why = typeof cause === "string" && cause !== "" ? cause : message;
  return new E3Error(code, `${where}${escapeText(why)}; nothing was sent`);
}

/** What tells a peer that one has connected to it. Any text would enter one into its table. */
const connectionText = "connect";

/**
 * Time for somebody to answer at an address, or for a receipt from who is there, milliseconds: a person's patience, and many
 * times what a link or a message takes.
 */
const answerMs = 5_000;
