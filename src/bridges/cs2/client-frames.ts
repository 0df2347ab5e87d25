import { E3Error } from "../../core/error.ts";
import type { ByteStream } from "../../ports/sockets.ts";
import type { Deadlines } from "../deadlines.ts";
import { FrameParser } from "./frame-parser.ts";
import { readClientFrame, type ClientFrame } from "./message.ts";
import type { Cs2Options } from "./options.ts";

interface Parts {
  readonly stream: ByteStream;
  readonly deadlines: Deadlines;
  readonly options: Pick<Cs2Options, "frameMs" | "silenceMs">;
  /** The program is late, for this reason: to be cut off. */
  readonly onLate: (why: string) => void;
}

/**
 * The frames that a program writes, until its connection ends.
 *
 * The time for a frame runs while the rest of it is waited for, and not while the one before it is dealt with.
 *
 * @throws E3Error "bad-content" when the next bytes are no frame, or the end comes within one.
 */
export async function* clientFrames({
  stream,
  deadlines,
  options,
  onLate,
}: Parts): AsyncGenerator<ClientFrame, undefined> {
  const { frameMs, silenceMs } = options;
  const parser = new FrameParser();
  let isMidFrame = false;
  if (silenceMs > 0) deadlines.set(parser, silenceMs, () => onLate(`nothing was said within ${silenceMs} ms`));
  try {
    for await (const chunk of stream.chunks()) {
      const { items, fault } = parser.push(chunk);
      if (items.length > 0 || !isMidFrame) deadlines.clear(parser);
      for (const item of items) yield read(item);
      if (fault !== undefined) throw new E3Error("bad-content", fault.reason);
      if (items.length > 0) isMidFrame = false;
      if (isMidFrame || parser.heldBytes === 0) continue;
      isMidFrame = true;
      deadlines.set(parser, frameMs, () => onLate(`a frame that was begun did not end within ${frameMs} ms`));
    }
    const { fault } = parser.end();
    if (fault !== undefined) throw new E3Error("bad-content", fault.reason);
    return undefined;
  } finally {
    deadlines.clear(parser);
  }
}

function read(item: Uint8Array): ClientFrame {
  const frame = readClientFrame(item);
  if ("code" in frame) throw new E3Error("bad-content", frame.reason);
  return frame;
}
