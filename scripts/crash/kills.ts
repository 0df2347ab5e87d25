import { Chance } from "./chance.ts";
import { Pulse } from "./pulse.ts";
import type { Findings, Report } from "./report.ts";
import { Ring } from "./ring.ts";
import type { Workplace } from "./workplace.ts";

/** How many kills there are to be, and how long they may take. */
export interface KillsPlan {
  readonly kills: number;
  readonly seed: number;
  /** No kill begins after this. */
  readonly forMs: number;
}

/** Hands that kill and restart at the same time. */
const hands = 2;
const talkEveryMs = 25;
/** Longest life of a member between its start and the next kill that picks it, and longest time it stays dead. */
const lifeMaxMs = 400;
const deathMaxMs = 300;

/** Kills random peers of a ring at random moments while all of them talk, and holds what arrived against what was said. */
export class Kills {
  readonly #workplace: Workplace;
  readonly #report: Report;
  readonly #pulse = new Pulse();
  #done = 0;
  #unready = 0;
  #isOver = false;
  readonly #byItself: string[] = [];

  constructor(workplace: Workplace, report: Report) {
    this.#workplace = workplace;
    this.#report = report;
  }

  async run({ kills, seed, forMs }: KillsPlan): Promise<Findings> {
    const startMs = performance.now();
    const chance = new Chance(seed);
    const ring = await Ring.open(this.#workplace, this.#pulse);
    for (const member of ring.members) ring.start(member);
    const talking = this.#talk(ring, chance);
    const wanted = (): boolean => this.#done < kills && performance.now() - startMs < forMs;
    const killing = Array.from({ length: hands }, (_, hand) => this.#kill(ring, chance, { hand, wanted }));
    await Promise.all(killing);
    this.#report.tell(`kills: ${this.#done} done, ${ring.accepted} messages accepted; now everything has to arrive`);
    this.#isOver = true;
    await talking;
    const { faults, unprinted } = await ring.settle();
    for (const { victim } of ring.members) await victim?.kill();
    return {
      part: "kills",
      figures: [
        ["kills", `${this.#done}`],
        ["of them before the peer was ready", `${this.#unready}`],
        ["messages accepted", `${ring.accepted}`],
        ["messages in the inboxes", `${ring.received}`],
        ["noted as shown, and killed before they were printed", `${unprinted}`],
      ],
      violations: [...this.#byItself, ...faults],
      seconds: (performance.now() - startMs) / 1_000,
    };
  }

  async #talk(ring: Ring, chance: Chance): Promise<void> {
    while (!this.#isOver) {
      for (const from of ring.members.keys()) {
        const to = (from + 1 + chance.below(ring.members.length - 1)) % ring.members.length;
        ring.talk(from, to, 1 + chance.below(8));
      }
      await this.#pulse.pause(talkEveryMs);
    }
  }

  /** Each hand has members of its own, so that no two reach for one. */
  async #kill(ring: Ring, chance: Chance, { hand, wanted }: { hand: number; wanted: () => boolean }): Promise<void> {
    const mine = ring.members.filter((_member, index) => index % hands === hand);
    while (wanted()) {
      const member = chance.pick(mine);
      const { victim } = member;
      // One in four dies while it starts.
      if (chance.below(4) > 0) await victim?.until(() => victim.ready !== undefined);
      await this.#pulse.pause(chance.below(lifeMaxMs));
      if (victim?.ready === undefined) this.#unready += 1;
      if (victim?.ending !== undefined)
        this.#byItself.push(`member ${member.id} ended by itself: ${victim.describe()}`);
      await victim?.kill();
      this.#done += 1;
      this.#report.progress(() => `kills: ${this.#done}, ${ring.accepted} messages accepted`);
      await this.#pulse.pause(chance.below(deathMaxMs));
      ring.start(member);
    }
  }
}
