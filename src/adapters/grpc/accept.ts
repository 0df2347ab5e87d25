import {
  Metadata,
  status as Status,
  type ServerDuplexStream,
  type ServerInterceptingCall,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import type { Wire, WireHandler } from "../../ports/transport.ts";
import { formatPeer } from "./address.ts";
import type { GrpcLimits } from "./limits.ts";
import { PrefixedFrame } from "./prefixed-frame.ts";
import { plainReason } from "./reason.ts";
import { GrpcWire, type WireCall } from "./wire.ts";

/** A link's call as the server sees it. */
export type LinkCall = ServerDuplexStream<Uint8Array, Uint8Array | PrefixedFrame>;

/** What an acceptor is made of. */
export interface AcceptorOptions {
  readonly accept: (wire: Wire) => WireHandler;
  readonly limits: GrpcLimits;
  /** Cuts off the connection of a caller, named as grpc-js names it. */
  readonly cut: (peer: string) => void;
  /** Bytes that arrived on the connection of a caller, named likewise. */
  readonly bytesRead: (peer: string) => number;
  /** Called once, when a wire is over. */
  readonly over: (wire: GrpcWire) => void;
}

/** How a call ended, as far as its handler does not hear of it. */
interface Ending {
  /** Of the HTTP/2 stream: it ended before both sides were done. */
  readonly stream: { readonly aborted: boolean };
  /** Why grpc-js ended the call by itself; empty when this side ended it well. */
  reason: string | undefined;
}

/** Makes wires of the link calls that arrive at the server. */
export class Acceptor {
  /** By an object that a call and its interceptor share. */
  readonly #endings = new WeakMap<object, Ending>();

  /**
   * Notes how calls end. A handler hears the same "cancelled" for a frame that was too large and for a lost connection,
   * and the same "end" for a stream that was ended and one that was reset: grpc-js 1.14 keeps the difference in the
   * status it sends and in the call's stream, which is not public.
   */
  readonly interceptor: ServerInterceptor = (_method, call) => {
    const { stream } = call as unknown as Ending;
    const ending: Ending = { stream, reason: undefined };
    this.#endings.set(call.getMetricsRecorder(), ending);
    const sendStatus = call.sendStatus.bind(call);
    call.sendStatus = (status) => {
      ending.reason ??= plainReason(status.code ?? Status.UNKNOWN, status.details ?? "");
      sendStatus(status);
    };
    PrefixedFrame.passedOn(call);
    // Patched, not wrapped: a wrapper would cost a queue for every frame, and would not see these statuses.
    return call as ServerInterceptingCall;
  };

  /** Makes a wire of one call. */
  take(call: LinkCall, options: AcceptorOptions): GrpcWire {
    const { limits, over } = options;
    const { messageBytesMax: frameBytesMax, graceMs } = limits;
    const ending = this.#endings.get(call.getMetricsRecorder());
    const accepted = new AcceptedCall(call, options);
    const wire = new GrpcWire({ remote: formatPeer(call.getPeer()), call: accepted, frameBytesMax, graceMs, over });
    // Headers now, so that the dialler knows at once that somebody is here.
    call.sendMetadata(new Metadata());
    wire.attach(options.accept(wire));
    call.on("data", (frame: Uint8Array) => wire.received(frame));
    call.on("end", () => wire.finish(ending?.stream.aborted === true ? "connection lost" : "", false));
    call.on("cancelled", () => wire.finish(ending?.reason ?? "connection lost", true));
    return wire;
  }
}

/** The acceptor's end of a link's call. */
class AcceptedCall implements WireCall {
  readonly #call: LinkCall;
  readonly #options: AcceptorOptions;
  readonly #peer: string;

  constructor(call: LinkCall, options: AcceptorOptions) {
    this.#call = call;
    this.#options = options;
    // Not known any more once the connection is gone.
    this.#peer = call.getPeer();
  }

  write(frame: Uint8Array, hasRoom: boolean, done: () => void): void {
    this.#call.write(hasRoom ? new PrefixedFrame(frame) : frame, done);
  }

  bytesRead(): number {
    return this.#options.bytesRead(this.#peer);
  }

  end(): void {
    this.#call.end();
  }

  release(abrupt: boolean): void {
    if (this.#call.cancelled) return;
    // grpc-js cannot reset a call from the server's side. One that does not end, since its other end does not read,
    // goes with its connection, which is its own unless the other end chose to share it.
    if (abrupt) return this.#options.cut(this.#peer);
    this.#call.end();
    const cut = setTimeout(() => this.#options.cut(this.#peer), this.#options.limits.graceMs).unref();
    this.#call.once("cancelled", () => clearTimeout(cut));
  }
}
