import { figuresOf, type Findings, type Report } from "./report.ts";
import { durableCalls, type DurableCall } from "./injection.ts";
import { Lane, type Outcome, type Scene } from "./lane.ts";
import { Pulse } from "./pulse.ts";
import { openRole, scenes } from "./scenes.ts";
import type { TracedCall } from "./trace.ts";
import { hasTool, type Workplace } from "./workplace.ts";

/** The nth call of a kind in a scene. */
interface Point {
  readonly scene: Scene;
  readonly call: DurableCall;
  readonly nth: number;
  /** How many there were when they were counted. */
  readonly count: number;
}

/** How many points there are to be, and how long they may take. */
export interface PointsPlan {
  readonly points: number;
  /** Messages of a victim's work: the more, the more points there are. */
  readonly messages: number;
  /** Points are left out when this is over. */
  readonly forMs: number;
}

/** Victims at a time. */
const width = 2;
/** How often points that were not reached are made up for. */
const roundsMax = 3;

/** Kills a real peer on entering each of its durable system calls in turn, and holds what comes after against what was said. */
export class Points {
  readonly #workplace: Workplace;
  readonly #report: Report;
  readonly #violations: string[] = [];
  /** Points hit, by scene, call and file. */
  readonly #hits = new Map<string, number>();
  #missed = 0;
  #startMs = 0;

  constructor(workplace: Workplace, report: Report) {
    this.#workplace = workplace;
    this.#report = report;
  }

  async run({ points: wanted, messages, forMs }: PointsPlan): Promise<Findings> {
    if (!hasTool("strace")) return nothing("strace is not installed");
    this.#startMs = performance.now();
    const all = scenes(messages);
    const census = (
      await Promise.all(all.map((scene) => this.#within(scene, (lane) => this.#census(scene, lane))))
    ).flat();
    const points = spread(census, wanted);
    this.#report.tell(
      `points: ${census.length} durable calls in ${all.length} scenes, of which ${points.length} are tried`,
    );
    let left = await this.#tryShared(points, forMs);
    // A run may make fewer calls than the one that was counted. What was not reached is made up for, as far as it goes.
    for (let round = 0; round < roundsMax && left === 0 && this.#hit < wanted; round += 1) {
      left = await this.#tryShared(spread(census.filter(isEarly), wanted - this.#hit), forMs);
    }
    return {
      part: "points",
      figures: [
        ...figuresOf(this.#hits),
        ["points hit", `${this.#hit}`],
        ["not reached (fewer calls than in the census)", `${this.#missed}`],
        ...(left > 0 ? [["left out, as time was up", `${left}`] as const] : []),
      ],
      violations: this.#violations,
      seconds: (performance.now() - this.#startMs) / 1_000,
    };
  }

  get #hit(): number {
    return [...this.#hits.values()].reduce((sum, count) => sum + count, 0);
  }

  /** One run without any fault tells how many calls there are. */
  async #census(scene: Scene, lane: Lane): Promise<readonly Point[]> {
    const outcome = await lane.run(undefined);
    this.#note(`${scene.name}, not killed`, outcome);
    const most = outcome.trace.most();
    const counted = [...most].map(([call, count]) => `${count} ${call}`).join(", ");
    this.#report.tell(`points: ${scene.name}: ${counted}`);
    return durableCalls.flatMap((call) =>
      Array.from({ length: most.get(call) ?? 0 }, (_, index) => ({
        scene,
        call,
        nth: index + 1,
        count: most.get(call) ?? 0,
      })),
    );
  }

  /** @returns how many were left out. */
  async #tryShared(points: readonly Point[], forMs: number): Promise<number> {
    const shares = Array.from({ length: width }, (_, share) => points.filter((_point, at) => at % width === share));
    const left = await Promise.all(shares.map((share) => this.#tryAll(share, forMs)));
    return left.reduce((sum, count) => sum + count, 0);
  }

  async #tryAll(points: readonly Point[], forMs: number): Promise<number> {
    let left = points.length;
    const scenesLeft = [...new Set(points.map((point) => point.scene))];
    const beganMs = performance.now();
    for (const [index, scene] of scenesLeft.entries()) {
      // Each scene has its share of the time.
      const untilMs = beganMs + (forMs * (index + 1)) / scenesLeft.length;
      await this.#within(scene, async (lane) => {
        for (const point of points.filter((one) => one.scene === scene)) {
          if (performance.now() > untilMs) return;
          await this.#try(point, lane);
          left -= 1;
        }
      });
    }
    return left;
  }

  async #try({ scene, call, nth }: Point, lane: Lane): Promise<void> {
    const outcome = await lane.run({ kind: "kill", call, nth });
    this.#note(`${scene.name}, killed at ${call} ${nth}`, outcome);
    const hit = outcome.trace.killedAt(call, nth);
    if (hit === undefined) this.#missed += 1;
    else this.#count(scene, hit);
    this.#report.progress(() => `points: ${this.#hit} hit, now ${scene.name} ${call} ${nth}`);
  }

  #count(scene: Scene, { call, file }: TracedCall): void {
    const what = `${scene.name}: ${call} ${file.startsWith(scene.name) ? "(directory)" : file}`;
    this.#hits.set(what, (this.#hits.get(what) ?? 0) + 1);
  }

  #note(where: string, { faults }: Outcome): void {
    for (const fault of faults) {
      this.#violations.push(`${where}: ${fault}`);
      this.#report.tell(`VIOLATION ${where}: ${fault}`);
    }
  }

  async #within<Result>(scene: Scene, use: (lane: Lane) => Promise<Result>): Promise<Result> {
    const pulse = new Pulse();
    const role = await openRole(scene.role, pulse);
    const lane = new Lane({ scene, role, workplace: this.#workplace, pulse });
    try {
      for (const fault of await lane.open()) this.#violations.push(`${scene.name}, before anything: ${fault}`);
      return await use(lane);
    } finally {
      await lane.close();
    }
  }
}

/** Calls that are made by the middle of a run are made in every run. */
function isEarly({ nth, count }: Point): boolean {
  return nth <= count / 2;
}

/** So many of them, evenly spread; over and over when there are too few. */
function spread(all: readonly Point[], wanted: number): readonly Point[] {
  if (wanted >= all.length)
    return Array.from({ length: all.length === 0 ? 0 : wanted }, (_, index) => all[index % all.length]).filter(
      (point) => point !== undefined,
    );
  return Array.from({ length: wanted }, (_, index) => all[Math.floor((index * all.length) / wanted)]).filter(
    (point) => point !== undefined,
  );
}

function nothing(skipped: string): Findings {
  return { part: "points", skipped, figures: [], violations: [], seconds: 0 };
}
