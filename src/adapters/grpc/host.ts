import {
  Metadata,
  status as Status,
  type Server,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type sendUnaryData,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import type { DescMethod } from "@bufbuild/protobuf";
import { E3Error } from "../../core/error.ts";
import type { Log } from "../../ports/log.ts";
import type { CallContext, HostedService } from "../../ports/services.ts";
import { isLoopback } from "../../core/address.ts";
import { hostedMethod, messageOf, OpenCalls, refusal, type Incoming, type ServerCall } from "./call.ts";
import { methodDefinition, type Message, type MessageInit } from "./service-definition.ts";
import { toStatus, type StatusAnswer } from "./status.ts";

type UnaryHandler = (request: Message, context: CallContext) => Promise<MessageInit>;
type ServerStreamHandler = (request: Message, context: CallContext) => AsyncIterable<MessageInit>;
type StreamHandler = (requests: AsyncIterable<Message>, context: CallContext) => AsyncIterable<MessageInit>;

type AnswerStream = ServerWritableStream<Incoming, MessageInit> | ServerDuplexStream<Incoming, MessageInit>;
type RequestStream = ServerReadableStream<Incoming, MessageInit> | ServerDuplexStream<Incoming, MessageInit>;

/** A method as it is served: its descriptor, and what refuses callers. */
interface Served {
  readonly method: DescMethod;
  readonly path: string;
  readonly refuse: (remote: string) => StatusAnswer | undefined;
}

/** A call that is answered once, and what makes the answer. */
interface SingleAnswer {
  readonly call: ServerCall;
  readonly callback: sendUnaryData<MessageInit>;
  readonly run: (context: CallContext) => Promise<MessageInit>;
}

/** What a host is made of. */
export interface ServiceHostOptions {
  readonly log: Log;
  /** Whether a caller is on this machine. Replaced in tests, which have no other machine. */
  readonly isLoopback?: (remote: string) => boolean;
}

/**
 * Serves hosted services on a grpc-js server: handlers see messages, contexts and E3Errors, never grpc-js.
 *
 * A stream is written no faster than its reader reads. What handlers throw never ends the process: E3Errors go to the
 * caller, all else to the log.
 */
export class ServiceHost {
  readonly #log: Log;
  readonly #isLoopback: (remote: string) => boolean;
  readonly #calls = new OpenCalls();

  constructor(options: ServiceHostOptions) {
    this.#log = options.log;
    this.#isLoopback = options.isLoopback ?? isLoopback;
  }

  /**
   * Adds a service to a server.
   * @throws Error when a handler is missing: that is a mistake in this program.
   */
  add(server: Server, hosted: HostedService): void {
    for (const method of hosted.descriptor.methods) {
      const handler = hosted.handlers[method.localName];
      if (typeof handler !== "function") throw new Error(`no handler for ${method.parent.typeName}/${method.name}`);
      const definition = hostedMethod(methodDefinition(method), this.#log);
      const refuse = (remote: string) => refusal(hosted, remote, this.#isLoopback);
      const call = this.#handle({ method, path: definition.path, refuse }, handler.bind(hosted.handlers));
      server.addService({ [method.localName]: definition }, { [method.localName]: call });
    }
  }

  /** Aborts the signals of all calls; streams that end now end with UNAVAILABLE, so that nobody takes them for complete. */
  close(): void {
    this.#calls.close();
  }

  #handle(served: Served, handler: unknown): UntypedHandleCall {
    switch (served.method.methodKind) {
      case "unary":
        return this.#unary(served, handler as UnaryHandler) as UntypedHandleCall;
      case "server_streaming":
        return this.#serverStream(served, handler as ServerStreamHandler) as UntypedHandleCall;
      case "client_streaming":
        return this.#clientStream(served, handler as StreamHandler) as UntypedHandleCall;
      case "bidi_streaming":
        return this.#bidiStream(served, handler as StreamHandler) as UntypedHandleCall;
    }
  }

  #unary(served: Served, handler: UnaryHandler): handleUnaryCall<Incoming, MessageInit> {
    return (call: ServerUnaryCall<Incoming, MessageInit>, callback) => {
      const run = (context: CallContext) => handler(messageOf(call.request, served.method.input.typeName), context);
      void this.#single(served, { call, callback, run });
    };
  }

  #serverStream(served: Served, handler: ServerStreamHandler): handleServerStreamingCall<Incoming, MessageInit> {
    return (call) => {
      void this.#stream(served, call, (context) =>
        handler(messageOf(call.request, served.method.input.typeName), context),
      );
    };
  }

  #clientStream(served: Served, handler: StreamHandler): handleClientStreamingCall<Incoming, MessageInit> {
    return (call, callback) => {
      const run = (context: CallContext) => first(handler(requests(served, call), context));
      void this.#single(served, { call, callback, run });
    };
  }

  #bidiStream(served: Served, handler: StreamHandler): handleBidiStreamingCall<Incoming, MessageInit> {
    return (call) => {
      void this.#stream(served, call, (context) => handler(requests(served, call), context));
    };
  }

  /** Answers once. */
  async #single(served: Served, { call, callback, run }: SingleAnswer): Promise<void> {
    const open = this.#calls.begin(call);
    try {
      const refused = served.refuse(open.context.remote);
      if (refused !== undefined) callback(refused);
      else callback(null, await run(open.context));
    } catch (error) {
      callback(this.#failure(served, call, error));
    } finally {
      open.done();
    }
  }

  /** Answers any number of times. */
  async #stream(
    served: Served,
    call: AnswerStream,
    run: (context: CallContext) => AsyncIterable<MessageInit>,
  ): Promise<void> {
    const open = this.#calls.begin(call);
    try {
      const refused = served.refuse(open.context.remote);
      if (refused === undefined) await pour(run(open.context), call);
      if (refused === undefined && !this.#calls.closing) call.end();
      else call.emit("error", refused ?? { code: Status.UNAVAILABLE, details: "the server is closing" });
    } catch (error) {
      call.emit("error", this.#failure(served, call, error));
    } finally {
      open.done();
    }
  }

  #failure(served: Served, call: ServerCall, error: unknown): StatusAnswer {
    // A handler whose caller hung up may well fail because of it, and nobody is left to be told.
    if (!(error instanceof E3Error) && !call.cancelled) {
      this.#log.error("a service failed", { method: served.path, error });
    }
    return toStatus(error);
  }
}

/** Writes all answers, each when the ones before are on their way; stops when the caller hung up. */
async function pour(answers: AsyncIterable<MessageInit>, call: AnswerStream): Promise<void> {
  const iterator = answers[Symbol.asyncIterator]();
  let next = iterator.next();
  // The handler has begun: headers tell the caller that the stream is open, although the first answer may be long in coming.
  call.sendMetadata(new Metadata());
  for (let answer = await next; answer.done !== true; answer = await next) {
    if (!call.cancelled && !call.write(answer.value)) await writable(call);
    if (call.cancelled) break;
    next = iterator.next();
  }
  await iterator.return?.();
}

/** Resolves when the stream takes more, or never will. */
function writable(call: AnswerStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      call.off("drain", done).off("cancelled", done).off("close", done);
      resolve();
    };
    if (call.cancelled) resolve();
    else call.on("drain", done).on("cancelled", done).on("close", done);
  });
}

async function* requests(served: Served, call: RequestStream): AsyncGenerator<Message> {
  // A handler may stop reading and go on answering, so leaving the loop must not destroy the stream.
  for await (const incoming of call.iterator({ destroyOnReturn: false })) {
    yield messageOf(incoming as Incoming, served.method.input.typeName);
  }
}

async function first(answers: AsyncIterable<MessageInit>): Promise<MessageInit> {
  for await (const answer of answers) return answer;
  throw new Error("the handler gave no answer");
}
