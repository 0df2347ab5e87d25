import type { Datagrams, Sockets } from "../../../src/ports/sockets.ts";

/** A program of this wire as it was written, but that it does nothing by itself: what it sends, tests ask it to. */
export class OriginalNode {
  /** All datagrams that came, but for empty fetches. */
  readonly heard: string[] = [];
  id = "None";
  isFirst = false;
  readonly nodes = new Map<string, string>();
  readonly groupClock = new Map<string, number>();
  readonly pairClocks = new Map<string, Map<string, number>>();
  /** What a user of it would see: `from: text`, and `from (all): text`. */
  readonly shown: string[] = [];
  /** What it could not read. */
  readonly failed: string[] = [];
  readonly #socket: Datagrams;
  readonly #registry: string;
  #textId = 0;

  constructor(socket: Datagrams, registry: string) {
    this.#socket = socket;
    this.#registry = registry;
  }

  static async start(sockets: Sockets, registry: string, address = "127.0.0.1:0"): Promise<OriginalNode> {
    let receive = (_said: string, _from: string): void => {};
    const socket = await sockets.bindDatagrams(address, (bytes, from) => {
      receive(new TextDecoder().decode(bytes.slice(0, 1_024)), from);
    });
    const node = new OriginalNode(socket, registry);
    receive = (said, from) => node.#receive(said, from);
    return node;
  }

  get address(): string {
    return this.#socket.address;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  async raw(said: string | Uint8Array, to = this.#registry): Promise<void> {
    await this.#socket.send(typeof said === "string" ? new TextEncoder().encode(said) : said, to);
  }

  signUp(user: string, password: string): Promise<void> {
    return this.raw(`signup?${user}|${password}`);
  }

  signIn(user: string, password: string): Promise<void> {
    return this.raw(`signin?${user}|${password}`);
  }

  fetch(): Promise<void> {
    return this.raw("fetch?");
  }

  async broadcast(text: string): Promise<void> {
    this.groupClock.set(this.id, (this.groupClock.get(this.id) ?? 0) + 1);
    this.#textId += 1;
    const said = `broadcast?${this.#textId}|${text}|${this.id}|${dict(this.groupClock)}`;
    for (const address of this.nodes.values()) await this.raw(said, address);
  }

  async message(to: string, text: string): Promise<void> {
    const clock = this.#pairWith(to);
    clock.set(this.id, (clock.get(this.id) ?? 0) + 1);
    await this.raw(`message?${text}|${this.id}|${dict(clock)}`, this.nodes.get(to));
  }

  #pairWith(other: string): Map<string, number> {
    const clock =
      this.pairClocks.get(other) ??
      new Map([
        [other, 0],
        [this.id, 0],
      ]);
    this.pairClocks.set(other, clock);
    return clock;
  }

  #receive(said: string, from: string): void {
    if (said !== "fetch?") this.heard.push(said);
    const [method, body = ""] = said.split("?");
    const fields = body.split("|");
    try {
      if (method === "signup" || method === "signin") this.#signed(fields);
      else if (method === "connect") this.#connect(fields);
      else if (method === "broadcast") this.#broadcastCame(fields, from);
      else if (method === "message") this.#messageCame(fields);
      else if (method === "fetch" && body !== "") this.#bootstrap(fields);
    } catch (error) {
      this.failed.push(`${said}: ${String(error)}`);
    }
  }

  #signed([id = "", first]: readonly string[]): void {
    if (id === "error") return;
    this.id = id;
    if (first === "first") this.isFirst = true;
  }

  #connect(fields: readonly string[]): void {
    for (let index = 0; index < fields.length; index += 2) {
      const [id = "", address = ""] = fields.slice(index);
      if (id === this.id) continue;
      this.nodes.set(id, address);
      if (!this.groupClock.has(id)) this.groupClock.set(id, 0);
    }
    void this.broadcast(`${this.id} just joined the chat!`);
  }

  #bootstrap([address = ""]: readonly string[]): void {
    const all = [...this.nodes, [this.id, this.address]].map(([id, at]) => `${id}|${at}`);
    void this.raw(`connect?${all.join("|")}`, address);
  }

  #broadcastCame([, text = "", sender = "", stated = ""]: readonly string[], from: string): void {
    if (!this.groupClock.has(this.id)) this.groupClock.set(this.id, 0);
    const clock = parsed(stated);
    if (!this.groupClock.has(sender)) this.groupClock.set(sender, 0);
    if (!this.nodes.has(sender)) this.nodes.set(sender, from);
    for (const [id, counter] of clock) {
      const highest = Math.max(counter, this.groupClock.get(id) ?? 0);
      this.groupClock.set(id, id === this.id ? highest + 1 : highest);
    }
    this.shown.push(`${sender} (all): ${text}`);
  }

  #messageCame([text = "", sender = "", stated = ""]: readonly string[]): void {
    const said = parsed(stated);
    const clock = this.#pairWith(sender);
    const [theirs, own] = [said.get(sender), said.get(this.id)];
    if (theirs === undefined || own === undefined) throw new Error("KeyError");
    clock.set(sender, Math.max(theirs, clock.get(sender) ?? 0));
    clock.set(this.id, Math.max(own, clock.get(this.id) ?? 0) + 1);
    this.shown.push(`${sender}: ${text}`);
  }
}

function dict(clock: ReadonlyMap<string, number>): string {
  return `{${[...clock].map(([id, counter]) => `'${id}': ${counter}`).join(", ")}}`;
}

function parsed(text: string): ReadonlyMap<string, number> {
  const read = JSON.parse(text.replaceAll("'", '"')) as Readonly<Record<string, number>>;
  return new Map(Object.entries(read));
}
