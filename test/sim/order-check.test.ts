import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import type { CoreEvent } from "../../src/core/event.ts";
import { FrameSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { OrderCheck } from "./order-check.ts";
import type { SimPeer } from "./sim-peer.ts";

/** Only its name is looked at. */
const ali = { name: "ali" } as SimPeer;

/** Frames that differ by their number. */
function hello(number: number): Uint8Array {
  return toBinary(
    FrameSchema,
    create(FrameSchema, { frame: { case: "hello", value: { key: Uint8Array.of(number) } } }),
  );
}

/** @param given numbers of frames, by link; links are to the peer called veli. */
function checking(given: Readonly<Record<number, readonly number[]>>): (number: number) => void {
  const check = new OrderCheck();
  check.started(ali);
  for (const [link, numbers] of Object.entries(given)) {
    const opened: CoreEvent = { kind: "link-opened", link: Number(link), address: undefined, remote: "veli" };
    const effects = numbers.map((number) => ({ kind: "frame", link: Number(link), bytes: hello(number) }) as const);
    check.stepped(ali, opened, effects);
  }
  return (number) => check.frame("ali", "veli", hello(number));
}

test("frames of a link leave in the order they were given to it", () => {
  const leaves = checking({ 1: [1, 2, 3] });
  leaves(1);
  expect(() => leaves(3)).toThrow("law 1: frames leave in the order they were given");
  leaves(2);
  leaves(3);
});

test("a frame that was left out is missed with the next one", () => {
  const leaves = checking({ 1: [1, 2] });
  expect(() => leaves(2)).toThrow("law 1: frames leave in the order they were given");
});

test("of two links that carry the same bytes, whichever sends first", () => {
  const leaves = checking({ 1: [1, 1, 2], 2: [1, 3] });
  leaves(1);
  leaves(3);
  expect(() => leaves(2)).toThrow("law 1: frames leave in the order they were given");
  leaves(1);
  leaves(1);
  leaves(2);
});

test("what was given to no link is no matter of order", () => {
  checking({ 1: [1] })(9);
});
