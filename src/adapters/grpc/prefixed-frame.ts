import { frameRoomBytes } from "../../core/batch.ts";

/** The method of grpc-js's server call that puts the prefix before a message: into new memory, with a copy of the message. */
interface Internals {
  serializeMessage: (message: unknown) => Buffer;
}

/**
 * A frame with gRPC's prefix before it, in the frame's own buffer (gRPC over HTTP/2, "Length-Prefixed-Message").
 *
 * V8 counts such copies, which lie outside its heap, against a heap as small as a forwarder's: without this one it collects all
 * garbage half as often.
 */
export class PrefixedFrame {
  /** Prefix and message. */
  readonly bytes: Buffer;

  /** @param frame before which frameRoomBytes of its buffer are free. */
  constructor(frame: Uint8Array) {
    this.bytes = Buffer.from(frame.buffer, frame.byteOffset - frameRoomBytes, frameRoomBytes + frame.length);
    this.bytes[0] = 0; // not compressed
    this.bytes.writeUInt32BE(frame.length, 1);
  }

  get message(): Buffer {
    return this.bytes.subarray(frameRoomBytes);
  }

  /**
   * Has a server call of grpc-js 1.14 send frames of this kind as they are. The method is not public: where another version
   * has none of this name, they are copied like any other.
   */
  static passedOn(call: object): void {
    const internals = call as Internals;
    const { serializeMessage } = internals;
    internals.serializeMessage = (message) =>
      message instanceof PrefixedFrame ? message.bytes : serializeMessage.call(call, message);
  }
}
