import type { Socket } from "node:net";

/** Bytes that are held for who reads, before the socket is read no further: what a socket holds itself as a rule. */
const heldMax = 65_536;

/**
 * What arrives at a socket, from the first time it is asked for. Never throws: broken is ended.
 *
 * A socket drops what it holds when the other side resets the connection, as one does that closes with something unread. So
 * what arrives is taken out of it at once, as long as that is little.
 */
export async function* socketChunks(socket: Socket): AsyncGenerator<Uint8Array, void> {
  const arrived: Uint8Array[] = [];
  let held = 0;
  let isOver = socket.destroyed || socket.readableEnded;
  let wake = (): void => {};
  const take = (chunk: Uint8Array): void => {
    arrived.push(chunk);
    held += chunk.length;
    if (held >= heldMax) socket.pause();
    wake();
  };
  const end = (): void => {
    isOver = true;
    wake();
  };
  socket.on("data", take).once("end", end).once("close", end);
  // Whoever stopped reading before may have paused it.
  socket.resume();
  try {
    for (;;) {
      const chunk = arrived.shift();
      if (chunk === undefined && isOver) return;
      if (chunk === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else {
        held -= chunk.length;
        if (held < heldMax) socket.resume();
        // As plain bytes: the slice of a Buffer is no copy.
        yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
    }
  } finally {
    socket.off("data", take).off("end", end).off("close", end);
    socket.pause();
  }
}
