import { StringDecoder } from "node:string_decoder";
import { E3Error } from "../core/error.ts";
import type { Departure } from "./departure.ts";
import type { Host, InputStream } from "./host.ts";

/**
 * Asks for a line on a terminal that shows nothing of it. The question goes to standard error, so that standard output
 * stays what it is. Backspace takes back a character, Ctrl-U all of them; other controls do nothing.
 *
 * @throws E3Error "closed" when the user leaves (Ctrl-C, Ctrl-D, a signal) or the terminal is gone.
 */
export async function promptSecret(
  question: string,
  host: Pick<Host, "stdin" | "writeError">,
  departure: Departure,
): Promise<string> {
  const { stdin } = host;
  // In this order: whoever is asked may be quick.
  stdin.setRawMode?.(true);
  host.writeError(question);
  try {
    const line = await Promise.race([readLine(host, departure), departure.decided]);
    if (typeof line === "string") return line;
    throw new E3Error("closed", "left before the password was given");
  } finally {
    hold(stdin);
    stdin.setRawMode?.(false);
    host.writeError("\n");
  }
}

const keys = { interrupt: "\u0003", end: "\u0004", kill: "\u0015", erase: /^[\u0008\u007f]$/, enter: /^[\r\n]$/ };

/** Resolves with the line, or with nothing when the terminal is gone. */
function readLine({ stdin }: Pick<Host, "stdin">, departure: Departure): Promise<string | undefined> {
  const decoder = new StringDecoder("utf8");
  let line: readonly string[] = [];
  return new Promise((resolve) => {
    stdin.once("end", () => resolve(undefined));
    stdin.on("data", (chunk: Buffer | string) => {
      const typed = [...(typeof chunk === "string" ? chunk : decoder.write(chunk))];
      // An escape sequence is a key of no use here: an arrow, say. Each comes in a chunk of its own.
      if (typed[0] === "\u001b") return;
      for (const [index, key] of typed.entries()) {
        if (keys.enter.test(key)) {
          keepFor(stdin, typed.slice(index + 1).join(""));
          return resolve(line.join(""));
        }
        if (key === keys.interrupt) departure.signalled("SIGINT");
        else if (key === keys.end && line.length === 0) departure.leave(0);
        else line = edited(line, key);
      }
    });
    // Paused by whoever asked before, it would stay so.
    stdin.resume();
  });
}

/** Nobody reads until somebody else does. */
function hold(stdin: InputStream): void {
  stdin.removeAllListeners("data");
  stdin.pause();
}

/** What was typed ahead is for whoever reads next; while one still reads, it would come back at once. */
function keepFor(stdin: InputStream, rest: string): void {
  hold(stdin);
  if (rest !== "") stdin.unshift(Buffer.from(rest));
}

function edited(line: readonly string[], key: string): readonly string[] {
  if (key === keys.kill) return [];
  if (keys.erase.test(key)) return line.slice(0, -1);
  return /\p{Cc}/u.test(key) || line.length >= charactersMax ? line : [...line, key];
}

/** More than any password has. */
const charactersMax = 4_096;
