import { expect, test } from "vitest";
import { parseBenchArguments } from "../../../scripts/bench/arguments.ts";
import { Benchmark } from "../../../scripts/bench/benchmark.ts";
import { tablesOf } from "../../../scripts/bench/table.ts";
import type { Workshop } from "../../../scripts/bench/workshop.ts";

/** The tables of a run of subjects that cannot do what is asked: no process is started for it. */
async function tables(...words: readonly string[]): Promise<string> {
  const workshop = { label: () => {}, clear: async () => {} } as unknown as Workshop;
  const options = await parseBenchArguments([...words, "--rounds", "1"]);
  return tablesOf(await new Benchmark({ options, workshop, tell: () => {} }).run());
}

test("who cannot do a fan-out is told of under the table, with the reason", async () => {
  const text = await tables("--fanout", "4", "--only", "raw-cumulative", "raw-ack-each");
  expect(text).toMatch(/^## line of 3, 4 receivers, .*$/m);
  for (const name of ["raw-cumulative", "raw-ack-each"])
    expect(text).toContain(`- ${name} is skipped: its streams lead to one receiver`);
});

test("who cannot do a line of that length is told of in its table", async () => {
  const text = await tables("--line", "2,5", "--only", "nats-core", "nats-request", "jetstream-publish", "gossipsub");
  expect(text.match(/^## line of \d/gm)).toEqual(["## line of 2", "## line of 5"]);
  expect(text.match(/^- \S+ is skipped: .+$/gm)).toHaveLength(8);
});
