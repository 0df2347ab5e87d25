import type { NatsSetup } from "../order.ts";
import { installed, onPath } from "../installed.ts";
import type { Scenario } from "../scenario.ts";
import type { DrainSubject, LineSubject, Rig } from "../subject.ts";
import type { Ready, Workshop } from "../workshop.ts";
import { e3Drain, e3Lmdb, e3Memory } from "./e3.ts";

const missing = (): string | undefined =>
  onPath("nats-server") ?? installed("@nats-io/transport-node") ?? installed("@nats-io/jetstream");

/** Request-reply, as cheap as the client makes it. */
export const natsCore: LineSubject = {
  kind: "line",
  name: "nats-core",
  what: "NATS core request-reply through one server: publish, reply inbox, callbacks",
  against: e3Memory.name,
  target: 1.5,
  targetRoundTrip: 1,
  missing,
  unfit: notBetweenClients,
  open: (workshop, scenario) => openCore(workshop, scenario, "sender"),
};

/** Request-reply, as the client offers it. */
export const natsRequest: LineSubject = {
  kind: "line",
  name: "nats-request",
  what: "NATS core request-reply through one server: request(), a promise each",
  against: e3Memory.name,
  missing,
  unfit: (scenario) =>
    notBetweenClients(scenario) ?? (scenario.fanout === 1 ? undefined : "a request() has one answer, so one receiver"),
  open: (workshop, scenario) => openCore(workshop, scenario, "requester"),
};

/** What JetStream calls a guaranteed publish. */
export const jetstreamPublish: LineSubject = {
  kind: "line",
  name: "jetstream-publish",
  what: "JetStream publish and its acknowledgement, file storage, not synced, nobody receives",
  against: e3Lmdb.name,
  target: 4,
  missing,
  unfit: (scenario) =>
    notBetweenClients(scenario) ?? (scenario.fanout === 1 ? undefined : "nobody receives what is published"),
  open: async (workshop, scenario) => {
    const { start, server } = await openServer(workshop, scenario, true);
    const { worker } = await start("a", "publisher");
    return { sender: worker, workers: { a: worker, server } };
  },
};

/** A stream that is read to its end. */
export const jetstreamDrain: DrainSubject = {
  kind: "drain",
  name: "jetstream-drain",
  what: "JetStream: a filled stream, file storage, pulled and acknowledged one by one",
  against: e3Drain.name,
  target: 4,
  missing,
  drain: async (workshop, { count, bodyBytes }) => {
    const { start } = await openServer(workshop, { bodyBytes, line: 3, fanout: 1 }, true);
    const publisher = await start("a", "publisher");
    await publisher.worker.ask({ kind: "fill", count });
    const drainer = await start("c", "drainer");
    const over = await drainer.worker.ask({ kind: "drain", count });
    return over.atMs - drainer.opened.atMs;
  },
};

/** There is a server between two clients, whatever the line. */
function notBetweenClients({ line }: Scenario): string | undefined {
  return line === 3 ? undefined : "one server between two clients is a line of 3";
}

async function openCore(workshop: Workshop, scenario: Scenario, part: "sender" | "requester"): Promise<Rig> {
  const { start, server } = await openServer(workshop, scenario, false);
  const workers: Record<string, Ready["worker"]> = {};
  for (let index = 1; index <= scenario.fanout; index += 1) {
    const name = scenario.fanout === 1 ? "c" : `c${index}`;
    workers[name] = (await start(name, "receiver")).worker;
  }
  const { worker } = await start("a", part);
  return { sender: worker, workers: { a: worker, server, ...workers } };
}

async function openServer(workshop: Workshop, { bodyBytes, fanout }: Scenario, jetstream: boolean) {
  const directory = await workshop.directory();
  const { worker, opened } = await workshop.start("server", { role: "nats-server", directory, jetstream });
  const start = (name: string, part: NatsSetup["part"]): Promise<Ready> =>
    workshop.start(name, { role: "nats", part, server: opened.address, fanout, bodyBytes });
  return { start, server: worker };
}
