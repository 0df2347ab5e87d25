import { encodeFrame } from "./frame.ts";

/** What a registry says to a program. */
export type Reply =
  /** A private chat begins; the other end takes messages at this port. */
  | { readonly kind: "client-ok"; readonly text: string; readonly port: number }
  | { readonly kind: "client-exit" | "found" | "not-found" | "busy" | "invalid-search"; readonly text: string }
  | { readonly kind: "logout-success" }
  /** A line for people: invitations, who joins and who leaves a group, and what went wrong. */
  | { readonly kind: "text"; readonly text: string }
  /** What somebody said. */
  | { readonly kind: "message"; readonly from: string; readonly text: string };

/**
 * A reply: two frames, to be written as one, since programs do not wait for the second. The first is the name of whose
 * doing it is.
 *
 * @throws E3Error "too-large" for a text that textFault would have found fault with.
 */
export function encodeReply(by: string, reply: Reply): Uint8Array {
  const name = encodeFrame(by);
  const payload = encodeFrame(payloadOf(reply));
  const both = new Uint8Array(name.length + payload.length);
  both.set(name);
  both.set(payload, name.length);
  return both;
}

/** A private message, as it goes to the port of a program: one frame. @throws E3Error "too-large" likewise. */
export function encodePrivate(from: string, text: string): Uint8Array {
  return encodeFrame(payloadOf({ kind: "message", from, text }));
}

function payloadOf(reply: Reply): string {
  switch (reply.kind) {
    case "message":
      return `&&MESSAGE&&|${reply.from}: ${reply.text}`;
    case "text":
      return tame(reply.text);
    case "client-ok":
      return `&&CLIENTOK&&|${tame(reply.text)}|${reply.port}`;
    case "logout-success":
      return "&&LOGOUTSUCCESS&&";
    case "client-exit":
    case "found":
    case "not-found":
    case "busy":
    case "invalid-search":
      return `&&${words[reply.kind]}&&|${tame(reply.text)}`;
  }
}

const words = {
  "client-exit": "CLIENTEXIT",
  found: "FOUND",
  "not-found": "NOTFOUND",
  busy: "BUSY",
  "invalid-search": "INVALIDSEARCH",
} as const;

/** Programs look for commands anywhere in a line, cut it at bars, and show of it what follows a colon. */
function tame(text: string): string {
  return text
    .replace(/\|/g, " ")
    .replace(/: ?/g, " ")
    .replace(/&(?=&)/g, "& ");
}
