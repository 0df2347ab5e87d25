import { E3Error } from "../../core/error.ts";
import { quoteText } from "../../core/escape.ts";
import { beginAside, endAside, isPlain } from "./aside.ts";
import { askFor, dropRequest } from "./asking.ts";
import type { Client } from "./client.ts";
import type { Command } from "./command.ts";
import { decline, join, leaveRoom, openRoom } from "./group-desk.ts";
import type { Office } from "./office.ts";
import { absenceOf, busy, searchReply } from "./searching.ts";
import { withoutName } from "./spoken-text.ts";
import { echo, utter } from "./utterance.ts";

/**
 * Carries out what a registered program says. What cannot be done, its user is told.
 *
 * @returns whether the user stays.
 */
export async function perform(command: Command, client: Client, office: Office): Promise<boolean> {
  try {
    if (command.kind === "logout") return !logOut(client, office);
    await act(command, client, office);
  } catch (error) {
    if (!(error instanceof E3Error)) throw error;
    client.tell({ kind: "text", text: `that was not done, ${error.message}` });
  }
  return true;
}

type Act = Exclude<Command, { readonly kind: "logout" }>;

async function act(command: Act, client: Client, office: Office): Promise<void> {
  switch (command.kind) {
    case "message":
      return say(withoutName(command.text, client.name), client, office);
    case "exit":
      return leavePrivate(client, office);
    case "exit-group":
      return leaveGroup(client);
    case "register":
      return client.tell({ kind: "text", text: `you are registered already, as ${client.name}` });
    case "hello":
      return;
    case "search":
    case "chat-request":
    case "ok":
    case "reject":
    case "group-chat":
    case "ok-group":
    case "reject-group":
      // Programs take any line with OK or SEARCH in it for a command: it is not lost without a word.
      if (client.chat.kind !== "none") return client.tell({ kind: "text", text: notInChat });
      return actOutside(command, client, office);
  }
}

const notInChat =
  "that line was taken for a command and was not sent, since you are in a chat. say it without words in capital letters, or leave the chat first";

type Outside = Exclude<Act, { readonly kind: "message" | "exit" | "exit-group" | "register" | "hello" }>;

async function actOutside(command: Outside, client: Client, office: Office): Promise<void> {
  switch (command.kind) {
    case "search":
      return client.tell(searchReply(command.name, client, office));
    case "chat-request":
      return request(command.to, client, office);
    case "ok":
      client.port = command.port ?? client.port;
      return answer("accept", command.to, client, office);
    case "reject":
      return answer("reject", command.to, client, office);
    case "group-chat":
      return openRoom(command.invited, client, office);
    case "ok-group":
      return join(command.room, client, office);
    case "reject-group":
      return decline(command.room, client, office);
  }
}

async function say(text: string, client: Client, { roster, rooms }: Office): Promise<void> {
  const { chat } = client;
  switch (chat.kind) {
    case "none":
      return client.tell({ kind: "text", text: "you are in no chat. type CHAT REQUEST or GROUP CHAT, and whom with" });
    case "private":
      await utter(client, chat.peer, { text, whom: roster.label(chat.peer) });
      return;
    case "group": {
      const whom = `everybody in group chat ${rooms.numberOf(chat.group)}`;
      if (await utter(client, chat.group, { text, whom })) echo(client, text);
    }
  }
}

async function request(word: string, client: Client, office: Office): Promise<void> {
  const whom = office.roster.find(word);
  const absence = absenceOf(whom);
  if (absence !== undefined) return client.tell(absence);
  if (whom.kind !== "here") return;
  if (whom.client === client)
    return client.tell({ kind: "invalid-search", text: "you can't chat with yourself. search for other users" });
  if (whom.client !== undefined && whom.client.chat.kind !== "none") return client.tell(busy);
  if (!isPlain(whom.via)) return askFor(whom.id, client, office);
  dropRequest(client, office);
  return beginAside(whom.id, client, office);
}

function answer(how: "accept" | "reject", word: string, client: Client, office: Office): void {
  const { sessions } = client.guest;
  const from = sessions.requests.find((id) => office.roster.label(id) === word || `${id}` === word);
  if (from === undefined) return client.tell({ kind: "text", text: `${quoteText(word)} does not ask you for a chat` });
  // Who accepts a request has no use for its own any more.
  if (how === "accept") dropRequest(client, office);
  sessions[how](from);
}

function leavePrivate(client: Client, office: Office): void {
  const { chat } = client;
  if (client.aside !== undefined) endAside(client, office);
  else if (chat.kind === "private") client.guest.sessions.end();
  else if (chat.kind === "group") client.tell({ kind: "text", text: "type EXIT GROUP to leave the group chat" });
  else if (client.guest.sessions.current !== undefined) dropRequest(client, office);
  else client.tell({ kind: "text", text: "you are in no chat" });
}

function leaveGroup(client: Client): void {
  if (client.room !== undefined) return leaveRoom(client);
  const isPrivate = client.chat.kind === "private";
  client.tell({ kind: "text", text: isPrivate ? "type EXIT to leave the private chat" : "you are in no group chat" });
}

/** @returns whether the user has left. */
function logOut(client: Client, office: Office): boolean {
  if (client.chat.kind !== "none") {
    client.tell({ kind: "text", text: "you are in a chat. leave it before you log out" });
    return false;
  }
  dropRequest(client, office);
  client.tell({ kind: "logout-success" });
  return true;
}
