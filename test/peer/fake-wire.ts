import type { Wire } from "../../src/ports/transport.ts";

/** A wire that notes what it is told, and takes no more than one write at a time, as its contract says. */
export class FakeWire implements Wire {
  readonly remote = "127.0.0.1:1234";
  readonly written: Uint8Array[] = [];
  closed = 0;
  isWriting = false;

  write(frame: Uint8Array): void {
    if (this.isWriting) throw new Error("a write is still outstanding");
    this.isWriting = true;
    this.written.push(frame);
  }

  close(): void {
    this.closed += 1;
  }
}
