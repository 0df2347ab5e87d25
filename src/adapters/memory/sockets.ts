import { E3Error } from "../../core/error.ts";
import { parseAddress } from "../../core/address.ts";
import type { ByteStream, Datagrams, Listener, Sockets, StreamLimits } from "../../ports/sockets.ts";
import { memoryStreams, type MemoryStream } from "./byte-stream.ts";

/** How they are made. */
export interface MemorySocketsOptions {
  /** Calls ring in so many milliseconds and returns what prevents it; without it no stream is ever silent for too long. */
  readonly after?: (ms: number, ring: () => void) => () => void;
}

interface Listening {
  readonly limits: StreamLimits;
  readonly streams: Set<MemoryStream>;
  readonly onStream: (stream: ByteStream) => void;
}

type OnDatagram = (bytes: Uint8Array, from: string) => void;

/** Sockets within one process, for tests: each call gives a network of its own. What is written arrives in microtasks. */
export function createMemorySockets({ after }: MemorySocketsOptions = {}): Sockets {
  const listeners = new Map<string, Listening>();
  const bound = new Map<string, OnDatagram>();
  let port = 40_000;
  const bind = <T>(table: Map<string, T>, address: string, value: T): string => {
    const wanted = parseAddress(address, { listen: true });
    const free = wanted.endsWith(":0") ? `${wanted.slice(0, -1)}${(port += 1)}` : wanted;
    if (table.has(free)) throw new E3Error("port-in-use", `another program listens on ${free}; choose another port`);
    table.set(free, value);
    return free;
  };
  return {
    async listen(address, limits, onStream): Promise<Listener> {
      const listening: Listening = { limits, streams: new Set(), onStream };
      const at = bind(listeners, address, listening);
      return {
        address: at,
        close() {
          if (listeners.get(at) === listening) listeners.delete(at);
          for (const stream of listening.streams) stream.destroy();
          return Promise.resolve();
        },
      };
    },
    async dial(address, limits): Promise<ByteStream> {
      const at = parseAddress(address);
      const listening = listeners.get(at);
      if (listening === undefined) throw new E3Error("address-unavailable", `nobody answers at ${at}`);
      const from = `127.0.0.1:${(port += 1)}`;
      const [near, far] = memoryStreams({ address: from, limits }, { address: at, limits: listening.limits }, after);
      const { streams, onStream } = listening;
      if (streams.size >= listening.limits.streamsMax) far.destroy();
      else {
        streams.add(far);
        far.onClosed(() => streams.delete(far));
        onStream(far);
      }
      return near;
    },
    async bindDatagrams(address, onDatagram): Promise<Datagrams> {
      const at = bind(bound, address, onDatagram);
      let isOpen = true;
      return {
        address: at,
        async send(bytes, to) {
          if (!isOpen) throw new E3Error("closed", `${at} is closed`);
          if (bytes.length > datagramBytesMax)
            throw new E3Error("too-large", `${bytes.length} bytes do not fit into a datagram`);
          const copy = new Uint8Array(bytes);
          queueMicrotask(() => bound.get(parseAddress(to))?.(copy, at));
        },
        close() {
          isOpen = false;
          if (bound.get(at) === onDatagram) bound.delete(at);
          return Promise.resolve();
        },
      };
    },
  };
}

/** As UDP over IPv4 has it. */
const datagramBytesMax = 65_507;
