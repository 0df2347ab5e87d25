import { openRegistryChatBridge, type RegistryChatBridge } from "../../../src/bridges/registry-chat/open.ts";
import type { BridgeLimits } from "../../../src/bridges/limits.ts";
import type { Peer } from "../../../src/peer/types.ts";
import type { ByteStream } from "../../../src/ports/sockets.ts";
import { bridgeRig, type BridgeRig, type Program } from "../rig.ts";
import { bytesOf, textOf } from "./bytes.ts";

/** A registry and its programs, within a simulated mesh. */
export interface Scene {
  readonly rig: BridgeRig;
  readonly bridge: RegistryChatBridge;
  /** A program that registers: ali at port 4920 says `21   &&REGISTER&&|ali|4920`. */
  readonly user: (name: string, port: number) => Promise<User>;
  /** A peer of the mesh that is no user of the registry. */
  readonly far: (name: string) => Promise<Far>;
  /** A program says by datagram that its user is still there. */
  readonly hello: (datagram: string, from?: string) => Promise<void>;
}

/** A program of this wire, as the test plays it. */
export interface User {
  readonly program: Program;
  /** What was written to its port for private messages since the last call. */
  readonly spoken: () => readonly string[];
  /** What the registry wrote since the last call: each write by itself. */
  readonly heard: () => readonly string[];
  /** Sends a payload to the registry, and lets a second pass. */
  readonly says: (payload: string) => Promise<void>;
  /** Connects to the port of the other end of a private chat. */
  readonly calls: (port: number) => Promise<ByteStream>;
}

/** A peer of the mesh that notes what it gets and what happens to it. */
export interface Far {
  readonly peer: Peer;
  readonly texts: string[];
  readonly events: string[];
}

/** Makes one. */
export async function scene(
  options: { readonly presenceMs?: number; readonly limits?: Partial<BridgeLimits> } = {},
): Promise<Scene> {
  const rig = await bridgeRig(options.limits);
  const { presenceMs = 200_000 } = options;
  const addresses = { listen: "127.0.0.1:6234", udp: "127.0.0.1:6235" };
  const bridge = await openRegistryChatBridge(rig.world, { ...addresses, presenceMs });
  return {
    ...{ rig, bridge },
    user: (name, port) => user(rig, name, port),
    far: (name) => far(rig, name),
    hello: async (datagram, from = "127.0.0.1:0") => {
      const socket = await rig.sockets.bindDatagrams(from, () => {});
      await socket.send(bytesOf(datagram), bridge.udp);
      await rig.run(10);
      await socket.close();
    },
  };
}

/** A frame as programs write it. */
export function frame(payload: string): string {
  return ` ${bytesOf(payload).length}`.padEnd(5) + payload;
}

/** Two frames as the registry writes them: whose doing it is, and what is said. */
export function pair(by: string, payload: string): string {
  return frame(by) + frame(payload);
}

async function user(rig: BridgeRig, name: string, port: number): Promise<User> {
  const spoken: string[] = [];
  const limits = { streamsMax: 5, silenceMs: 0, unsentBytesMax: 1_000_000 };
  await rig.sockets.listen(`127.0.0.1:${port}`, limits, (stream) => {
    const read = async (): Promise<void> => {
      for await (const chunk of stream.chunks()) spoken.push(textOf(chunk));
    };
    void read();
  });
  const program = await rig.dial("127.0.0.1:6234");
  await program.write(frame(`&&REGISTER&&|${name}|${port}`), 3_000);
  return {
    program,
    spoken: () => spoken.splice(0),
    heard: () => program.writes().map((bytes) => textOf(bytes)),
    says: (payload) => program.write(frame(payload)),
    calls: (other) => rig.sockets.dial(`127.0.0.1:${other}`, { ...limits, dialMs: 1_000 }),
  };
}

async function far(rig: BridgeRig, name: string): Promise<Far> {
  const peer = await rig.mesh.start(name, { peers: ["host"], name });
  const texts: string[] = [];
  const events: string[] = [];
  const read = async (): Promise<void> => {
    for await (const { text, conversation } of peer.messages()) texts.push(`${conversation}: ${text}`);
  };
  const watch = async (): Promise<void> => {
    for await (const event of peer.events()) {
      if (event.kind === "session") events.push(`${event.state} by ${event.by}`);
      if (event.kind === "group") events.push(`${event.isSelf ? "self" : "other"} ${event.state}`);
    }
  };
  void read();
  void watch();
  await rig.run(2_000);
  return { peer, texts, events };
}
