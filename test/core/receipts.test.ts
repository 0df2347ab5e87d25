import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readReceipts, type Receipt, receiptsBytes, writeReceipts } from "../../src/core/receipts.ts";
import { WireReader } from "../../src/core/wire-reader.ts";
import { WireWriter } from "../../src/core/wire-writer.ts";
import { ReceiptsSchema, ReceiptStatus, RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import { anyReceipt } from "./envelope-arbitrary.ts";

const receipt: Receipt = {
  epoch: 5n,
  conversation: 6n,
  status: ReceiptStatus.DELIVERED,
  ranges: [
    { first: 1, last: 7 },
    { first: 9, last: Number.MAX_SAFE_INTEGER },
  ],
  reason: RefusalReason.UNSPECIFIED,
};

function encode(receipts: readonly Receipt[]): Uint8Array {
  const wire = new WireWriter(receiptsBytes(receipts));
  writeReceipts(wire, receipts);
  return wire.bytes;
}

test("receipts are written for the generated codec, and read back", () => {
  const { receipts } = fromBinary(ReceiptsSchema, encode([receipt]));
  expect(receipts[0]?.ranges[1]).toMatchObject({ first: 9n, last: 2n ** 53n - 1n });
  expect(readReceipts(new WireReader(encode([receipt])), 10)).toEqual([receipt]);
});

test("receipts of the generated codec are read and written, byte for byte", () => {
  fc.assert(
    fc.property(fc.array(anyReceipt, { maxLength: 5 }), (receipts) => {
      const generated = toBinary(ReceiptsSchema, create(ReceiptsSchema, { receipts }));
      expect(encode(readReceipts(new WireReader(generated), 100))).toEqual(generated);
    }),
  );
});

test("receipts and their ranges are bounded together", () => {
  const within = new WireReader(encode([receipt, receipt]));
  expect(readReceipts(within, 6)).toHaveLength(2);
  expect(within.fault).toBe("");
  for (const itemsMax of [0, 1, 2, 3, 4, 5]) {
    const wire = new WireReader(encode([receipt, receipt]));
    readReceipts(wire, itemsMax);
    expect(wire.fault).not.toBe("");
  }
});

test("receipts without ranges are bounded too", () => {
  const wire = new WireReader(encode(Array<Receipt>(3).fill({ ...receipt, ranges: [] })));
  readReceipts(wire, 2);
  expect(wire.fault).toBe("receipts and their ranges are more than 2");
});

test.each([
  [0, 0],
  [0, 5],
  [5, 4],
])("the range %d to %d is impossible", (first, last) => {
  const wire = new WireReader(encode([{ ...receipt, ranges: [{ first, last }] }]));
  readReceipts(wire, 10);
  expect(wire.fault).toBe("a receipt has an impossible range of numbers");
});
