import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { Client, credentials } from "@grpc/grpc-js";
import { PeerService, type GetStatusResponse, type MessagesResponse } from "../../src/gen/e3/v1/peer_pb.ts";

/** A message of a peer's inbox. */
export interface InboxMessage {
  readonly cursor: bigint;
  readonly from: bigint;
  readonly number: bigint;
  readonly text: string;
}

const deadlineMs = 120_000;
const silentMs = 10_000;
const { getStatus, messages, send } = PeerService.method;

/** How a peer is doing. Rejects when it does not answer. */
export function readStatus(listen: string): Promise<GetStatusResponse> {
  return call(listen, getStatus, {});
}

/** Has a peer send. Resolves with the number once it is accepted; rejects with the gRPC status when it is not. */
export async function sendOver(listen: string, to: bigint, text: string): Promise<bigint> {
  const { number } = await call(listen, send, { to, content: { case: "text", value: text } });
  return number;
}

/** What is in a peer's inbox after a cursor, oldest first. The newest may be lost: then it ends when nothing more comes. */
export async function readInbox(listen: string, after: bigint): Promise<readonly InboxMessage[]> {
  const { cursor: newest } = await readStatus(listen);
  if (newest <= after) return [];
  const client = new Client(listen, credentials.createInsecure());
  const stream = client.makeServerStreamRequest(
    `/${PeerService.typeName}/${messages.name}`,
    (request: MessageShape<typeof messages.input>) => Buffer.from(toBinary(messages.input, request)),
    (bytes) => fromBinary(messages.output, bytes),
    create(messages.input, { after }),
    { deadline: Date.now() + deadlineMs },
  );
  const inbox: InboxMessage[] = [];
  return await new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      stream.cancel();
      client.close();
      resolve(inbox);
    };
    const timer = setTimeout(end, silentMs);
    stream.on("data", ({ cursor, from, number, content }: MessagesResponse) => {
      inbox.push({ cursor, from, number, text: content.case === "text" ? content.value : "" });
      if (cursor < newest) timer.refresh();
      else end();
    });
    stream.on("error", reject); // After resolve, the end of a cancelled call says nothing new.
    stream.on("end", () => reject(new Error(`the inbox at ${listen} ended before cursor ${newest}`)));
  });
}

async function call<In extends DescMessage, Out extends DescMessage>(
  listen: string,
  method: DescMethodUnary<In, Out>,
  request: MessageInitShape<In>,
): Promise<MessageShape<Out>> {
  const client = new Client(listen, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        `/${method.parent.typeName}/${method.name}`,
        (message: MessageShape<In>) => Buffer.from(toBinary(method.input, message)),
        (bytes) => fromBinary(method.output, bytes),
        create(method.input, request),
        { deadline: Date.now() + deadlineMs },
        (error, response) => {
          if (response === undefined) reject(error ?? new Error("no answer and no error"));
          else resolve(response);
        },
      );
    });
  } finally {
    client.close();
  }
}
