import type { RawSetup, RawStyle } from "../order.ts";
import type { Scenario } from "../scenario.ts";
import type { LineSubject, Rig } from "../subject.ts";
import type { Ready, Workshop } from "../workshop.ts";
import { e3Memory } from "./e3.ts";

/** gRPC as it is used as a rule. */
export const rawMessageEach: LineSubject = raw("message-each", "raw grpc-js streams, a message each", 15);

/** Batches, and an answer to each message. */
export const rawAckEach: LineSubject = raw("ack-each", "raw grpc-js streams, coalesced, an acknowledgement each", 0.85);

/** The limit of what e3 stands on. */
export const rawCumulative: LineSubject = raw(
  "cumulative",
  "raw grpc-js streams, coalesced, cumulative acknowledgements",
  0.6,
);

function raw(style: RawStyle, what: string, target: number): LineSubject {
  return {
    kind: "line",
    name: `raw-${style}`,
    what,
    against: e3Memory.name,
    target,
    missing: () => undefined,
    unfit: ({ fanout }) => (fanout === 1 ? undefined : "its streams lead to one receiver"),
    open: (workshop, scenario) => openLine(workshop, scenario, style),
  };
}

/** From the receiver to the sender, each dialling the one before it. */
async function openLine(workshop: Workshop, { line, bodyBytes }: Scenario, style: RawStyle): Promise<Rig> {
  const start = (name: string, part: RawSetup["part"], upstream: string): Promise<Ready> =>
    workshop.start(name, { role: "raw", part, style, upstream, bodyBytes });
  let { worker, opened } = await start("c", "receiver", "");
  const workers: Record<string, Ready["worker"]> = { c: worker };
  for (let left = line - 2; left > 0; left -= 1) {
    const name = line === 3 ? "b" : `b${left}`;
    ({ worker, opened } = await start(name, "forwarder", opened.address));
    workers[name] = worker;
  }
  const sender = await start("a", "sender", opened.address);
  return { sender: sender.worker, workers: { a: sender.worker, ...workers } };
}
