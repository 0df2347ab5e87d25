import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import type { Effect } from "../../src/core/effect.ts";
import { key64, type StoreOp } from "../../src/core/store-op.ts";
import { EnvelopeSchema } from "../../src/gen/e3/v1/envelope_pb.ts";
import { MailboxRecordSchema, ShelfRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { gone } from "./checker-rig.ts";
import { ShelfCheck } from "./shelf-check.ts";
import { epochOf } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";
import { World } from "./world.ts";

const [epoch, conversation, target] = [0xe1n, 0xc1n, 3n] as const;
const name = [epoch, conversation, target].map(key64).join("");

/** Mail that its origin bound to this node, or to nobody with 0n. */
function mail(number: bigint, { boundTo = 0n, declaredTo = 0n } = {}): StoreOp {
  const key = name + key64(number) + key64(declaredTo);
  return { table: "mailbox", key, value: toBinary(MailboxRecordSchema, create(MailboxRecordSchema, { boundTo })) };
}

function binding(boundTo: bigint): readonly [StoreOp, StoreOp] {
  const value = toBinary(ShelfRecordSchema, create(ShelfRecordSchema, { boundTo }));
  return [
    { table: "shelves", key: `${name}0`, value },
    { table: "shelves", key: `${name}1`, value },
  ];
}

function undone(ops: readonly StoreOp[]): readonly StoreOp[] {
  return ops.map(({ table, key }) => gone(table, key));
}

/** A custodian, and the check alone. */
class Scene {
  readonly #check = new ShelfCheck();
  readonly #custodian: SimPeer;
  readonly #epoch: bigint;

  /** @param onDisk what it finds there when its life begins. */
  constructor(...onDisk: readonly StoreOp[]) {
    const world = new World({ seed: 1 });
    this.#custodian = world.peer("b", { id: 2n });
    world.run(100);
    this.#custodian.crash();
    this.begin(...onDisk);
    const identity = this.#custodian.disk.get("meta", "identity");
    this.#epoch = epochOf([{ table: "meta", key: "identity", value: identity }]) ?? 0n;
  }

  /** Its next life begins, with these besides what is on its disk. */
  begin(...onDisk: readonly StoreOp[]): void {
    this.write(...onDisk);
    this.#check.started(this.#custodian);
  }

  /** These are on its disk now. */
  write(...ops: readonly StoreOp[]): void {
    const { disk } = this.#custodian;
    const tables = new Map([...disk.image()].map(([table, records]) => [table, new Map(records)]));
    for (const { table, key, value } of ops)
      if (value === undefined) tables.get(table)?.delete(key);
      else tables.get(table)?.set(key, value);
    disk.restore(tables);
  }

  decide(...ops: readonly StoreOp[]): void {
    this.#step({ kind: "persist", commit: 1, ops });
  }

  /** It hands the first message over. */
  handOver(to: bigint): void {
    const value = { envelopes: [{ epoch, conversation, number: 1n, destinations: [target], destinationKeys: [to] }] };
    const parcel = create(EnvelopeSchema, { epoch: this.#epoch, body: { case: "custody", value } });
    this.#step({ kind: "envelopes", link: 1, envelopes: [toBinary(EnvelopeSchema, parcel)] });
  }

  #step(effect: Effect): void {
    this.#check.stepped(this.#custodian, { kind: "alarm" }, [effect]);
  }
}

test("mail is kept, bound once, joined by more, and goes with its binding; then the same may be bound to another", () => {
  const scene = new Scene();
  scene.decide(mail(1n));
  scene.decide(...binding(55n));
  scene.decide(mail(2n, { boundTo: 55n }));
  scene.decide(gone("mailbox", mail(1n).key));
  scene.decide(gone("mailbox", mail(2n).key), ...undone(binding(55n)), mail(3n), ...binding(66n));
});

test.each([
  ["another", 66n],
  ["the same", 55n],
])("a custodian that binds to %s what its disk says is bound is found", (_, node) => {
  const scene = new Scene(mail(1n), ...binding(55n));
  expect(() => scene.decide(...binding(node))).toThrow("broken: 8: mail is bound once");
});

test("where one record of a binding is damaged it is written anew, and not to another", () => {
  const [first, second] = binding(55n);
  for (const left of [first, second]) {
    new Scene(mail(1n), left).decide(...binding(55n));
    expect(() => new Scene(mail(1n), left).decide(...binding(66n))).toThrow("broken: 8: mail is bound once");
    expect(() => new Scene(mail(1n), left).decide()).toThrow("broken: 8: damage of one record");
  }
});

test("where both are damaged, or the disk is another one, whoever comes first may have the mail", () => {
  const scene = new Scene(mail(1n), ...binding(55n));
  scene.begin(...undone(binding(55n)));
  scene.decide(...binding(66n));
});

test("what was decided and not written when a life ended is no binding", () => {
  const scene = new Scene(mail(1n));
  scene.decide(...binding(55n));
  scene.begin();
  scene.decide(...binding(66n));
});

test("a binding that is written once is found", () => {
  const scene = new Scene(mail(1n));
  expect(() => scene.decide(binding(55n)[0])).toThrow("broken: 8: damage of one record");
});

test("a binding that goes while its mail is kept is found, and so is one that stays without", () => {
  const scene = new Scene(mail(1n), ...binding(55n));
  expect(() => scene.decide(...undone(binding(55n)))).toThrow("broken: 8: a binding stays");
  const other = new Scene(mail(1n), mail(1n, { boundTo: 55n, declaredTo: 55n }), ...binding(66n));
  expect(() => other.decide(gone("mailbox", mail(1n).key))).toThrow("broken: 5: a binding goes");
});

test("a binding whose mail is damaged goes with the first that is written", () => {
  new Scene(...binding(55n)).decide(...undone(binding(55n)));
  expect(() => new Scene(...binding(55n)).decide()).toThrow("broken: 5: a binding goes");
});

test("mail that is kept for another than what it is kept with is found", () => {
  const scene = new Scene(mail(1n), ...binding(55n));
  for (const boundTo of [0n, 66n])
    expect(() => scene.decide(mail(2n, { boundTo }))).toThrow("broken: 8: mail is bound as what is kept with it");
  scene.decide(mail(2n, { boundTo: 66n, declaredTo: 66n }));
});

test("mail is handed over to whom it is bound on the disk, and to nobody else", () => {
  const scene = new Scene(mail(1n), ...binding(55n));
  scene.handOver(55n);
  for (const other of [0n, 66n]) expect(() => scene.handOver(other)).toThrow("broken: 8: mail is durably bound");
});

test("mail is not handed over before the disk says to whom it is bound", () => {
  const scene = new Scene(mail(1n));
  scene.decide(...binding(55n));
  expect(() => scene.handOver(55n)).toThrow("broken: 8: mail is durably bound");
  scene.write(...binding(55n));
  scene.handOver(55n);
});

test("mail is handed over to whom its origin bound it, or to whom later mail says it is bound where damage took the binding", () => {
  const scene = new Scene(mail(1n, { boundTo: 66n, declaredTo: 66n }));
  scene.handOver(66n);
  new Scene(mail(1n), mail(2n, { boundTo: 55n })).handOver(55n);
});
