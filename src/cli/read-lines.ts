import { E3Error } from "../core/error.ts";
import { defaultLimits } from "../core/limits.ts";
import { CommandQueue } from "./command-queue.ts";
import type { InputStream } from "./host.ts";
import { parseLine, type Command } from "./line.ts";
import { LineSplitter, type SplitLine } from "./line-splitter.ts";

/** Longest line, bytes: the longest message, and room for an id with many leading zeros. */
const lineBytesMax = defaultLimits.bodyBytesMax + 1_024;

/**
 * Reads commands from a stream of lines, until its end or failure. A last line without its line feed counts.
 *
 * The stream is read no faster than commands are taken: one chunk at a time.
 */
export function readLines(input: InputStream): CommandQueue {
  return readTypedLines(input, commandOf);
}

/** A line as it was typed, or what is wrong with it as a line. */
export type TypedLine =
  { readonly kind: "text"; readonly text: string } | { readonly kind: "bad"; readonly error: E3Error };

/** The same for whoever takes lines in another way. */
export function readTypedLines<T>(input: InputStream, take: (line: TypedLine) => T): CommandQueue<T> {
  const queue = new CommandQueue<T>({ pause: () => input.pause(), resume: () => input.resume() }, 0);
  const splitter = new LineSplitter(lineBytesMax);
  input.on("data", (chunk: Uint8Array | string) => {
    for (const line of splitter.push(Buffer.from(chunk))) queue.push(take(typedLine(line)));
  });
  input.on("end", () => {
    const last = splitter.end();
    if (last) queue.push(take(typedLine(last)));
    queue.end();
  });
  // A terminal that hangs up fails to read; for us that is the end of input, like any other.
  input.on("error", () => queue.end());
  input.on("close", () => queue.end());
  return queue;
}

function commandOf(line: TypedLine): Command {
  return line.kind === "text" ? parseLine(line.text) : line;
}

function typedLine(line: SplitLine): TypedLine {
  if (line.kind === "overlong") {
    const message = `a line of ${line.bytes} bytes is too long; a message may have ${defaultLimits.bodyBytesMax} bytes`;
    return { kind: "bad", error: new E3Error("too-large", message) };
  }
  const text = decode(line.bytes);
  if (text !== undefined) return { kind: "text", text };
  return { kind: "bad", error: new E3Error("bad-content", "the line is not valid UTF-8; nothing was sent") };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
