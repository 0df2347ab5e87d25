import { afterEach, describe, expect, test } from "vitest";
import type { ByteStream, Datagrams, Listener, Sockets, StreamLimits } from "../../src/ports/sockets.ts";

const limits = { streamsMax: 100, silenceMs: 0, unsentBytesMax: 1_000_000, dialMs: 10_000 };
const anywhere = "127.0.0.1:0";

/** What every adapter of src/ports/sockets.ts promises. */
export function socketsContract(name: string, make: () => Sockets): void {
  describe(`${name} keep the sockets contract`, () => {
    const open: { close(): Promise<void> }[] = [];
    const streams: ByteStream[] = [];
    afterEach(async () => {
      for (const stream of streams.splice(0)) stream.destroy();
      await Promise.all(open.splice(0).map((socket) => socket.close()));
    });

    /** A listener, and the streams it was given, in order. */
    async function listening(
      sockets: Sockets,
      bounds: Partial<StreamLimits> = {},
      address = anywhere,
    ): Promise<{ listener: Listener; next: () => Promise<ByteStream> }> {
      const given: ByteStream[] = [];
      const waiting: ((stream: ByteStream) => void)[] = [];
      const listener = await sockets.listen(address, { ...limits, ...bounds }, (stream) => {
        streams.push(stream);
        const wake = waiting.shift();
        if (wake === undefined) given.push(stream);
        else wake(stream);
      });
      open.push(listener);
      const next = async (): Promise<ByteStream> => given.shift() ?? new Promise((resolve) => waiting.push(resolve));
      return { listener, next };
    }

    async function dialled(sockets: Sockets, address: string): Promise<ByteStream> {
      const stream = await sockets.dial(address, limits);
      streams.push(stream);
      return stream;
    }

    /** Everything that comes until the end, as text. */
    async function all(stream: ByteStream): Promise<string> {
      let text = "";
      for await (const chunk of stream.chunks()) text += Buffer.from(chunk).toString("latin1");
      return text;
    }

    test("what is written on either end arrives at the other, in order, and then the end", async () => {
      const sockets = make();
      const { listener, next } = await listening(sockets);
      const near = await dialled(sockets, listener.address);
      const far = await next();
      for (const part of ["one ", "two ", "three"]) await near.write(Buffer.from(part));
      await far.write(Buffer.from("back"));
      const iterator = near.chunks()[Symbol.asyncIterator]();
      expect(Buffer.from((await iterator.next()).value ?? []).toString()).toBe("back");
      near.end();
      expect(await all(far)).toBe("one two three");
    });

    test("chunks are plain bytes of their own: what is sliced off them is a copy", async () => {
      const sockets = make();
      const { listener, next } = await listening(sockets);
      const near = await dialled(sockets, listener.address);
      await near.write(Buffer.from("bytes"));
      for await (const chunk of (await next()).chunks()) {
        expect(Object.getPrototypeOf(chunk)).toBe(Uint8Array.prototype);
        break;
      }
    });

    test("both ends know where the other is, and that it is near", async () => {
      const sockets = make();
      const { listener, next } = await listening(sockets);
      const near = await dialled(sockets, listener.address);
      const far = await next();
      expect([near.remote, near.isLoopback, far.isLoopback]).toEqual([listener.address, true, true]);
      expect(far.remote).toMatch(/^127\.0\.0\.1:[1-9][0-9]*$/);
    });

    test("a stream that is closed takes no more, and its other side ends", async () => {
      const sockets = make();
      const { listener, next } = await listening(sockets);
      const near = await dialled(sockets, listener.address);
      const far = await next();
      near.destroy();
      near.end();
      await expect(near.write(Buffer.from("late"))).rejects.toMatchObject({ code: "closed" });
      expect(await all(far)).toBe("");
    });

    test("an address that is taken, and one where nobody listens, are told", async () => {
      const sockets = make();
      const { listener } = await listening(sockets);
      await expect(sockets.listen(listener.address, limits, () => {})).rejects.toMatchObject({ code: "port-in-use" });
      await listener.close();
      await expect(sockets.dial(listener.address, limits)).rejects.toMatchObject({ code: "address-unavailable" });
      await listening(sockets, {}, listener.address);
    });

    test("a listener that closes ends its streams", async () => {
      const sockets = make();
      const { listener, next } = await listening(sockets);
      const near = await dialled(sockets, listener.address);
      await next();
      await listener.close();
      await listener.close();
      expect(await all(near)).toBe("");
    });

    test("of more streams than allowed the next is closed at once, until one of them ends", async () => {
      const sockets = make();
      const { listener, next } = await listening(sockets, { streamsMax: 1 });
      const first = await dialled(sockets, listener.address);
      const far = await next();
      expect(await all(await dialled(sockets, listener.address))).toBe("");
      await first.write(Buffer.from("x"));
      far.end();
      expect(await all(first)).toBe("");
      first.end();
      // When its end is known there is room again.
      for (;;) {
        const again = await dialled(sockets, listener.address);
        const served = await Promise.race([next().then(() => true), all(again).then(() => false)]);
        if (served) break;
      }
    });

    test("a stream on which nothing passes for too long ends", async () => {
      const sockets = make();
      const { listener, next } = await listening(sockets, { silenceMs: 20 });
      const near = await dialled(sockets, listener.address);
      expect(await all(await next())).toBe("");
      expect(await all(near)).toBe("");
    });

    test("a stream whose other side does not read is closed when too much waits for it", async () => {
      const sockets = make();
      const { listener, next } = await listening(sockets, { unsentBytesMax: 100_000 });
      await dialled(sockets, listener.address);
      const far = await next();
      const write = async (): Promise<void> => {
        for (let count = 0; count < 1_000; count += 1) void far.write(new Uint8Array(90_000)).catch(() => {});
        await far.write(Uint8Array.of(1));
      };
      await expect(write()).rejects.toMatchObject({ code: "closed" });
    });

    test("datagrams arrive with where they are from, and one that is too large is refused", async () => {
      const sockets = make();
      const heard: ((what: readonly [string, string]) => void)[] = [];
      const first = new Promise<readonly [string, string]>((resolve) => heard.push(resolve));
      const bind = async (onDatagram: (bytes: Uint8Array, from: string) => void): Promise<Datagrams> => {
        const bound = await sockets.bindDatagrams(anywhere, onDatagram);
        open.push(bound);
        return bound;
      };
      const far = await bind((bytes, from) => heard[0]?.([Buffer.from(bytes).toString(), from]));
      const near = await bind(() => {});
      await near.send(Buffer.from("hello"), far.address);
      expect(await first).toEqual(["hello", near.address]);
      await expect(near.send(new Uint8Array(70_000), far.address)).rejects.toMatchObject({ code: "too-large" });
      await expect(sockets.bindDatagrams(far.address, () => {})).rejects.toMatchObject({ code: "port-in-use" });
      await near.close();
      await near.close();
      await expect(near.send(Buffer.from("late"), far.address)).rejects.toMatchObject({ code: "closed" });
    });
  });
}
