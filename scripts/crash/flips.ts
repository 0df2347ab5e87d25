import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { defaultLimits } from "../../src/core/limits.ts";
import { flipBit, nameOf, type BitFlip, type Region } from "./bit-flip.ts";
import { Chance } from "./chance.ts";
import { boxes, makeGolden, type Golden } from "./golden.ts";
import { observe, type Observation } from "./observation.ts";
import { Pulse } from "./pulse.ts";
import { figuresOf, type Findings, type Report } from "./report.ts";
import type { Workplace } from "./workplace.ts";

/** Where bits are flipped, in turn. */
const places: readonly (readonly [file: string, region: Region])[] = [
  ["store.mdb", "values"],
  ["store.mdb", "bindings"],
  ["store.mdb", "page head"],
  ["store.mdb", "keys"],
  ["store.mdb", "meta page"],
  ["shown", "anywhere"],
  ["store.mdb", "node heads"],
  ["store.mdb", "large values"],
  ["key", "anywhere"],
  ["store.mdb", "node offsets"],
  ["e3-state.json", "anywhere"],
  ["store.mdb-lock", "anywhere"],
];

/** What may become of a flip. */
interface Verdict {
  readonly name: string;
  readonly violation?: string;
}

/** Flips bits in the files of a peer's state, and sees whether it notices, and what is left. */
export class Flips {
  readonly #workplace: Workplace;
  readonly #report: Report;
  readonly #pulse = new Pulse();
  readonly #verdicts = new Map<string, number>();
  readonly #violations: string[] = [];

  constructor(workplace: Workplace, report: Report) {
    this.#workplace = workplace;
    this.#report = report;
  }

  async run({ flips, seed, forMs }: { flips: number; seed: number; forMs: number }): Promise<Findings> {
    const startMs = performance.now();
    const chance = new Chance(seed);
    const golden = await makeGolden(this.#workplace, this.#pulse);
    const sound = await this.#observe(golden, undefined);
    const soundVerdict = judge(golden, undefined, sound);
    if (soundVerdict.violation !== undefined) this.#violations.push(`without any flip: ${soundVerdict.violation}`);
    let done = 0;
    for (; done < flips && performance.now() - startMs < forMs; done += 1) {
      const [file, region] = places[done % places.length] ?? ["store.mdb", "anywhere"];
      await this.#try(golden, { file, region, chance });
      this.#report.progress(() => `flips: ${done + 1}`);
    }
    const figures = figuresOf(this.#verdicts);
    if (done < flips) figures.push(["left out, as time was up", `${flips - done}`]);
    return {
      part: "flips",
      figures: [...figures, ["flips", `${done}`]],
      violations: this.#violations,
      seconds: (performance.now() - startMs) / 1_000,
    };
  }

  async #try(
    golden: Golden,
    { file, region, chance }: { file: string; region: Region; chance: Chance },
  ): Promise<void> {
    const state = this.#workplace.fresh("flipped");
    cpSync(golden.state, state, { recursive: true });
    const flip = flipBit(join(state, file), region, chance);
    const verdict =
      flip === undefined
        ? { name: "nothing there", violation: `${file} has no ${region}` }
        : judge(golden, flip, await this.#observe(golden, state));
    const what = `${file}, ${region}: ${verdict.name}`;
    this.#verdicts.set(what, (this.#verdicts.get(what) ?? 0) + 1);
    if (verdict.violation !== undefined) {
      const violation = `${flip === undefined ? "no bit" : nameOf(flip)}: ${verdict.violation}`;
      this.#violations.push(violation);
      this.#report.tell(`VIOLATION ${violation}`);
    }
    rmSync(state, { recursive: true, force: true });
  }

  async #observe(golden: Golden, state: string | undefined): Promise<Observation> {
    const copy = state ?? this.#workplace.fresh("sound");
    if (state === undefined) cpSync(golden.state, copy, { recursive: true });
    return observe(copy, { golden, workplace: this.#workplace, pulse: this.#pulse });
  }
}

function judge(golden: Golden, flip: BitFlip | undefined, seen: Observation): Verdict {
  const said = seen.complaints.join("\n      ");
  if (seen.ending.startsWith("SIG"))
    return { name: "crashed", violation: `it ended with ${seen.ending}: ${said.slice(0, 300)}` };
  if (!seen.isRunning) {
    if (seen.ending === "") return { name: "stuck", violation: `it neither starts nor ends: ${said}` };
    // It ended with a sentence that names the file.
    const isTold = flip !== undefined && said.includes(flip.path.replace(/[^/]*$/, "").slice(0, -1));
    return isTold
      ? { name: "refused to start, and said why" }
      : { name: "refused to start", violation: `it ended with ${seen.ending}: ${said}` };
  }
  if (seen.astray.length > 0)
    return { name: "gave mail to another", violation: `${seen.astray.join(" ")} went to another key: ${said}` };
  const wrong = boxes.flatMap((box) => wrongIn(box, golden[box], seen[box]));
  if (wrong.length > 0) return { name: "served wrong bytes", violation: wrong.join("; ") };
  if (seen.ending !== "") return { name: "ended", violation: `it ended with ${seen.ending}: ${said}` };
  const lost = boxes.map((box) => golden[box].size - seen[box].length);
  const lostCount = lost.reduce((sum, count) => sum + count, 0) - seen.stillKept;
  const isReported = said.includes("damage");
  const names = `lost ${boxes.map((box, at) => `${lost[at]} of the ${box}`).join(", ")}, ${seen.stillKept} of all still kept`;
  if (lostCount > 1 && !isOneRecord(golden, seen))
    return { name: "lost several records", violation: `${names}: ${said}` };
  if (lostCount > 0 && !isReported) return { name: "lost a record and said nothing", violation: `${names}: ${said}` };
  if (seen.printed.length > 0)
    return { name: "shown again", violation: `it showed ${seen.printed.join(" ")} again: ${said}` };
  return { name: outcomeOf(lostCount, said) };
}

/** What became of a bit where nothing is wrong. */
function outcomeOf(lostCount: number, said: string): string {
  if (lostCount === 1) return "one message lost, and reported";
  if (lostCount > 1) return "one record of several messages lost, and reported";
  if (said.includes("was mended")) return "mended, and reported";
  return said.includes("damage") ? "no message lost, and reported" : "no harm";
}

/** Whether what is missing may have stood in one record: messages that follow one another, as many as one holds. */
function isOneRecord(golden: Golden, seen: Observation): boolean {
  const missing = boxes.map((box) => {
    const there = new Set(seen[box].map(([number]) => number));
    return [...golden[box].keys()].filter((number) => !there.has(number));
  });
  const [numbers = [], ...others] = missing.filter((box) => box.length > 0);
  if (seen.stillKept > 0 || others.length > 0) return false;
  const span = Number((numbers.at(-1) ?? 0n) - (numbers[0] ?? 0n)) + 1;
  return span === numbers.length && span <= defaultLimits.bundleCountMax;
}

function wrongIn(box: string, golden: ReadonlyMap<bigint, string>, seen: Observation["inbox"]): readonly string[] {
  const wrong = seen
    .filter(([number, text]) => golden.get(number) !== text)
    .map(([number]) => `${box} has another ${number}`);
  const isTwice = new Set(seen.map(([number]) => number)).size < seen.length;
  return isTwice ? [...wrong, `${box} has a number twice`] : wrong;
}
