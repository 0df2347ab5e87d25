import {
  type DescMessage,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  create,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { Client, type ClientReadableStream, credentials } from "@grpc/grpc-js";
import { type MessagesResponse, PeerService } from "../../../src/gen/e3/v1/peer_pb.ts";
import type { TestPeer } from "./peer.ts";

const deadlineMs = 40_000;

/** A program in another language, so to speak: it knows a peer by its schema only. */
export class PeerClient implements Disposable {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure());
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  /** Calls a method that answers once. Rejects with the gRPC status. */
  call<In extends DescMessage, Out extends DescMessage>(
    method: DescMethodUnary<In, Out>,
    request: MessageInitShape<In>,
  ): Promise<MessageShape<Out>> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        pathOf(method),
        (message: MessageShape<In>) => Buffer.from(toBinary(method.input, message)),
        (bytes) => fromBinary(method.output, bytes),
        create(method.input, request),
        { deadline: Date.now() + deadlineMs },
        (error, response) => {
          if (error !== null) reject(error);
          else if (response === undefined) reject(new Error("no answer and no error"));
          else resolve(response);
        },
      );
    });
  }

  /** Opens a stream of answers. The caller cancels it. */
  stream<In extends DescMessage, Out extends DescMessage>(
    method: DescMethodServerStreaming<In, Out>,
    request: MessageInitShape<In>,
  ): ClientReadableStream<MessageShape<Out>> {
    return this.#client.makeServerStreamRequest(
      pathOf(method),
      (message: MessageShape<In>) => Buffer.from(toBinary(method.input, message)),
      (bytes) => fromBinary(method.output, bytes),
      create(method.input, request),
      { deadline: Date.now() + deadlineMs },
    );
  }
}

/** Everything in the peer's inbox, oldest first, read over its local API. */
export async function inboxOf(peer: TestPeer): Promise<readonly MessagesResponse[]> {
  using client = new PeerClient(peer.listen);
  const { cursor: newest } = await client.call(PeerService.method.getStatus, {});
  if (newest === 0n) return [];
  const stream = client.stream(PeerService.method.messages, { after: 0n });
  // Awaited here, so that the client is not closed before.
  return await new Promise((resolve, reject) => {
    const messages: MessagesResponse[] = [];
    stream.on("data", (message: MessagesResponse) => {
      messages.push(message);
      if (message.cursor < newest) return;
      stream.cancel();
      resolve(messages);
    });
    stream.on("error", reject); // After resolve, the end of a cancelled call says nothing new.
    stream.on("end", () => reject(new Error(`the inbox of ${peer.name} ended before cursor ${newest}`)));
  });
}

/** Asks until the answer is right: for states of which no event tells. Ends with the last answer when it never is. */
export async function eventually<T>(ask: () => Promise<T>, right: (answer: T) => boolean): Promise<T> {
  const giveUpMs = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (right(answer) || Date.now() > giveUpMs) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What a peer still holds, of its own and for others, once it holds nothing or has had time enough. */
export async function heldBy(peer: TestPeer): Promise<{ readonly outbox: bigint; readonly mailbox: bigint }> {
  using client = new PeerClient(peer.listen);
  const status = await eventually(
    () => client.call(PeerService.method.getStatus, {}),
    ({ outbox, mailbox }) => outbox === 0n && mailbox === 0n,
  );
  return { outbox: status.outbox, mailbox: status.mailbox };
}

function pathOf(method: { readonly parent: { readonly typeName: string }; readonly name: string }): string {
  return `/${method.parent.typeName}/${method.name}`;
}
