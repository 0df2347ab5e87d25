import { Client, connectivityState, status as Status, type CallOptions, type ServiceError } from "@grpc/grpc-js";
import type {
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { parseAddress } from "../../core/address.ts";
import { OwnConnection } from "./connection.ts";
import { clientOptions, defaultGrpcLimits } from "./limits.ts";
import { methodDefinition, type Message, type MessageInit, type Method } from "./service-definition.ts";

/** Options of one call. */
export interface RpcOptions {
  /** Cancels the call, which then fails with CANCELLED. */
  readonly signal?: AbortSignal;
  /** Time for the whole call, milliseconds; after it the call fails with DEADLINE_EXCEEDED. Default: none. */
  readonly timeoutMs?: number;
}

/** One method as callers see it: a promise for a unary call, an async iterable for a stream of answers. */
export type RpcMethod<M extends DescMethod> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: RpcOptions) => Promise<MessageShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: RpcOptions) => AsyncGenerator<MessageShape<O>, void, undefined>
      : never;

/** A service's unary and server-streaming methods by local name, and close, which ends all calls and the connection. */
export type ServiceClient<S extends DescService> = {
  readonly [K in keyof S["method"]]: RpcMethod<S["method"][K]>;
} & { close(): void };

/** A call that did not succeed. */
export class RpcError extends Error {
  /** The gRPC status code, a number. */
  readonly code: Status;
  /** Its name, for example "NOT_FOUND". */
  readonly status: string;
  /** What the server said. */
  readonly details: string;

  constructor(code: Status, details: string, options?: { readonly cause?: unknown }) {
    super(`${Status[code]}: ${details}`, options);
    this.name = "RpcError";
    this.code = code;
    this.status = Status[code];
    this.details = details;
  }
}

/**
 * A small client of one service over a plaintext connection of its own, which is made at the first call. Calls fail
 * with RpcError; an address that does not answer fails at once, with UNAVAILABLE.
 *
 * @param address host:port.
 * @throws E3Error "bad-address".
 */
export function createServiceClient<S extends DescService>(descriptor: S, address: string): ServiceClient<S> {
  const connection = new OwnConnection();
  const target = `dns:${parseAddress(address)}`;
  const client = new Client(target, connection.credentials, clientOptions(defaultGrpcLimits));
  const methods = descriptor.methods.map((method) => [method.localName, rpc(client, method)]);
  const close = (): void => {
    client.close();
    connection.release(0);
  };
  return { ...Object.fromEntries(methods), close } as ServiceClient<S>;
}

/** One call to make. */
interface Rpc {
  readonly client: Client;
  readonly method: Method;
  readonly request: MessageInit;
  readonly options: RpcOptions;
}

function rpc(client: Client, descriptor: DescMethod): (request: MessageInit, options?: RpcOptions) => unknown {
  const method = methodDefinition(descriptor);
  switch (descriptor.methodKind) {
    case "unary":
      return (request, options = {}) => unary({ client, method, request, options });
    case "server_streaming":
      return (request, options = {}) => serverStream({ client, method, request, options });
    case "client_streaming":
    case "bidi_streaming":
      return () => {
        throw new RpcError(Status.UNIMPLEMENTED, `${method.path} takes a stream, which this client does not offer`);
      };
  }
}

function unary({ client, method, request, options }: Rpc): Promise<Message> {
  return new Promise((resolve, reject) => {
    assertOpen(client);
    const { path, requestSerialize, responseDeserialize } = method;
    const settle = (error: ServiceError | null, answer?: MessageInit): void => {
      release();
      if (error === null && answer !== undefined) resolve(answer as Message);
      else reject(rpcError(error));
    };
    const how = callOptions(options);
    const call = client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, how, settle);
    const release = onAbort(options.signal, () => call.cancel());
  });
}

async function* serverStream({ client, method, request, options }: Rpc): AsyncGenerator<Message, void, undefined> {
  assertOpen(client);
  const { path, requestSerialize, responseDeserialize } = method;
  const how = callOptions(options);
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, how);
  let failure: unknown;
  // Heard from the start, because an error that nobody listens for ends the process.
  call.on("error", (error) => (failure = error));
  const release = onAbort(options.signal, () => call.cancel());
  try {
    for await (const answer of call.iterator({ destroyOnReturn: false })) yield answer as Message;
  } catch (error) {
    failure ??= error;
  } finally {
    release();
    call.cancel();
  }
  if (failure !== undefined) throw rpcError(failure as ServiceError);
}

/** grpc-js throws an error without a code for this. */
function assertOpen(client: Client): void {
  if (client.getChannel().getConnectivityState(false) !== connectivityState.SHUTDOWN) return;
  throw new RpcError(Status.UNAVAILABLE, "this client is closed");
}

function callOptions({ timeoutMs }: RpcOptions): CallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

/** Runs cancel when the signal is or gets aborted; returns what stops listening. */
function onAbort(signal: AbortSignal | undefined, cancel: () => void): () => void {
  if (signal?.aborted === true) cancel();
  signal?.addEventListener("abort", cancel);
  return () => signal?.removeEventListener("abort", cancel);
}

function rpcError(error: ServiceError | null): RpcError {
  if (error === null || typeof error.code !== "number")
    return new RpcError(Status.UNKNOWN, String(error), { cause: error });
  return new RpcError(error.code, error.details, { cause: error });
}
