import type { Peer } from "../../src/peer/types.ts";
import type { TestMesh, TestPeerOptions } from "../../src/testing/mesh.ts";

/** A peer, and what its user sees: events of sessions, and messages. */
export interface Seat {
  readonly peer: Peer;
  readonly seen: string[];
}

/** Writes down what a user sees from now on. */
export function watch(peer: Peer): Seat {
  const seen: string[] = [];
  const readEvents = async (): Promise<void> => {
    for await (const event of peer.events()) {
      if (event.kind === "error") seen.push(`error: ${event.error.message}`);
      if (event.kind === "status" && event.status !== "accepted") seen.push(`${event.status} #${event.number}`);
      if (event.kind === "read") seen.push(`read #${event.number} to ${event.to} by ${event.by}`);
      if (event.kind !== "session") continue;
      const { state, by, peer: other, reason } = event;
      seen.push(`${state} ${other} by ${by}${reason === "" ? "" : `: ${reason}`}`);
    }
  };
  const readMessages = async (): Promise<void> => {
    for await (const { from, text, missing } of peer.messages()) {
      if (missing > 0n) seen.push(`${missing} missing`);
      seen.push(`[${from}] ${text}`);
    }
  };
  void readEvents();
  void readMessages();
  return { peer, seen };
}

/** Peers with the ids 1, 2, 3..., each linked with the one before. */
export async function line(mesh: TestMesh, count: number, options: TestPeerOptions = {}): Promise<readonly Seat[]> {
  const seats: Seat[] = [];
  for (let id = 1; id <= count; id += 1) {
    const peers = id === 1 ? [] : [`p${id - 1}`];
    seats.push(watch(await mesh.start(`p${id}`, { desiredId: BigInt(id), peers, ...options })));
  }
  await mesh.run(2_000);
  return seats;
}

/** The seat of a peer in a line, from 0. */
export function at(seats: readonly Seat[], index: number): Seat {
  const seat = seats[index];
  if (seat === undefined) throw new Error(`nobody has seat ${index}`);
  return seat;
}

/** Seats 1 and 3 of a line of three, in a session that 1 asked for. */
export async function inSession(
  mesh: TestMesh,
): Promise<{ readonly one: Seat; readonly three: Seat; readonly two: Seat }> {
  const seats = await line(mesh, 3);
  const [one, two, three] = [at(seats, 0), at(seats, 1), at(seats, 2)];
  one.peer.sessions.request(3n);
  await mesh.run(200);
  three.peer.sessions.accept(1n);
  await mesh.run(200);
  for (const { seen } of seats) seen.length = 0;
  return { one, two, three };
}
