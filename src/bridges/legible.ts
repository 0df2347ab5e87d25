import { E3Error } from "../core/error.ts";
import type { Message } from "../peer/types.ts";

/**
 * Messages as a peer gives them, but that one record which cannot be read does not keep back what comes behind it: it is told
 * of, and passed over.
 *
 * @throws E3Error as the messages do: that is no fault of a record.
 */
export async function* legible(
  messages: AsyncIterableIterator<Message>,
  onUnreadable: (error: unknown) => void,
): AsyncGenerator<Message, undefined> {
  try {
    for (;;) {
      const next = await messages.next().catch((error: unknown) => {
        // After any other error the iterator goes on behind what it could not read.
        if (error instanceof E3Error) throw error;
        onUnreadable(error);
      });
      if (next?.done === true) return undefined;
      if (next !== undefined) yield next.value;
    }
  } finally {
    await messages.return?.();
  }
}
