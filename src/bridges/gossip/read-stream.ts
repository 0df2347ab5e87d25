import type { Log } from "../../ports/log.ts";
import type { ByteStream } from "../../ports/sockets.ts";
import type { Deadlines } from "../deadlines.ts";
import { MessageParser } from "./message-parser.ts";
import type { GossipMessage } from "./message.ts";

interface Parts {
  readonly stream: ByteStream;
  readonly deadlines: Deadlines;
  /** How long the first message may take from the start, and any other from its first byte, milliseconds. */
  readonly greetingMs: number;
  readonly log: Log;
  /** Nothing more is read before it has resolved: so a program that says more than can be dealt with is slowed down. */
  readonly onMessage: (message: GossipMessage) => Promise<void>;
}

/**
 * Reads a connection to its end, and ends it: when the other side does, when nobody can tell where the next message begins,
 * or when a message takes too long. What is no message is passed over. Silence between messages may last: a module that has
 * registered a type waits for what others say.
 */
export async function readStream({ stream, deadlines, greetingMs, log, onMessage }: Parts): Promise<void> {
  const parser = new MessageParser();
  const timer = {};
  let isTimed = false;
  let hasSpoken = false;
  const time = (isWaiting: boolean): void => {
    if (isWaiting === isTimed) return;
    isTimed = isWaiting;
    if (!isWaiting) return deadlines.clear(timer);
    deadlines.set(timer, greetingMs, () => {
      log.info("a connection is closed that took too long to say anything whole", { remote: stream.remote });
      stream.destroy();
    });
  };
  time(true);
  for await (const chunk of stream.chunks()) {
    const { items, fault } = parser.push(chunk);
    for (const item of items) {
      if (item.kind === "corrupt") {
        log.debug("what is no message is passed over", { remote: stream.remote, reason: item.reason });
        continue;
      }
      hasSpoken = true;
      time(false);
      await onMessage(item);
    }
    if (fault !== undefined) {
      log.info("a connection is closed that cannot be read", { remote: stream.remote, reason: fault.reason });
      break;
    }
    time(!hasSpoken || parser.heldBytes > 0);
  }
  time(false);
  stream.end();
}
