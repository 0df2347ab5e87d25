import type {
  DescMethodServerStreaming,
  DescMethodUnary,
  DescMethod,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";

/** What a handler may know of its caller. */
export interface CallContext {
  /** Aborted when the caller hangs up or the server closes. */
  readonly signal: AbortSignal;
  /** The caller's socket address, host:port. */
  readonly remote: string;
}

/** The handler's type for one method: a promise for a unary call, an async iterable for a stream of answers. */
export type MethodHandler<M extends DescMethod> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, context: CallContext) => Promise<MessageInitShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, context: CallContext) => AsyncIterable<MessageInitShape<O>>
      : (
          requests: AsyncIterable<MessageShape<M["input"]>>,
          context: CallContext,
        ) => AsyncIterable<MessageInitShape<M["output"]>>;

/** All handlers of a service, by local method name. A missing one does not compile. */
export type ServiceHandlers<S extends DescService> = {
  readonly [K in keyof S["method"]]: MethodHandler<S["method"][K]>;
};

/**
 * A service that the peer's server hosts beside the links.
 *
 * Handlers throw E3Error for what the caller did wrong; the host maps codes to gRPC statuses. Anything else thrown is
 * our own mistake: INTERNAL to the caller, an error in the log.
 */
export interface HostedService {
  readonly descriptor: DescService;
  readonly handlers: Readonly<Record<string, unknown>>;
  /** Serve callers on this machine only. */
  readonly loopbackOnly: boolean;
}
