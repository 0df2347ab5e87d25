import { E3Error } from "../../core/error.ts";
import { quoteText } from "../../core/escape.ts";
import type { ByteStream } from "../../ports/sockets.ts";
import type { Window } from "../windows.ts";
import { endAside } from "./aside.ts";
import type { Client } from "./client.ts";
import { FrameParser } from "./frame-parser.ts";
import type { Office } from "./office.ts";
import { spokenText } from "./spoken-text.ts";
import { utter } from "./utterance.ts";

/** Connections to one peer of the mesh at a time: it chats with one, and those of former chats may linger. */
const streamsMax = 64;

type Parts = Omit<Office, "windows">;

/**
 * Opens the port at which programs find a peer of the mesh, for private chats with it.
 *
 * A connection is that of the user who is in a chat with the peer when it is made, and of nobody if none is. What comes on
 * it is said by that user, to that peer; nothing is written to it, as programs have a port of their own for that.
 *
 * @throws (as a rejection) E3Error "port-in-use" or "address-unavailable".
 */
export async function openPrivateWindow(address: string, id: bigint, parts: Parts): Promise<Window> {
  const { sockets, limits, log } = parts.world;
  const bounds = { streamsMax, silenceMs: 0, unsentBytesMax: limits.unsentBytesMax };
  const listener = await sockets.listen(address, bounds, (stream) => {
    const client = stream.isLoopback ? chatterWith(id, parts) : undefined;
    if (client === undefined) stream.destroy();
    else void listen(stream, id, client, parts);
  });
  log.info("a peer has a port for private chats", { id: id.toString(), at: listener.address });
  const close = async (): Promise<void> => {
    endChats(id, parts);
    await listener.close();
  };
  return { address: listener.address, close };
}

/** What is said at a port that is closed would be lost: the chat is over, and both are told. */
function endChats(id: bigint, parts: Parts): void {
  try {
    const client = chatterWith(id, parts);
    if (client?.aside === undefined) client?.guest.sessions.end("its port is closed");
    else endAside(client, parts);
  } catch (error) {
    if (!(error instanceof E3Error)) throw error;
    // The user has left.
  }
}

function chatterWith(id: bigint, { roster }: Parts): Client | undefined {
  for (const client of roster.clients) {
    const { chat } = client;
    if (chat.kind === "private" && chat.peer === id) return client;
  }
  return undefined;
}

async function listen(stream: ByteStream, id: bigint, client: Client, parts: Parts): Promise<void> {
  const parser = new FrameParser();
  client.keep(stream);
  try {
    for await (const chunk of stream.chunks()) {
      const { items, fault } = parser.push(chunk);
      for (const payload of items)
        await utter(client, id, { text: spokenText(payload, client.name), whom: parts.roster.label(id) });
      if (fault === undefined) continue;
      client.tell({
        kind: "text",
        text: `what your program said to ${parts.roster.label(id)} is no frame, ${fault.reason}`,
      });
      break;
    }
  } catch (error) {
    parts.world.log.warn("a private chat broke", { user: quoteText(client.name), error });
  } finally {
    client.forget(stream);
    stream.destroy();
  }
}
