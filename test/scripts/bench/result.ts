import type { Machine, Result, Row, Sample, Section } from "../../../scripts/bench/result.ts";

const machine: Machine = {
  processor: "A processor",
  cores: 2,
  memoryGiB: 8,
  system: "Linux 6",
  fileSystem: "ext4",
  versions: { node: "20.20.2" },
};

/** A row without anything special about it. */
export function row(subject: string, samples: readonly (Sample | undefined)[], more: Partial<Row> = {}): Row {
  return { subject, what: subject, against: "e3", samples, failures: [], ...more };
}

/** A section of these rows. */
export function section(rows: readonly Row[], kind: Section["kind"] = "line"): Section {
  return { title: "a line", kind, rows };
}

/** A run with these sections. */
export function result(sections: readonly Section[]): Result {
  return { startedAt: "2026-01-01T00:00:00.000Z", rounds: 3, seconds: 2, machine, sections };
}
