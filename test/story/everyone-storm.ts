import type { Peer } from "../../src/peer/types.ts";
import { createTestMesh, type TestMesh } from "../../src/testing/mesh.ts";
import { Random } from "../../src/testing/random.ts";

const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
const stormMs = 60_000;
/** Longer than whatever is waited for. */
const quietMs = 90_000;

/** What is wrong after a storm, in words; nothing when all is well. */
export async function storm(seed: number): Promise<readonly string[]> {
  const weather = new Storm(seed);
  await weather.gather();
  await weather.rage();
  await weather.calm();
  return weather.faults();
}

/** Storm: peers that say things to everyone and answer each other, while processes, links and machines fail. */
class Storm {
  readonly #mesh: TestMesh;
  readonly #random: Random;
  readonly #up = new Map<string, Peer>();
  /** What each peer was shown or said itself, over all its lives, in its order: "text < cause". */
  readonly #logs = new Map<string, string[]>(names.map((name) => [name, []]));
  /** Who said what, once it was accepted. */
  readonly #said = new Map<string, string>();
  readonly #spread = new Set<string>();
  #count = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#mesh = createTestMesh({ seed, delayMs: [1, this.#random.pick([5, 60, 400])], writeMs: [1, 30] });
  }

  async gather(): Promise<void> {
    for (const name of names) await this.#start(name);
    await this.#mesh.run(5_000);
  }

  async rage(): Promise<void> {
    const endMs = this.#mesh.nowMs + stormMs;
    while (this.#mesh.nowMs < endMs) {
      await this.#happen();
      await this.#mesh.run(this.#random.whole(1, 1_500));
    }
  }

  async calm(): Promise<void> {
    this.#mesh.healAll();
    for (const name of names) this.#mesh.resume(name);
    for (const name of names) if (!this.#up.has(name)) await this.#start(name);
    await this.#mesh.run(quietMs);
  }

  faults(): readonly string[] {
    return [...this.#missed(), ...this.#twice(), ...this.#unordered(), ...this.#unspread()];
  }

  async #happen(): Promise<void> {
    const [one, other] = [this.#random.pick(names), this.#random.pick(names)];
    const roll = this.#random.whole(1, 100);
    if (roll <= 55) this.#say(one, "");
    else if (roll <= 63) this.#crash(one, roll % 2 === 0);
    else if (roll <= 78) await this.#startOne();
    else if (roll <= 84 && one !== other) this.#mesh.cut(one, other);
    else if (roll <= 88 && one !== other) this.#mesh.silence(one, other);
    else if (roll <= 92 && one !== other) this.#mesh.drop(one, other);
    else if (roll <= 95) this.#mesh.pause(one);
    else if (roll <= 97) for (const name of names) this.#mesh.resume(name);
    else this.#mesh.healAll();
  }

  async #startOne(): Promise<void> {
    const down = names.filter((name) => !this.#up.has(name));
    if (down.length > 0) await this.#start(this.#random.pick(down));
  }

  #say(name: string, cause: string): void {
    const peer = this.#up.get(name);
    if (peer === undefined) return;
    this.#count += 1;
    const text = `${name}${this.#count}`;
    const { accepted, settled } = peer.send("everyone", `${text} < ${cause}`);
    accepted.then(
      () => {
        this.#said.set(text, name);
        this.#logs.get(name)?.push(`${text} < ${cause}`);
      },
      () => {},
    );
    settled.then(
      ({ status }) => status === "spread" && this.#spread.add(text),
      () => {},
    );
  }

  async #start(name: string): Promise<void> {
    const number = names.indexOf(name);
    const peers = [number - 1, number - 3].flatMap((other) => names[other] ?? []);
    const peer = await this.#mesh.start(name, { peers });
    this.#up.set(name, peer);
    void this.#listen(name, peer);
    void this.#watch(peer);
  }

  #crash(name: string, power: boolean): void {
    if (!this.#up.delete(name)) return;
    this.#mesh.resume(name);
    this.#mesh.crash(name, { power });
  }

  async #listen(name: string, peer: Peer): Promise<void> {
    const log = this.#logs.get(name) ?? [];
    for await (const { text, cursor, unordered } of peer.messages({ acknowledge: "manual" })) {
      // A process that was killed shows nothing more.
      if (this.#up.get(name) !== peer) return;
      peer.acknowledge(cursor);
      // What is marked need not be in order.
      log.push(unordered ? text.split(" < ").slice(0, 1).join("") : text);
      if (this.#random.chance(0.1)) this.#say(name, text.split(" < ")[0] ?? "");
    }
  }

  /** Sends of former lives are told by events alone. */
  async #watch(peer: Peer): Promise<void> {
    for await (const event of peer.events())
      if (event.kind === "status" && event.status === "spread") this.#spread.add(`${peer.id} ${event.number}`);
  }

  #texts(name: string): readonly string[] {
    return (this.#logs.get(name) ?? []).map((text) => text.split(" < ")[0] ?? "");
  }

  *#missed(): Generator<string> {
    for (const name of names) {
      const texts = new Set(this.#texts(name));
      for (const [text, by] of this.#said) if (by !== name && !texts.has(text)) yield `${name} missed ${text}`;
    }
  }

  *#twice(): Generator<string> {
    for (const name of names) {
      const seen = new Set<string>();
      for (const text of this.#texts(name)) {
        if (seen.has(text)) yield `${name} was shown ${text} twice`;
        seen.add(text);
      }
    }
  }

  *#unordered(): Generator<string> {
    for (const name of names) {
      const seen = new Set<string>();
      const last = new Map<string, number>();
      for (const line of this.#logs.get(name) ?? []) {
        const [text = "", cause = ""] = line.split(" < ");
        if (cause !== "" && !seen.has(cause)) yield `${name} was shown ${text} before ${cause}, which it answers`;
        const by = text.slice(0, 1);
        const number = Number(text.slice(1));
        if (number < (last.get(by) ?? 0)) yield `${name} was shown ${text} after ${by}${last.get(by)}`;
        last.set(by, number);
        seen.add(text);
      }
    }
  }

  /** All accepted are with somebody else in the end, and their sender knows. */
  *#unspread(): Generator<string> {
    for (const [name, peer] of this.#up) {
      const { outbox } = peer.status();
      if (outbox > 0) yield `${name} has ${outbox} sends without an end`;
    }
  }
}
