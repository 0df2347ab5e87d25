import { expect, test } from "vitest";
import { hostedMethod, messageOf, OpenCalls, refusal, type ServerCall } from "../../../src/adapters/grpc/call.ts";
import { methodDefinition } from "../../../src/adapters/grpc/service-definition.ts";
import { PeerService } from "../../../src/gen/e3/v1/peer_pb.ts";
import { keptLog } from "./log.ts";
import { peerService } from "./serve.ts";

function fakeCall(cancelled = false): ServerCall & { cancel(): void } {
  let cancel = (): void => {};
  return {
    cancelled,
    getPeer: () => "::1:5000",
    once: (_event, listener) => (cancel = listener),
    cancel: () => cancel(),
  };
}

test("a call's signal is aborted by its caller, and no other's", () => {
  const calls = new OpenCalls();
  const [one, two] = [fakeCall(), fakeCall()];
  const [first, second] = [calls.begin(one), calls.begin(two)];
  one.cancel();
  expect([first.context.signal.aborted, second.context.signal.aborted]).toEqual([true, false]);
  expect(first.context.remote).toBe("[::1]:5000");
});

test("closing aborts the calls that are open and those that come, but not those that are done", () => {
  const calls = new OpenCalls();
  const [open, done] = [calls.begin(fakeCall()), calls.begin(fakeCall())];
  done.done();
  expect(calls.closing).toBe(false);
  calls.close();
  const late = calls.begin(fakeCall());
  expect([open, done, late].map(({ context }) => context.signal.aborted)).toEqual([true, false, true]);
  expect(calls.closing).toBe(true);
});

test("a call cancelled before it began begins aborted", () => {
  expect(new OpenCalls().begin(fakeCall(true)).context.signal.aborted).toBe(true);
});

test("only a service for this machine is refused, and only to others", () => {
  const [here, everywhere] = [peerService({}, true), peerService({}, false)];
  expect(refusal(here, "10.0.0.1:1", () => false)?.details).toContain("e3.v1.PeerService");
  expect(refusal(here, "127.0.0.1:1", () => true)).toBeUndefined();
  expect(refusal(everywhere, "10.0.0.1:1", () => false)).toBeUndefined();
});

test("bytes that are no message are found out when the message is asked for", () => {
  const method = hostedMethod(methodDefinition(PeerService.method.send), keptLog());
  expect(messageOf(method.requestDeserialize(Buffer.of(0x28, 5)), "x")).toMatchObject({ ttlMs: 5 });
  expect(() => messageOf(method.requestDeserialize(Buffer.of(0xff)), "e3.v1.SendRequest")).toThrow(
    "not a valid e3.v1.SendRequest",
  );
});
