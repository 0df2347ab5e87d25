import { recordingLog, type RecordingLog } from "../../../src/adapters/memory/log.ts";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { createMemorySockets } from "../../../src/adapters/memory/sockets.ts";
import { Deadlines } from "../../../src/bridges/deadlines.ts";
import { defaultBridgeLimits, type BridgeLimits } from "../../../src/bridges/limits.ts";
import type { Bridge } from "../../../src/bridges/types.ts";
import { openUdpChatBridge } from "../../../src/bridges/udp-chat/open.ts";
import { udpChatOptions } from "../../../src/bridges/udp-chat/options.ts";
import type { Peer } from "../../../src/peer/types.ts";
import type { Notebook } from "../../../src/ports/notebook.ts";
import type { Sockets } from "../../../src/ports/sockets.ts";
import { createTestMesh, type TestMesh } from "../../../src/testing/mesh.ts";
import { HandClock } from "./hand-clock.ts";
import { MeshGuests } from "./mesh-guests.ts";
import { OriginalNode } from "./original-node.ts";

/** How a bridge is tried. */
export interface RigOptions {
  readonly hidesHost?: boolean;
  readonly limits?: Partial<BridgeLimits>;
}

/** What a program sees that is not signed in any more, and does not know. */
export const reminder = "0: you are not signed in any more, and what you say goes nowhere: start your program again";

/** Where the registry of the bridge is. */
export const registry = "127.0.0.1:12345";

/** A bridge in a simulated mesh, with programs that find it over sockets in memory. Time passes within run only. */
export class Rig {
  readonly mesh: TestMesh;
  readonly host: Peer;
  readonly guests: MeshGuests;
  readonly sockets: Sockets = createMemorySockets();
  readonly clock = new HandClock();
  readonly notebook: Notebook = memoryNotebook();
  readonly log: RecordingLog = recordingLog();
  readonly #options: RigOptions;
  #bridge: Bridge | undefined;

  private constructor(mesh: TestMesh, host: Peer, options: RigOptions) {
    this.mesh = mesh;
    this.host = host;
    this.#options = options;
    this.guests = new MeshGuests(mesh);
  }

  /** A host with a bridge. The host's number is 9000, and it is hidden unless said otherwise. */
  static async open(options: RigOptions = {}): Promise<Rig> {
    const mesh = createTestMesh();
    const host = await mesh.start("host", { desiredId: idOf(9_000) });
    const rig = new Rig(mesh, host, options);
    await rig.#openBridge();
    return rig;
  }

  /** Closes the bridge and opens another one with the same notebook. */
  async restart(): Promise<void> {
    await this.close();
    await this.#openBridge();
  }

  async close(): Promise<void> {
    if (this.#bridge !== undefined) await this.mesh.until(this.#bridge.close());
  }

  async #openBridge(): Promise<void> {
    const { host, guests, sockets, notebook, log } = this;
    const { hidesHost = true, limits } = this.#options;
    const deadlines = new Deadlines(this.clock);
    this.#bridge = await openUdpChatBridge(
      {
        ...{ host, hidesHost, guests, sockets, notebook, log, deadlines },
        limits: { ...defaultBridgeLimits, ...limits },
      },
      udpChatOptions({}),
    );
  }

  /** A peer of the mesh, linked with the host. Its number on the wire is the one given. */
  async peer(name: string, number: number): Promise<Peer> {
    const peer = await this.mesh.start(name, { peers: ["host"], desiredId: idOf(number) });
    await this.run(1_000);
    return peer;
  }

  /** A program that has signed up, and was told of peers. Its number on the wire is the one given. */
  async node(user: string, number: number): Promise<OriginalNode> {
    this.guests.give(user, idOf(number));
    const node = await OriginalNode.start(this.sockets, registry);
    await node.signUp(user, "secret");
    await this.run(1_000);
    return node;
  }

  /** Lets time pass; nodes given fetch every second. */
  async run(ms: number, ...fetching: readonly OriginalNode[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += 20) {
      if (passed % 1_000 === 0) for (const node of fetching) await node.fetch();
      await this.mesh.run(20);
      this.clock.pass(20);
    }
    await this.mesh.run(0);
  }
}

/** What a peer got first. */
export async function firstOf(peer: Peer): Promise<string> {
  for await (const { from, text } of peer.messages({ after: 0n })) return `${from}: ${text}`;
  return "nothing";
}

/** The id that the bridge calls by this number: the wire's numbers go from 1000 to 9999. */
export function idOf(number: number): bigint {
  return 9_000n * 1_000_000n + BigInt(number) - 1_000n;
}
