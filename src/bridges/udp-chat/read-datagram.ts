import { quoteText } from "../../core/escape.ts";
import { decodeUtf8 } from "../../core/utf8.ts";
import type { WireFault } from "../parser.ts";
import type { Datagram, NodeAt } from "./datagram.ts";
import { readClock } from "./dict-clock.ts";
import { datagramReadBytesMax } from "./text.ts";

/**
 * Reads what a node says, whatever the bytes are: never throws.
 *
 * The programs cut at every `?` and `|`, and so lose what stands behind one in a text. Here the fields around a text are
 * counted off from both ends, so that a text is taken as it is, and nothing in it can pass for another field.
 */
export function readDatagram(bytes: Uint8Array): Datagram | WireFault {
  if (bytes.length > datagramReadBytesMax)
    return {
      code: "too-large",
      reason: `the datagram has ${bytes.length} bytes; this bridge reads ${datagramReadBytesMax} at most`,
    };
  const said = decodeUtf8(bytes);
  if (said === undefined) return malformed("the datagram is not UTF-8");
  const mark = said.indexOf("?");
  if (mark < 0) return malformed(`${quoteText(said)} has no question mark; say method?field|field`);
  const [method, body] = [said.slice(0, mark), said.slice(mark + 1)];
  return readers.get(method)?.(body) ?? malformed(`${quoteText(method)} is no method of this wire`);
}

const readers: ReadonlyMap<string, (body: string) => Datagram | WireFault> = new Map([
  ["signup", (body: string) => sign("signup", body)],
  ["signin", (body: string) => sign("signin", body)],
  ["fetch", () => ({ kind: "fetch" }) as const],
  ["connect", connect],
  ["broadcast", broadcast],
  ["message", message],
]);

/** The first bar ends the user's name; a password may have bars. */
function sign(kind: "signup" | "signin", body: string): Datagram {
  const bar = body.indexOf("|");
  if (bar < 0) return { kind, user: body, password: "" };
  return { kind, user: body.slice(0, bar), password: body.slice(bar + 1) };
}

function connect(body: string): Datagram | WireFault {
  const fields = body.split("|");
  const nodes: NodeAt[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const [id, address] = [fields[index], fields[index + 1]];
    if (id === undefined || !isId(id) || address === undefined || address === "")
      return malformed("a connect has an id and an address for each node: connect?ID|ip:port|ID|ip:port");
    nodes.push({ id, address });
  }
  return { kind: "connect", nodes };
}

function broadcast(body: string): Datagram | WireFault {
  const bar = body.indexOf("|");
  const textId = body.slice(0, Math.max(bar, 0));
  if (!/^[0-9]{1,24}$/.test(textId)) return malformed("a broadcast begins with the number of its text");
  const said = spoken(body.slice(bar + 1));
  return "code" in said ? said : { kind: "broadcast", textId, ...said };
}

function message(body: string): Datagram | WireFault {
  const said = spoken(body);
  return "code" in said ? said : { kind: "message", ...said };
}

/** text|ID|clock, from its end. */
function spoken(rest: string) {
  const clockBar = rest.lastIndexOf("|");
  const idBar = clockBar < 1 ? -1 : rest.lastIndexOf("|", clockBar - 1);
  if (idBar < 0) return malformed("a text is followed by the id of its node and by its clock: text|ID|{'ID': 1}");
  const from = rest.slice(idBar + 1, clockBar);
  if (!isId(from)) return malformed(`the id ${quoteText(from)} is not a number; sign in to have one`);
  const clock = readClock(rest.slice(clockBar + 1));
  if (clock === undefined) return malformed("the clock is not like {'4621': 0, '9101': 3}");
  return { text: rest.slice(0, idBar), from, clock };
}

function isId(text: string): boolean {
  return /^[0-9]{1,20}$/.test(text);
}

function malformed(reason: string): WireFault {
  return { code: "malformed", reason };
}
