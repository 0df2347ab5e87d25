/** A client of NATS, with its official library. Built and started by scripts/bench/workshop.ts. */
import { AckPolicy, DiscardPolicy, jetstream, jetstreamManager, StorageType } from "@nats-io/jetstream";
import { connect, createInbox, type NatsConnection } from "@nats-io/transport-node";
import { host, type Part } from "../host.ts";
import type { Load } from "../load.ts";
import type { NatsSetup } from "../order.ts";
import { textOf } from "../text.ts";

const subject = "bench.messages";
const stream = "bench";
const consumer = "drain";

/** Messages published and not yet acknowledged while the stream is filled. */
const fillWindow = 1_024;

/** Bytes that the stream may keep; the oldest messages go first. */
const streamBytesMax = 1_024 ** 3;

/** What a client asks for at a time, and may have unacknowledged. */
const pullMessages = 2_048;
const ackPendingMax = 16_384;

host<NatsSetup>("nats", async (setup, load) => {
  const connection = await connect({ servers: setup.server, reconnect: false });
  void connection.closed().then((error) => {
    if (error instanceof Error) load.failed(error);
  });
  const common = { address: "", close: () => connection.close() };
  switch (setup.part) {
    case "sender":
      return { ...common, send: sender(connection, setup, load) };
    case "requester":
      return { ...common, send: requester(connection, setup, load) };
    case "receiver":
      await receiver(connection);
      return common;
    case "publisher":
      return { ...common, ...(await publisher(connection, setup, load)) };
    case "drainer":
      return { ...common, drain: await drainer(connection) };
  }
});

/** Request-reply by hand, the quickest way that the library has: one inbox, a call for each reply, no promise. */
function sender(connection: NatsConnection, { bodyBytes, fanout }: NatsSetup, load: Load): (count: number) => void {
  const text = textOf(bodyBytes);
  const reply = createInbox();
  const options = { reply };
  connection.subscribe(reply, {
    callback: (error) => {
      if (error === null) load.settled(1);
      else load.failed(error);
    },
  });
  // One message reaches all receivers. Text is encoded here, because Buffer does that in a third of the client's time.
  return (count) => {
    for (let sent = 0; sent < count; sent += fanout) connection.publish(subject, Buffer.from(text), options);
  };
}

/** The library's own requests, a promise and a timeout for each. */
function requester(connection: NatsConnection, { bodyBytes }: NatsSetup, load: Load): (count: number) => void {
  const text = textOf(bodyBytes);
  const options = { timeout: 60_000 };
  const settled = (): void => load.settled(1);
  const failed = (error: Error): void => load.failed(error);
  return (count) => {
    for (let sent = 0; sent < count; sent += 1) connection.request(subject, text, options).then(settled, failed);
  };
}

async function receiver(connection: NatsConnection): Promise<void> {
  connection.subscribe(subject, {
    callback: (error, message) => {
      if (error !== null || message.string() === "") throw error ?? new Error("a message came without its text");
      message.respond();
    },
  });
  await connection.flush();
}

type Publishing = Required<Pick<Part, "send" | "fill">>;

async function publisher(connection: NatsConnection, { bodyBytes }: NatsSetup, load: Load): Promise<Publishing> {
  const text = textOf(bodyBytes);
  const manager = await jetstreamManager(connection);
  await manager.streams.add({
    name: stream,
    subjects: [subject],
    storage: StorageType.File,
    max_bytes: streamBytesMax,
    discard: DiscardPolicy.Old,
  });
  const js = jetstream(connection, { timeout: 60_000 });
  const settled = (): void => load.settled(1);
  const failed = (error: Error): void => load.failed(error);
  const send = (count: number): void => {
    for (let sent = 0; sent < count; sent += 1) js.publish(subject, text).then(settled, failed);
  };
  const fill = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= fillWindow) {
      const some = Array.from({ length: Math.min(left, fillWindow) }, () => js.publish(subject, text));
      await Promise.all(some);
    }
  };
  return { send, fill };
}

async function drainer(connection: NatsConnection): Promise<(count: number) => Promise<void>> {
  const manager = await jetstreamManager(connection);
  const explicit = { ack_policy: AckPolicy.Explicit, max_ack_pending: ackPendingMax };
  await manager.consumers.add(stream, { durable_name: consumer, ...explicit });
  const source = await jetstream(connection).consumers.get(stream, consumer);
  return async (count) => {
    let drained = 0;
    await new Promise<void>((resolve, reject) => {
      const callback = (message: { string(): string; ack(): void }): void => {
        if (message.string() === "") reject(new Error("a message came without its text"));
        message.ack();
        drained += 1;
        if (drained === count) resolve();
      };
      source.consume({ max_messages: pullMessages, callback }).catch(reject);
    });
    // The server has read all acknowledgements once it answers what was sent after them.
    await connection.flush();
  };
}
