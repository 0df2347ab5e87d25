import { createHash } from "node:crypto";
import { afterEach } from "vitest";
import { recordingLog, type RecordingLog } from "../../src/adapters/memory/log.ts";
import { memoryShownCursor } from "../../src/adapters/memory/shown-cursor.ts";
import { createMemoryNetwork, type MemoryNetwork } from "../../src/adapters/memory/transport.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { openPeer, type PeerWorld } from "../../src/peer/open-peer.ts";
import { checkOptions } from "../../src/peer/options.ts";
import type { PeerOptions } from "../../src/peer/peer-options.ts";
import type { Peer } from "../../src/peer/types.ts";
import type { Entropy } from "../../src/ports/entropy.ts";
import type { ShownCursor } from "../../src/ports/shown-cursor.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { Disk } from "./disk.ts";
import { Time, type ManualClock } from "./time.ts";

/** All that one peer is made of, to be looked into and tampered with. */
export interface TestWorld extends PeerWorld {
  readonly clock: ManualClock;
  readonly store: Disk;
  readonly log: RecordingLog;
  readonly transport: Transport;
  /** How often the rest of the world was closed. */
  disposed: number;
}

/** A few peers in one process, on one network, in one time: nothing happens by itself. */
export class Village {
  readonly time = new Time();
  readonly network: MemoryNetwork = createMemoryNetwork();
  readonly #open: Peer[] = [];
  #count = 0;

  /** A world for one peer. With an earlier one, its key, disk and shown cursor are taken over: the same peer, restarted. */
  world(parts: Partial<PeerWorld> = {}, before?: TestWorld): TestWorld {
    this.#count += 1;
    const seed = this.#count;
    const made: TestWorld = {
      clock: this.time.clock(),
      entropy: countingEntropy(seed),
      signer: before?.signer ?? testSigner(seed),
      store: before?.store ?? new Disk(),
      shown: reopened(before?.shown),
      transport: this.network.transport(),
      log: recordingLog(),
      disposed: 0,
      dispose: async () => void (made.disposed += 1),
    };
    return Object.assign(made, parts);
  }

  /** Opens a peer, while time passes. */
  async open(world: PeerWorld, options: Partial<PeerOptions> = {}): Promise<Peer> {
    const checked = checkOptions({ listen: "127.0.0.1:0", ...options }, world.limits ?? defaultLimits);
    const peer = await this.time.until(openPeer(world, checked));
    this.#open.push(peer);
    return peer;
  }

  /** Two peers, 1n and 2n, that know each other. */
  async pair(left = this.world(), right = this.world()): Promise<readonly [Peer, Peer]> {
    const one = await this.open(left, { desiredId: 1n, name: "left" });
    const two = await this.open(right, { desiredId: 2n, name: "right", peers: [one.listen] });
    await this.time.pass(100);
    return [one, two];
  }

  async close(): Promise<void> {
    for (const peer of this.#open.splice(0)) await this.time.until(peer.close().catch(() => {}));
  }
}

/** A village for each test, closed after it. */
export function villages(): () => Village {
  const made: Village[] = [];
  afterEach(async () => {
    for (const village of made.splice(0)) await village.close();
  });
  return () => {
    const village = new Village();
    made.push(village);
    return village;
  };
}

/** Takes that many items, or all when it ends sooner. */
export async function take<T>(items: AsyncIterable<T>, count: number): Promise<readonly T[]> {
  const taken: T[] = [];
  if (count === 0) return taken;
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

/** Takes all there is until the end. */
export function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  return take(items, Infinity);
}

/** The shown cursor of a former life, open again. */
function reopened(before: ShownCursor | undefined): ShownCursor {
  const shown = memoryShownCursor();
  if (before !== undefined) shown.set(before.get());
  return shown;
}

function countingEntropy(seed: number): Entropy {
  let drawn = 0;
  return {
    bytes: (count) => {
      drawn += 1;
      return new Uint8Array(createHash("shake256", { outputLength: count }).update(`${seed}/${drawn}`).digest());
    },
  };
}
