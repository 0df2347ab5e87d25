import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Crossing } from "./crossing.ts";
import { Filler } from "./filler.ts";
import { Pulse } from "./pulse.ts";
import type { Findings, Report } from "./report.ts";
import { stuck } from "./role.ts";
import { Victim, type Ending } from "./victim.ts";
import type { Workplace } from "./workplace.ts";
import { freeAddress } from "../../test/e2e/harness/port.ts";

const diskBytes = 8 * 1_024 * 1_024;
/** A start on a fresh disk is tried with so much room, in steps of a page. */
const pageBytes = 4_096;
/** Characters of the messages that fill the room left in the store. */
const largeChars = 8_000;
const refusedMs = 1_000;

/** How many rounds of a full disk, and how many sizes of too small a disk. */
export interface FullPlan {
  readonly rounds: number;
  readonly sizes: readonly number[];
}

/** Fills the disk of a real peer, and watches what it does meanwhile and when there is room again. */
export class Full {
  readonly #workplace: Workplace;
  readonly #report: Report;
  readonly #figures: [string, string][] = [];
  readonly #violations: string[] = [];

  constructor(workplace: Workplace, report: Report) {
    this.#workplace = workplace;
    this.#report = report;
  }

  async run({ rounds, sizes }: FullPlan): Promise<Findings> {
    const startMs = performance.now();
    const disk = this.#workplace.mount(diskBytes);
    if ("reason" in disk) return { part: "full", skipped: disk.reason, figures: [], violations: [], seconds: 0 };
    this.#violations.push(...(await this.#suffer(disk.path, rounds)));
    for (const pages of sizes) this.#violations.push(...(await this.#startWith(pages)));
    const seconds = (performance.now() - startMs) / 1_000;
    return { part: "full", figures: this.#figures, violations: this.#violations, seconds };
  }

  async #suffer(disk: string, rounds: number): Promise<readonly string[]> {
    const filler = new Filler(disk);
    const crossing = new Crossing({ workplace: this.#workplace, pulse: new Pulse(), state: join(disk, "state") });
    await crossing.open();
    const faults: string[] = [];
    let victim = await crossing.start();
    for (let round = 1; round <= rounds; round += 1) {
      faults.push(...(await this.#fill(`round ${round}`, { crossing, victim, filler })));
      if (victim.ending !== undefined) break;
    }
    if (victim.ending === undefined) {
      filler.fill();
      await crossing.talk(victim, () => crossing.refusals > 0, largeChars);
    }
    await victim.kill();
    // What it does on the full disk is up to it, as long as it says so.
    victim = await crossing.start();
    this.#figures.push(["started again on the full disk", ending(victim)]);
    if (isCrash(victim.ending)) faults.push(stuck("it crashes when it starts on a full disk", victim));
    await victim.kill();
    filler.free();
    victim = await crossing.start();
    faults.push(...(await crossing.finish(victim)));
    await victim.kill();
    return faults;
  }

  async #fill(
    round: string,
    parts: { crossing: Crossing; victim: Victim; filler: Filler },
  ): Promise<readonly string[]> {
    const { crossing, victim, filler } = parts;
    const settled = crossing.accepted + 10;
    if (!(await crossing.talk(victim, () => crossing.accepted >= settled)))
      return [stuck("it does not start well", victim)];
    filler.fill();
    const refusals = crossing.refusals;
    if (!(await crossing.talk(victim, () => crossing.refusals > refusals, largeChars)))
      return [stuck("nothing is refused on a full disk", victim)];
    const untilMs = performance.now() + refusedMs;
    const forwarded = crossing.forwarded;
    // A second, and longer where the machine is too busy for anything to come through by then.
    await crossing.talk(victim, () => performance.now() > untilMs && crossing.forwarded > forwarded, largeChars);
    const through = crossing.forwarded - forwarded;
    const answer = await crossing.ask();
    filler.free();
    const before = crossing.accepted;
    const freedMs = performance.now();
    const isBack = await crossing.talk(victim, () => crossing.accepted > before);
    const codes = crossing.refusedByCode;
    this.#report.tell(`full: ${round}: ${codes}; ${through} forwarded meanwhile`);
    this.#figures.push(
      [`${round}: sends refused so far`, codes],
      [`${round}: the local API then`, answer],
      [`${round}: forwarded meanwhile, in a second or more`, `${through}`],
      [`${round}: accepting again after`, `${((performance.now() - freedMs) / 1_000).toFixed(1)} s`],
    );
    return [
      ...(isBack ? [] : [stuck("accepting does not resume when there is room", victim)]),
      ...(through > 0 ? [] : [stuck("nothing is forwarded while the disk is full", victim)]),
    ];
  }

  /** A first start where there is room for a few pages only; and one more when there is room for all. */
  async #startWith(pages: number): Promise<readonly string[]> {
    const disk = this.#workplace.mount(2 * diskBytes);
    if ("reason" in disk) return [disk.reason];
    const filler = new Filler(disk.path);
    const reserve = new Filler(join(disk.path, "reserve"));
    mkdirSync(join(disk.path, "reserve"));
    writeFileSync(join(disk.path, "reserve", "filler"), Buffer.alloc(pages * pageBytes));
    filler.fill();
    reserve.free();
    const setup = {
      program: this.#workplace.program,
      listen: await freeAddress(),
      state: join(disk.path, "state"),
      pulse: new Pulse(),
    };
    const first = new Victim(setup);
    await first.until(() => first.ready !== undefined, 20_000);
    this.#figures.push([`first start with ${pages} pages left`, ending(first)]);
    const faults: string[] = [];
    if (isCrash(first.ending)) faults.push(stuck(`it crashes when it starts with ${pages} pages left`, first));
    await first.kill();
    filler.free();
    const second = new Victim(setup);
    if (!(await second.until(() => second.ready !== undefined, 20_000)))
      faults.push(stuck(`it does not start any more after a start with ${pages} pages left`, second));
    await second.kill();
    return faults;
  }
}

function isCrash(end: Ending | undefined): boolean {
  return end !== undefined && end.signal !== null;
}

function ending(victim: Victim): string {
  if (victim.ready !== undefined) return "runs";
  if (victim.ending === undefined) return "neither starts nor ends";
  return `${victim.ending.signal ?? `exit code ${victim.ending.code}`}: ${victim.complaints.at(-1) ?? ""}`;
}
