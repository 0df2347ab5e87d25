import { status as Status, type MethodDefinition } from "@grpc/grpc-js";
import { E3Error } from "../../core/error.ts";
import type { Log } from "../../ports/log.ts";
import type { CallContext, HostedService } from "../../ports/services.ts";
import { formatPeer } from "./address.ts";
import type { StatusAnswer } from "./status.ts";
import type { Message, MessageInit, Method } from "./service-definition.ts";

/** What all four kinds of grpc-js server calls have in common. */
export interface ServerCall {
  readonly cancelled: boolean;
  getPeer(): string;
  once(event: "cancelled", listener: () => void): unknown;
}

/** A request as the host's deserializer leaves it: grpc-js itself would answer INTERNAL to bytes that are no message. */
export type Incoming = { readonly kind: "message"; readonly message: Message } | { readonly kind: "undecodable" };

/** One call being served. */
export interface OpenCall {
  readonly context: CallContext;
  /** To be called when the answer is out. */
  done(): void;
}

/** The calls being served, so that closing can reach them all. */
export class OpenCalls {
  readonly #open = new Set<AbortController>();
  #closing = false;

  /** Whether close was called: what ends now ends because of it. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Notes a call. Its signal is aborted when the caller hangs up or the server closes. */
  begin(call: ServerCall): OpenCall {
    const controller = new AbortController();
    if (this.#closing || call.cancelled) controller.abort();
    this.#open.add(controller);
    call.once("cancelled", () => controller.abort());
    return {
      context: { signal: controller.signal, remote: formatPeer(call.getPeer()) },
      done: () => this.#open.delete(controller),
    };
  }

  /** Aborts every call's signal. */
  close(): void {
    this.#closing = true;
    for (const controller of this.#open) controller.abort();
  }
}

/** Why a caller is not served, if so. */
export function refusal(
  hosted: HostedService,
  remote: string,
  isLoopback: (remote: string) => boolean,
): StatusAnswer | undefined {
  if (!hosted.loopbackOnly || isLoopback(remote)) return undefined;
  const details = `${hosted.descriptor.typeName} answers callers on its own machine only, through 127.0.0.1 or ::1`;
  return { code: Status.PERMISSION_DENIED, details };
}

/** A method as the host serves it. */
export type HostedMethod = MethodDefinition<Incoming, MessageInit>;

/** The method with a deserializer that never throws and a serializer whose failure, our own mistake, is logged. */
export function hostedMethod(method: Method, log: Log): HostedMethod {
  const { path, requestStream, responseStream, responseDeserialize } = method;
  return {
    ...{ path, requestStream, responseStream, responseDeserialize },
    // A server never encodes requests.
    requestSerialize: () => Buffer.alloc(0),
    requestDeserialize: (bytes) => decode(method, bytes),
    responseSerialize: (init) => {
      try {
        return method.responseSerialize(init);
      } catch (error) {
        log.error("an answer could not be encoded", { method: path, error });
        throw error;
      }
    },
  };
}

function decode(method: Method, bytes: Buffer): Incoming {
  try {
    return { kind: "message", message: method.requestDeserialize(bytes) as Message };
  } catch {
    return { kind: "undecodable" };
  }
}

/**
 * The message of a request that hostedMethod decoded.
 * @throws E3Error "bad-content", which is INVALID_ARGUMENT to the caller.
 */
export function messageOf(incoming: Incoming, typeName: string): Message {
  if (incoming.kind === "message") return incoming.message;
  throw new E3Error("bad-content", `the request is not a valid ${typeName}`);
}
