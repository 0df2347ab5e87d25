import { encodeUtf8 } from "../../core/utf8.ts";
import type { Answer, Datagram, NodeAt } from "./datagram.ts";
import { writeClock } from "./dict-clock.ts";
import { datagramBytesMax } from "./text.ts";

/**
 * Writes a datagram for a node. Texts that textFault finds fault with are not for this wire: a node would read something
 * else. No more entries of a clock are written than there is room for, from the first on.
 */
export function writeDatagram(said: Exclude<Datagram, { readonly kind: "connect" }> | Answer): Uint8Array {
  switch (said.kind) {
    case "signup":
    case "signin":
      return encodeUtf8(`${said.kind}?${said.user}|${said.password}`);
    case "signup-answer":
    case "signin-answer":
      return encodeUtf8(`${said.kind.slice(0, 6)}?${said.id ?? "error"}${said.isFirst ? "|first" : ""}`);
    case "fetch":
      return encodeUtf8("fetch?");
    case "fetch-answer":
      return encodeUtf8(`fetch?${said.newcomer === undefined ? "" : `${said.newcomer.address}|${said.newcomer.id}`}`);
    case "broadcast":
      return withClock(`broadcast?${said.textId}|${said.text}|${said.from}|`, said.clock);
    case "message":
      return withClock(`message?${said.text}|${said.from}|`, said.clock);
  }
}

/**
 * Tells a node of others, the sender last: in as many datagrams as it takes, since a node reads no longer ones.
 *
 * @param sender is named last in each.
 */
export function writeConnects(nodes: readonly NodeAt[], sender: NodeAt): readonly Uint8Array[] {
  const last = pair(sender);
  const found: Uint8Array[] = [];
  let body = "";
  for (const node of nodes) {
    const next = `${body}${pair(node)}|`;
    if (body !== "" && encodeUtf8(`connect?${next}${last}`).length > datagramBytesMax) {
      found.push(encodeUtf8(`connect?${body}${last}`));
      body = `${pair(node)}|`;
    } else body = next;
  }
  return [...found, encodeUtf8(`connect?${body}${last}`)];
}

function pair({ id, address }: NodeAt): string {
  return `${id}|${address}`;
}

function withClock(head: string, clock: ReadonlyMap<string, number>): Uint8Array {
  const whole = encodeUtf8(head + writeClock(clock));
  if (whole.length <= datagramBytesMax) return whole;
  const room = datagramBytesMax - encodeUtf8(head).length;
  // A clock is ASCII: its characters are its bytes.
  const entries: (readonly [string, number])[] = [];
  for (const entry of clock) {
    if (writeClock(new Map([...entries, entry])).length > room) break;
    entries.push(entry);
  }
  return encodeUtf8(head + writeClock(new Map(entries)));
}
