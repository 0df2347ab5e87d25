import { join } from "node:path";
import { ChildPeer } from "./child-peer.ts";
import type { PeerLine } from "./child-peer.ts";
import { freePort } from "./free-port.ts";
import type { Story } from "./story.ts";
import { event } from "./wanted.ts";

const ids = { a: "77252666718255104", b: "77252666718255105", c: "77252666718255106" } as const;

type Name = keyof typeof ids;

/** How long a message took, from the moment it was typed (or its target was ready) to each event. */
interface Times {
  readonly shownMs: number;
  readonly receiptMs: number;
}

/** A message for c, kept while c is away. */
export interface Kept {
  readonly text: string;
  readonly number: string;
  readonly storedMs: number;
}

interface Options {
  readonly story: Story;
  /** A directory for the state of all peers. */
  readonly state: string;
  /** Aborted when the demo is late. */
  readonly signal: AbortSignal;
}

/** The three peers of the demo and what is done with them. Every step rejects when the peers report anything else. */
export class DemoMesh {
  readonly #story: Story;
  readonly #state: string;
  readonly #signal: AbortSignal;
  readonly #peers = new Map<Name, ChildPeer>();
  /** Every process that ever ran, in the order of their starts. */
  readonly #all: ChildPeer[] = [];
  readonly #listens = new Map<Name, string>();
  #readyMs = 0;

  constructor({ story, state, signal }: Options) {
    this.#story = story;
    this.#state = state;
    this.#signal = signal;
  }

  /** Starts c, then b linked with c, then a linked with b; resolves when a sees c. */
  async startAll(): Promise<void> {
    await this.#start("c");
    await this.#start("b", "c");
    await this.#start("a", "b");
    await this.#next("a", event("peer", "a to see c", { id: ids.c, state: "up" }));
    this.#story.tell(`a knows b, b knows c: ${this.#story.good("a sees c")}, one hop behind b`);
  }

  /** Sends from a to c; resolves when c has shown it and a has the receipt. */
  async deliver(text: string): Promise<Times> {
    const typedMs = this.#type(text);
    const shown = await this.#shown(text);
    const receipt = await this.#next(
      "a",
      event("status", `the receipt for "${text}"`, { to: ids.c, status: "delivered" }),
    );
    this.#story.tell(`a <- c  ${this.#story.good("receipt")}, through b: delivered, durable at c`);
    return { shownMs: shown.atMs - typedMs, receiptMs: receipt.atMs - typedMs };
  }

  /** Ends c without any warning; resolves when a has noticed. */
  async killC(): Promise<void> {
    await this.#peer("c").kill();
    this.#peers.delete("c");
    this.#story.tell(this.#story.bad("c is killed (SIGKILL)"));
    await this.#next("a", event("peer", "a to miss c", { id: ids.c, state: "down" }));
    this.#story.tell("a has noticed, although it was never linked with c");
  }

  /** Sends from a to the absent c; resolves when another peer keeps a copy. */
  async store(text: string): Promise<Kept> {
    const typedMs = this.#type(text);
    const stored = await this.#next(
      "a",
      event("status", `"${text}" to be kept for c`, { to: ids.c, status: "stored" }),
    );
    this.#story.tell(`b keeps it for c: ${this.#story.good("stored")}, so that even a may leave now`);
    return { text, number: String(stored.fields["number"]), storedMs: stored.atMs - typedMs };
  }

  /** Starts c again on its state directory and address. */
  async restartC(): Promise<void> {
    await this.#start("c");
    this.#story.tell("c is the same peer: same key, same id, same inbox");
  }

  /** Resolves when c has shown what was kept for it and a has the receipt. */
  async settle(kept: Kept): Promise<Times> {
    const shown = await this.#shown(kept.text);
    const wanted = { to: ids.c, number: kept.number, status: "delivered" };
    const receipt = await this.#next("a", event("status", `the receipt for "${kept.text}"`, wanted));
    this.#story.tell(`a <- c  ${this.#story.good("receipt")}: delivered, and b may forget its copy`);
    return { shownMs: shown.atMs - this.#readyMs, receiptMs: receipt.atMs - this.#readyMs };
  }

  /** Asks all to leave, in the order in which they were started. */
  async stopAll(): Promise<void> {
    for (const [name, peer] of this.#peers) {
      const code = await peer.stop();
      if (code !== 0) throw new Error(`${name} left with exit code ${String(code)} instead of 0`);
    }
    this.#peers.clear();
    this.#story.tell("all leave in good order");
  }

  /** Compares what the first and the second life of c showed with what it should have. */
  checkShown(...lives: readonly (readonly string[])[]): void {
    const shown = this.#all
      .filter((peer) => peer.name === "c")
      .map((peer) => peer.lines.filter((line) => line.event === "message").map((line) => line.fields["text"]));
    if (JSON.stringify(shown) === JSON.stringify(lives)) return;
    throw new Error(
      `c should have shown ${JSON.stringify(lives)} in its two lives, and showed ${JSON.stringify(shown)}`,
    );
  }

  /** Ends what still runs, at once. */
  async killAll(): Promise<void> {
    await Promise.all(this.#all.map((peer) => peer.kill()));
  }

  /** Draws the line as it is now. */
  draw(): void {
    const names: readonly Name[] = ["a", "b", "c"];
    const { bold, good, bad, dim } = this.#pens();
    const boxes = names.map((name) => (this.#peers.has(name) ? good(`( ${bold(name)} )`) : bad("  x  ")));
    const wires = [dim("───────────────"), dim(this.#peers.has("c") ? "───────────────" : "─ ─ ─ ─ ─ ─ ─ ─")];
    this.#story.print(
      `\n            ${boxes[0] ?? ""}${wires[0] ?? ""}${boxes[1] ?? ""}${wires[1] ?? ""}${boxes[2] ?? ""}`,
    );
    const addresses = names.map((name) => `:${(this.#listens.get(name) ?? "").split(":").at(-1) ?? ""}`.padEnd(20));
    this.#story.print(`            ${dim(addresses.join("").trimEnd())}\n`);
  }

  #pens() {
    const story = this.#story;
    return {
      bold: (text: string) => story.bold(text),
      good: (text: string) => story.good(text),
      bad: (text: string) => story.bad(text),
      dim: (text: string) => story.dim(text),
    };
  }

  /** Starts a peer; on any free port the first time, on the same one after that. */
  async #start(name: Name, linkedTo?: Name): Promise<void> {
    const neighbours = linkedTo === undefined ? [] : [this.#listens.get(linkedTo) ?? ""];
    const listen = this.#listens.get(name) ?? `127.0.0.1:${await freePort()}`;
    const peer = new ChildPeer(name, [
      listen,
      "--desired-id",
      ids[name],
      "--state",
      join(this.#state, name),
      ...neighbours,
    ]);
    this.#peers.set(name, peer);
    this.#all.push(peer);
    const ready = await peer.next(
      event("ready", `${name} to be ready with its id`, { id: ids[name], desired: "granted" }),
      this.#signal,
    );
    const address = String(ready.fields["listen"]);
    this.#listens.set(name, address);
    this.#readyMs = ready.atMs;
    const link = linkedTo === undefined ? "" : `, links with ${linkedTo}`;
    this.#story.tell(
      `${this.#story.bold(name)} listens on ${address}${link}, id ${ids[name]} ${this.#story.good("granted")}`,
    );
  }

  #type(text: string): number {
    this.#story.tell(`a -> c  "${text}"`);
    const nowMs = performance.now();
    this.#peer("a").type(`${ids.c} ${text}`);
    return nowMs;
  }

  async #shown(text: string): Promise<PeerLine> {
    const shown = await this.#next("c", event("message", `c to show "${text}"`, { from: ids.a, text }));
    this.#story.tell(`c shows ${this.#story.good(`"${text}"`)}`);
    return shown;
  }

  #next(name: Name, wanted: Parameters<ChildPeer["next"]>[0]): Promise<PeerLine> {
    return this.#peer(name).next(wanted, this.#signal);
  }

  #peer(name: Name): ChildPeer {
    const peer = this.#peers.get(name);
    if (peer === undefined) throw new Error(`${name} does not run`);
    return peer;
  }
}
