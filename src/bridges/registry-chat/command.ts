import type { WireFault } from "../parser.ts";

/**
 * What a program says to its registry. Programs also say who they are in nearly all of it: that is read over, since the
 * connection says it.
 */
export type Command =
  /** Somebody is here, and takes private messages at this port. */
  | { readonly kind: "register"; readonly name: string; readonly port: number }
  | { readonly kind: "search"; readonly name: string }
  | { readonly kind: "chat-request"; readonly to: string }
  /** An answer to who asks for a chat; the port is where the answerer takes private messages, if it says so. */
  | { readonly kind: "ok"; readonly to: string; readonly port: number | undefined }
  | { readonly kind: "reject"; readonly to: string }
  | { readonly kind: "group-chat"; readonly invited: readonly string[] }
  | { readonly kind: "ok-group"; readonly room: string }
  | { readonly kind: "reject-group"; readonly room: string }
  /** Whatever follows the first bar, to the letter. */
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "exit" }
  | { readonly kind: "exit-group" }
  | { readonly kind: "logout" }
  | { readonly kind: "hello"; readonly name: string };

/**
 * Reads a payload. It is a command only if it begins with the word of one, whatever comes later in it: text stays text.
 *
 * Spaces around fields count for nothing, and a bar at the end neither; after the word a bar may be missing.
 */
export function parseCommand(payload: string): Command | WireFault {
  const [, word, rest = ""] = /^&&([A-Z]+)&&(.*)$/su.exec(payload) ?? [];
  if (word === undefined)
    return { code: "malformed", reason: "a payload does not begin with a command, such as &&SEARCH&&" };
  const read = readers.get(word);
  if (read === undefined) return { code: "malformed", reason: "a payload begins with a command that there is not" };
  const fields = word === "MESSAGE" ? [rest.replace(/^\|/, "")] : fieldsOf(rest);
  return read(fields) ?? { code: "malformed", reason: `&&${word}&& lacks a field, or has one that cannot be` };
}

function fieldsOf(rest: string): readonly string[] {
  const fields = rest.split("|").map((field) => field.trim());
  return fields[0] === "" ? fields.slice(1) : fields;
}

/** The port of a number from 1 to 65535 in decimal; undefined for anything else. */
function portOf(text: string | undefined): number | undefined {
  const port = /^[0-9]{1,5}$/.test(text ?? "") ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

type Reader = (fields: readonly string[]) => Command | undefined;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    "REGISTER",
    ([name = "", text]) => {
      const port = portOf(text);
      return name === "" || port === undefined ? undefined : { kind: "register", name, port };
    },
  ],
  ["SEARCH", ([name = ""]) => (name === "" ? undefined : { kind: "search", name })],
  ["CHATREQUEST", ([to = ""]) => (to === "" ? undefined : { kind: "chat-request", to })],
  ["OK", ([, to = "", port]) => (to === "" ? undefined : { kind: "ok", to, port: portOf(port) })],
  ["REJECT", ([, to = ""]) => (to === "" ? undefined : { kind: "reject", to })],
  ["GROUPCHAT", ([, ...invited]) => ({ kind: "group-chat", invited: invited.filter((name) => name !== "") })],
  ["OKGROUP", ([, room = ""]) => (room === "" ? undefined : { kind: "ok-group", room })],
  ["REJECTGROUP", ([, room = ""]) => (room === "" ? undefined : { kind: "reject-group", room })],
  ["MESSAGE", ([text = ""]) => ({ kind: "message", text })],
  ["EXIT", () => ({ kind: "exit" })],
  ["EXITGROUP", () => ({ kind: "exit-group" })],
  ["LOGOUT", () => ({ kind: "logout" })],
  ["HELLO", ([name = ""]) => (name === "" ? undefined : { kind: "hello", name })],
]);
