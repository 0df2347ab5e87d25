import { Client, type ClientDuplexStream, type ServiceError } from "@grpc/grpc-js";
import type { WireHandler } from "../../ports/transport.ts";
import { parseAddress } from "../../core/address.ts";
import { OwnConnection } from "./connection.ts";
import { clientOptions, type GrpcLimits } from "./limits.ts";
import { linkMethod } from "./link-method.ts";
import { isForeign, plainReason } from "./reason.ts";
import { GrpcWire, type WireCall } from "./wire.ts";

/** What a dial is made of. */
export interface DialOptions {
  /** host:port. */
  readonly address: string;
  readonly handler: WireHandler;
  readonly limits: GrpcLimits;
  /** Called once, when the wire is over. */
  readonly over: (wire: GrpcWire) => void;
}

/** Opens a link on a connection of its own. Whatever fails is told to handler.closed. */
export function dialWire(options: DialOptions): GrpcWire {
  const { address, handler, limits, over } = options;
  const call = new DialledCall(limits);
  const { messageBytesMax: frameBytesMax, graceMs } = limits;
  const wire = new GrpcWire({ remote: address, call, frameBytesMax, graceMs, over });
  wire.attach(handler);
  try {
    call.open(parseAddress(address), wire);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "cannot be dialled";
    queueMicrotask(() => wire.finish(reason, true));
  }
  return wire;
}

/** The dialler's end of a link's call, with a channel and a socket that are its alone. */
class DialledCall implements WireCall {
  readonly #limits: GrpcLimits;
  readonly #connection = new OwnConnection();
  #client: Client | undefined;
  #stream: ClientDuplexStream<Uint8Array, Uint8Array> | undefined;
  #unanswered: NodeJS.Timeout | undefined;

  constructor(limits: GrpcLimits) {
    this.#limits = limits;
  }

  open(address: string, wire: GrpcWire): void {
    const { path, requestSerialize, responseDeserialize } = linkMethod;
    const { dialMs } = this.#limits;
    this.#client = new Client(`dns:${address}`, this.#connection.credentials, clientOptions(this.#limits));
    this.#unanswered = setTimeout(() => wire.finish(`no answer within ${dialMs} ms`, true), dialMs);
    const stream = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    this.#stream = stream;
    // An acceptor sends its headers at once.
    stream.on("metadata", () => clearTimeout(this.#unanswered));
    stream.on("data", (frame: Uint8Array) => wire.received(frame));
    stream.on("end", () => wire.finish("", false));
    // Comes before "end" when the call fails, and even after the wire is over; unheard, it would end the process.
    stream.on("error", ({ code, details }: ServiceError) =>
      wire.finish(plainReason(code, details), true, isForeign(code, details)),
    );
  }

  /** A client of grpc-js copies every message: room before it is of no use. */
  write(frame: Uint8Array, _hasRoom: boolean, done: () => void): void {
    this.#stream?.write(frame, done);
  }

  bytesRead(): number {
    return this.#connection.bytesRead;
  }

  end(): void {
    this.#stream?.end();
  }

  release(abrupt: boolean): void {
    clearTimeout(this.#unanswered);
    if (abrupt) this.#stream?.cancel();
    else this.#stream?.end();
    this.#client?.close();
    this.#connection.release(abrupt ? 0 : this.#limits.graceMs);
  }
}
