import type { Wire } from "../../src/ports/transport.ts";

/** A wire that notes what it is told, and takes no more than one write at a time, as its contract says. */
export class FakeWire implements Wire {
  readonly remote = "127.0.0.1:1234";
  readonly written: Uint8Array[] = [];
  closed = 0;
  /** Those that were given with room before them, not copied. */
  readonly withRoom: Uint8Array[] = [];
  isWriting = false;

  write(frame: Uint8Array, hasRoom = false): void {
    if (this.isWriting) throw new Error("a write is still outstanding");
    this.isWriting = true;
    // A copy: once this is over, the writer may use the memory again.
    this.written.push(frame.slice());
    if (hasRoom) this.withRoom.push(frame);
  }

  close(): void {
    this.closed += 1;
  }
}
