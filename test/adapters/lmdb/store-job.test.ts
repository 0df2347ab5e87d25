import { afterEach, expect, test } from "vitest";
import { openEnvironment, type Environment } from "../../../src/adapters/lmdb/environment.ts";
import { encodeRecords } from "../../../src/adapters/lmdb/record.ts";
import { writesOf, type Job } from "../../../src/adapters/lmdb/store-job.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();
const opened: Environment[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ root }) => root.close()));
});

const key = Buffer.from("key");

/** An environment with a record that has so many bits turned, or none. @returns the sound record, too. */
async function holding(turnedBits: 0 | 1 | 2 | "no record"): Promise<{ environment: Environment; sound: Buffer }> {
  const environment = await openEnvironment(await makeDirectory());
  opened.push(environment);
  const [write] = encodeRecords([{ table: "inbox", key: "key", value: Buffer.from("value") }]);
  const sound = Buffer.from(write?.record ?? []);
  if (turnedBits === "no record") return { environment, sound };
  const record = Buffer.from(sound);
  for (let bit = 0; bit < turnedBits; bit += 1) record.writeUInt8(record.readUInt8(bit) ^ 4, bit);
  await environment.room.take([{ table: "inbox", key, record }]);
  await environment.tables.inbox.put(key, record);
  return { environment, sound };
}

const jobOf = (kind: "mend" | "set-aside"): Job => ({ kind, places: [{ table: "inbox", key }] });

test("a job that writes has the writes it was given", async () => {
  const { environment, sound } = await holding("no record");
  const writes = [{ table: "inbox" as const, key, record: sound }];
  expect(writesOf(environment, { kind: "write", writes })).toBe(writes);
});

test("mending writes the sound record", async () => {
  const { environment, sound } = await holding(1);
  const [write, ...others] = writesOf(environment, jobOf("mend"));
  expect({ ...write, record: Buffer.from(write?.record ?? []) }).toEqual({ table: "inbox", key, record: sound });
  expect(others).toEqual([]);
});

test("setting aside moves the record as it is", async () => {
  const { environment, sound } = await holding(2);
  const [put, remove] = writesOf(environment, jobOf("set-aside"));
  expect(put).toMatchObject({ table: "damaged", key: Buffer.from("inbox/key") });
  expect(put?.record).toHaveLength(sound.length);
  expect(remove).toEqual({ table: "inbox", key, record: undefined });
});

test.each([0, "no record"] as const)("what is sound again, or gone, is left alone (%s)", async (turnedBits) => {
  const { environment } = await holding(turnedBits);
  for (const kind of ["mend", "set-aside"] as const) expect(writesOf(environment, jobOf(kind))).toEqual([]);
});

test("what cannot be mended any more is left for the next read to set aside", async () => {
  const { environment } = await holding(2);
  expect(writesOf(environment, jobOf("mend"))).toEqual([]);
});
