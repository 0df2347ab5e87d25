import { expect, test } from "vitest";
import type { Message, Peer } from "../../src/peer/types.ts";
import { createTestMesh } from "../../src/testing/mesh.ts";
import { Random } from "../../src/testing/random.ts";

/** Peers by name, and what each was shown, in its order; a text is "name number < text it answers". */
class Chatter {
  readonly shown = new Map<string, string[]>();
  readonly #random: Random;
  #said = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  say(name: string, peer: Peer, to = ""): void {
    this.#said += 1;
    const text = `${name} ${this.#said}`;
    this.shown.get(name)?.push(text);
    peer.send("everyone", to === "" ? text : `${text} < ${to}`).settled.catch(() => {});
  }

  /** Shows what arrives, and answers some of it. */
  async listen(name: string, peer: Peer): Promise<void> {
    const shown: string[] = [];
    this.shown.set(name, shown);
    for await (const message of peer.messages()) this.#hear(name, peer, message);
  }

  #hear(name: string, peer: Peer, { text }: Message): void {
    this.shown.get(name)?.push(text);
    if (this.#said < 120 && this.#random.between([1, 100]) <= 35) this.say(name, peer, text.split(" < ")[0]);
  }
}

test.each([1, 2, 3, 4, 5])(
  "an answer is shown after what it answers, at every peer, whatever the roads (seed %i)",
  async (seed) => {
    const mesh = createTestMesh({ seed, delayMs: [1, 400] });
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const chatter = new Chatter(seed);
    const peers = new Map<string, Peer>();
    for (const [index, name] of names.entries()) {
      const others = [names[index - 1], names[index - 3]].filter((other) => other !== undefined);
      const peer = await mesh.start(name, { peers: others });
      peers.set(name, peer);
      void chatter.listen(name, peer);
    }
    await mesh.run(5_000);
    for (const [name, peer] of peers) chatter.say(name, peer);
    await mesh.run(60_000);
    for (const [name, shown] of chatter.shown) {
      const texts = shown.map((text) => text.split(" < ")[0]);
      expect(new Set(texts).size, name).toBe(texts.length);
      for (const [index, text] of shown.entries()) {
        const cause = text.split(" < ")[1];
        if (cause !== undefined) expect(texts.slice(0, index), `${text} at ${name}`).toContain(cause);
      }
      const heardByA = (chatter.shown.get("a") ?? []).map((text) => text.split(" < ")[0]);
      expect(new Set(texts), name).toEqual(new Set(heardByA));
    }
    expect(chatter.shown.get("a")?.length).toBeGreaterThan(40);
  },
);
