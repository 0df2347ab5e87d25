import type { BenchOptions } from "./arguments.ts";
import { subjects as all } from "./catalog.ts";
import { describeMachine } from "./machine.ts";
import { measureDrain, measureLine } from "./measurement.ts";
import { roundsOf, scenariosOf } from "./plan.ts";
import type { Result, Row, Sample, Section } from "./result.ts";
import { baseline, describe, labelOf, type Scenario } from "./scenario.ts";
import type { DrainSubject, LineSubject, Subject } from "./subject.ts";
import type { Workshop } from "./workshop.ts";

interface Parts {
  readonly options: BenchOptions;
  readonly workshop: Workshop;
  /** Told of each measurement, for whoever waits. */
  readonly tell: (line: string) => void;
}

/** What to measure in one section, and how. */
interface Task<S extends Subject> {
  readonly section: Omit<Section, "rows">;
  readonly label: string;
  readonly subjects: readonly S[];
  /** Why it is not measured; undefined when it is. */
  readonly whyNot: (subject: S) => string | undefined;
  readonly measure: (subject: S) => Promise<Sample>;
}

/** Benchmark: all measurements of a run, one at a time. */
export class Benchmark {
  readonly #parts: Parts;
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Ends after the measurement that is under way; what was measured stands. */
  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<Result> {
    const { rounds, seconds, bodies, lines, fanouts, drain } = this.#parts.options;
    const startedAt = new Date().toISOString();
    const sections: Section[] = [];
    for (const scenario of scenariosOf({ bodies, lines, fanouts })) {
      const section = await this.#line(scenario);
      if (section.rows.length > 0) sections.push(section);
    }
    const drains = drain === undefined ? undefined : await this.#drain(drain);
    if (drains !== undefined && drains.rows.length > 0) sections.push(drains);
    return { startedAt, rounds, seconds, machine: describeMachine(), sections };
  }

  #line(scenario: Scenario): Promise<Section> {
    const { options, workshop } = this.#parts;
    const { seconds, warmUpSeconds } = options;
    const durations = { warmUpMs: warmUpSeconds * 1_000, rateMs: seconds * 1_000, roundTripsMs: seconds * 500 };
    return this.#section<LineSubject>({
      section: { title: describe(scenario), kind: "line", scenario },
      label: labelOf(scenario),
      subjects: this.#wanted().filter((subject): subject is LineSubject => subject.kind === "line"),
      whyNot: (subject) => subject.missing() ?? subject.unfit(scenario),
      measure: (subject) => measureLine(workshop, subject, scenario, durations),
    });
  }

  #drain(count: number): Promise<Section> {
    const { workshop } = this.#parts;
    const work = { count, bodyBytes: baseline.bodyBytes };
    return this.#section<DrainSubject>({
      section: { title: `${work.count} messages of ${work.bodyBytes} bytes that waited`, kind: "drain" },
      label: "drain",
      subjects: this.#wanted().filter((subject): subject is DrainSubject => subject.kind === "drain"),
      whyNot: (subject) => subject.missing(),
      measure: (subject) => measureDrain(workshop, subject, work),
    });
  }

  #wanted(): readonly Subject[] {
    const { only } = this.#parts.options;
    return all.filter(({ name }) => only.length === 0 || only.includes(name));
  }

  async #section<S extends Subject>({ section, label, subjects, whyNot, measure }: Task<S>): Promise<Section> {
    const { options, workshop, tell } = this.#parts;
    const skipped = new Map(subjects.map((subject) => [subject, whyNot(subject)]));
    const here = subjects.filter((subject) => skipped.get(subject) === undefined);
    const samples = new Map<Subject, (Sample | undefined)[]>(subjects.map((subject) => [subject, []]));
    const failures = new Map<Subject, string[]>(subjects.map((subject) => [subject, []]));
    for (const [round, turns] of roundsOf(here, options.rounds).entries()) {
      for (const subject of turns) {
        if (this.#stopped) break;
        workshop.label(`${label} ${subject.name} round ${round + 1}`);
        const sample = await measure(subject).catch((error: unknown) => {
          failures.get(subject)?.push(`round ${round + 1}: ${error instanceof Error ? error.message : String(error)}`);
          return undefined;
        });
        samples.get(subject)?.push(sample);
        tell(`${section.title}, round ${round + 1}: ${subject.name} ${sampleText(sample)}`);
      }
    }
    const { scenario } = section;
    // Targets are for the work that all others differ from.
    const hasTargets = scenario === undefined || labelOf(scenario) === labelOf(baseline);
    const rows = subjects.map((subject) => ({
      ...rowOf(subject, { skipped: skipped.get(subject), hasTargets }),
      samples: samples.get(subject) ?? [],
      failures: failures.get(subject) ?? [],
    }));
    return { ...section, rows };
  }
}

interface Standing {
  readonly skipped: string | undefined;
  readonly hasTargets: boolean;
}

function rowOf(subject: Subject, { skipped, hasTargets }: Standing): Omit<Row, "samples" | "failures"> {
  const { name, what, against, target, targetRoundTrip } = subject;
  return {
    subject: name,
    what,
    against,
    ...(target === undefined || !hasTargets ? {} : { target }),
    ...(targetRoundTrip === undefined || !hasTargets ? {} : { targetRoundTrip }),
    ...(skipped === undefined ? {} : { skipped }),
  };
}

function sampleText(sample: Sample | undefined): string {
  if (sample === undefined) return "failed";
  const { perSecond, p50Ms } = sample;
  const roundTrip = p50Ms === undefined ? "" : `, ${p50Ms.toFixed(3)} ms`;
  return `${Math.round(perSecond).toLocaleString("en-US")}/s${roundTrip}`;
}
