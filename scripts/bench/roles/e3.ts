/** A peer of the package as it is built, used as a program would use it. Built and started by scripts/bench/workshop.ts. */
import { createPeer, type Peer, type Sent } from "../../../src/index.ts";
import { host, type Part } from "../host.ts";
import type { Load } from "../load.ts";
import type { E3Setup } from "../order.ts";
import { textOf } from "../text.ts";

/** Messages after which the receiver says that it dealt with them. */
const acknowledgeEvery = 256;

host<E3Setup>("e3", async (setup, load) => {
  const { part, state, id, peers } = setup;
  const where = state === undefined ? ({ store: "memory" } as const) : { state };
  const peer = await createPeer({ listen: "127.0.0.1:0", desiredId: BigInt(id), peers, ...where });
  const common = { address: peer.listen, held: () => peer.status().mailbox, close: () => peer.close() };
  switch (part) {
    case "forwarder":
      return common;
    case "receiver":
      return { ...common, ...receiver(peer) };
    case "sender":
      await sees(peer, setup.targets.map(BigInt));
      return { ...common, ...sender(peer, setup, load) };
  }
});

/** Reads all that arrives, as a program would. */
function receiver(peer: Peer): Pick<Part, "drain"> {
  let count = 0;
  let waiting: { readonly from: number; readonly done: () => void } | undefined;
  const read = async (): Promise<void> => {
    for await (const { cursor, text } of peer.messages({ acknowledge: "manual" })) {
      if (text === "") throw new Error("a message came without its text");
      count += 1;
      if (count % acknowledgeEvery === 0) peer.acknowledge(cursor);
      if (waiting !== undefined && count >= waiting.from) waiting.done();
    }
  };
  void read();
  const drain = (wanted: number): Promise<void> =>
    new Promise((done) => {
      waiting = { from: wanted, done };
      if (count >= wanted) done();
    });
  return { drain };
}

/** One promise of each send is looked at, that of its end. */
function sender(peer: Peer, { targets, bodyBytes }: E3Setup, load: Load): Pick<Part, "send" | "fill"> {
  const ids = targets.map(BigInt);
  const text = textOf(bodyBytes);
  let turn = 0;
  let last: Sent | undefined;
  const settled = ({ status, reason }: { readonly status: string; readonly reason: string }): void => {
    if (status === "delivered") load.settled(1);
    else load.failed(new Error(`a message was ${status}: ${reason}`));
  };
  const failed = (error: Error): void => load.failed(error);
  const send = (count: number): void => {
    for (let sent = 0; sent < count; sent += 1) {
      const to = ids[turn] ?? 0n;
      turn = (turn + 1) % ids.length;
      const one = peer.send(to, text);
      one.settled.then(settled, failed);
      last = one;
    }
  };
  const fill = async (count: number): Promise<void> => {
    load.burst(count);
    await last?.accepted;
  };
  return { send, fill };
}

/** Resolves once there is a road to all of them. */
async function sees(peer: Peer, ids: readonly bigint[]): Promise<void> {
  const isThere = (id: bigint): boolean => peer.peers().some((other) => other.id === id && other.reachable);
  const events = peer.events();
  while (!ids.every(isThere)) await events.next();
  await events.return?.();
}
