import type { Table } from "../../core/store-op.ts";
import type { Environment } from "./environment.ts";
import { mendRecord } from "./mend-record.ts";
import { decodeRecord, type RecordWrite } from "./record.ts";

/** What a store writes in one transaction: what it was given, or what it makes of damaged records. */
export type Job =
  | { readonly kind: "write"; readonly writes: readonly RecordWrite[] }
  | { readonly kind: "set-aside"; readonly places: readonly Place[] }
  | { readonly kind: "mend"; readonly places: readonly Place[] };

/** Where a damaged record lies. */
export interface Place {
  readonly table: Table;
  readonly key: Uint8Array;
}

/**
 * The writes of a job. Damaged records are judged anew by what the store holds now: they may have been removed or written anew
 * since they were read, and are left alone then.
 */
export function writesOf(environment: Environment, job: Job): readonly RecordWrite[] {
  switch (job.kind) {
    case "write":
      return job.writes;
    case "set-aside":
      return job.places.flatMap((place) => move(environment, place));
    case "mend":
      return job.places.flatMap((place) => mend(environment, place));
  }
}

function move({ tables }: Environment, { table, key }: Place): readonly RecordWrite[] {
  const record = tables[table].getBinary(key);
  if (record === undefined || decodeRecord(table, key, record) !== undefined) return [];
  return [
    { table: "damaged", key: Buffer.concat([Buffer.from(`${table}/`), key]), record },
    { table, key, record: undefined },
  ];
}

function mend({ tables }: Environment, { table, key }: Place): readonly RecordWrite[] {
  const record = tables[table].getBinary(key);
  const mended = record && mendRecord(table, key, record);
  return mended === undefined ? [] : [{ table, key, record: mended }];
}
