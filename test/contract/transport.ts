import { afterEach, describe, expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { Ends, type End } from "./transport-ends.ts";
import { memory } from "./transport-memory.ts";

/** What a transport under test comes with. */
export interface TransportUnderTest {
  /** One more transport; all that one call of make gives reach each other. */
  make(): Transport;
  /** The largest frame they let through, bytes. */
  readonly frameBytesMax: number;
}

/** What every adapter of src/ports/transport.ts promises. */
export function transportContract(name: string, open: () => TransportUnderTest): void {
  describe(`${name} keeps the transport contract`, () => {
    let ends = new Ends(open());
    afterEach(async () => {
      const faults = await ends.finish();
      ends = new Ends(open());
      expect(faults).toEqual([]);
    });
    const current = (): Ends => ends;
    framing(current);
    pacing(current);
    memory(current);
    closing(current);
    closingInEveryPhase(current);
    limiting(current);
    listening(current);
    disposing(current);
  });
}

/** Frames that are told apart by number and length. */
function numbered(count: number, bytes: (at: number) => number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, at) => new Uint8Array(bytes(at)).fill(at % 251));
}

function framing(ends: () => Ends): void {
  test("1,000 frames each way arrive whole and in order", async () => {
    const { dialled, accepted } = await ends().linked();
    const frames = numbered(1_000, (at) => at % 97);
    await Promise.all([dialled.sendAll(frames), accepted.sendAll(frames)]);
    await Promise.all([
      dialled.until(() => dialled.frames.length === 1_000),
      accepted.until(() => accepted.frames.length === 1_000),
    ]);
    expect(accepted.frames).toEqual(frames);
    expect(dialled.frames).toEqual(frames);
  });

  test("frames of 256 KiB arrive whole, one right after the other", async () => {
    const { dialled, accepted } = await ends().linked();
    const frames = numbered(40, () => 256 * 1_024);
    await dialled.sendAll(frames);
    await accepted.until(() => accepted.frames.length === 40);
    expect(accepted.frames.every((frame, at) => Buffer.compare(frame, frames[at] ?? new Uint8Array()) === 0)).toBe(
      true,
    );
  });

  test("an empty frame is a frame", async () => {
    const { dialled, accepted } = await ends().linked();
    await dialled.sendAll([new Uint8Array(0), Uint8Array.of(1), new Uint8Array(0)]);
    await accepted.until(() => accepted.frames.length === 3);
    expect(accepted.frames.map((frame) => frame.byteLength)).toEqual([0, 1, 0]);
  });

  test("a received frame is the handler's own, and slicing it copies", async () => {
    const { dialled, accepted } = await ends().linked();
    const sent = Uint8Array.of(1, 2, 3);
    await dialled.sendAll([sent, Uint8Array.of(4)]);
    await accepted.until(() => accepted.frames.length === 2);
    const [first] = accepted.frames;
    const copy = first?.slice();
    first?.fill(9);
    expect(copy).toEqual(Uint8Array.of(1, 2, 3));
    expect(sent).toEqual(Uint8Array.of(1, 2, 3));
    expect(accepted.frames[1]).toEqual(Uint8Array.of(4));
  });

  test("a frame written before anybody answered arrives first", async () => {
    const { dialled, accepted } = await ends().linked({ first: Uint8Array.of(7) });
    await accepted.until(() => accepted.frames.length === 1);
    expect(accepted.frames).toEqual([Uint8Array.of(7)]);
    expect(dialled.frames).toEqual([]);
  });

  test("the acceptor may write within accept", async () => {
    const { dialled } = await ends().linked({ onAccept: (end) => end.write(Uint8Array.of(5)) });
    await dialled.until(() => dialled.frames.length === 1);
    expect(dialled.frames).toEqual([Uint8Array.of(5)]);
  });

  test("wires between the same two transports do not mix", async () => {
    const first = await ends().linked();
    const second = await ends().linked({ reuse: first });
    await Promise.all([first.dialled.sendAll([Uint8Array.of(1)]), second.dialled.sendAll([Uint8Array.of(2)])]);
    await first.accepted.until(() => first.accepted.frames.length === 1);
    await second.accepted.until(() => second.accepted.frames.length === 1);
    expect([...first.accepted.frames, ...second.accepted.frames]).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
  });
}

function pacing(ends: () => Ends): void {
  test("every write is followed by one drained, and there is none without", async () => {
    const { dialled, accepted } = await ends().linked();
    await dialled.sendAll(numbered(50, () => 10));
    await accepted.sendAll(numbered(3, () => 10));
    await accepted.until(() => accepted.frames.length === 50);
    await dialled.until(() => dialled.frames.length === 3);
    expect([dialled.drains, accepted.drains]).toEqual([50, 3]);
  });

  test("a second write before drained is a mistake that shows", async () => {
    const { dialled } = await ends().linked();
    dialled.write(Uint8Array.of(1));
    expect(() => dialled.write(Uint8Array.of(2))).toThrow("outstanding");
    await dialled.until(() => dialled.drains === 1);
  });
}

function closing(ends: () => Ends): void {
  test("closing tells both ends, without a reason", async () => {
    const { dialled, accepted } = await ends().linked();
    dialled.close();
    expect([await dialled.closed, await accepted.closed]).toEqual(["", ""]);
  });

  test("the acceptor may close as well", async () => {
    const { dialled, accepted } = await ends().linked();
    accepted.close();
    expect([await dialled.closed, await accepted.closed]).toEqual(["", ""]);
  });

  test("the frame written last before close arrives, whichever end closes", async () => {
    const first = await ends().linked();
    first.dialled.write(new Uint8Array(200_000).fill(3));
    first.dialled.close();
    await first.accepted.closed;
    expect(first.accepted.frames.map((frame) => frame.byteLength)).toEqual([200_000]);

    const second = await ends().linked();
    second.accepted.write(new Uint8Array(200_000).fill(4));
    second.accepted.close();
    await second.dialled.closed;
    expect(second.dialled.frames.map((frame) => frame.byteLength)).toEqual([200_000]);
  });

  test("closing twice, and writing afterwards, does nothing", async () => {
    const { dialled, accepted } = await ends().linked();
    dialled.close();
    dialled.close();
    dialled.write(Uint8Array.of(1));
    expect([await dialled.closed, await accepted.closed]).toEqual(["", ""]);
    dialled.close();
    accepted.write(Uint8Array.of(2));
    expect([accepted.frames, dialled.frames]).toEqual([[], []]);
  });

  test("both ends may close at once", async () => {
    const { dialled, accepted } = await ends().linked();
    dialled.close();
    accepted.close();
    expect([await dialled.closed, await accepted.closed]).toEqual(["", ""]);
  });

  test("dialling where nobody listens is told to the handler", async () => {
    const dialled = ends().dial(ends().transport(), await ends().deadAddress());
    dialled.write(Uint8Array.of(1));
    expect(await dialled.closed).toBe("connection refused");
  });
}

function closingInEveryPhase(ends: () => Ends): void {
  test("a wire closed right after dialling is over, and so is the other end if there ever was one", async () => {
    const address = await ends().listen(ends().transport());
    const dialled = ends().dial(ends().transport(), address);
    dialled.close();
    expect(await dialled.closed).toBe("");
  });

  test("a wire may be closed within accept", async () => {
    const { dialled, accepted } = await ends().linked({ onAccept: (end) => end.close() });
    expect([await dialled.closed, await accepted.closed]).toEqual(["", ""]);
  });

  test("a wire may be closed when a frame arrives", async () => {
    const { dialled, accepted } = await ends().linked();
    accepted.onFrame = () => accepted.close();
    dialled.write(Uint8Array.of(1));
    expect([await dialled.closed, await accepted.closed]).toEqual(["", ""]);
    expect(accepted.frames.length).toBe(1);
  });

  test("a wire may be closed when it has drained", async () => {
    const { dialled, accepted } = await ends().linked();
    dialled.onDrained = () => dialled.close();
    dialled.write(Uint8Array.of(1));
    expect([await dialled.closed, await accepted.closed]).toEqual(["", ""]);
    expect(accepted.frames.length).toBe(1);
  });

  test("a wire may be closed while frames come in", async () => {
    const { dialled, accepted } = await ends().linked();
    const echo = (from: End) => () => from.drains < 100 && from.write(Uint8Array.of(1));
    dialled.onDrained = echo(dialled);
    accepted.onFrame = () => accepted.frames.length === 20 && accepted.close();
    dialled.write(Uint8Array.of(1));
    await Promise.all([dialled.closed, accepted.closed]);
    expect(accepted.frames.length).toBe(20);
  });
}

function limiting(ends: () => Ends): void {
  test("a frame of exactly the limit passes", async () => {
    const { dialled, accepted } = await ends().linked();
    dialled.write(new Uint8Array(ends().frameBytesMax));
    await accepted.until(() => accepted.frames.length === 1);
    expect(accepted.frames[0]?.byteLength).toBe(ends().frameBytesMax);
  });

  test("a frame above the limit closes its wire with a reason that says so, and no other", async () => {
    const bystander = await ends().linked();
    const { dialled, accepted } = await ends().linked({ reuse: bystander });
    dialled.write(new Uint8Array(ends().frameBytesMax + 1));
    expect(await dialled.closed).toContain(`above the limit of ${ends().frameBytesMax} bytes`);
    await accepted.closed;
    expect(accepted.frames).toEqual([]);
    await bystander.dialled.sendAll([Uint8Array.of(1)]);
    await bystander.accepted.until(() => bystander.accepted.frames.length === 1);
  });
}

function listening(ends: () => Ends): void {
  test("listening on port 0 picks a port and tells it", async () => {
    expect(await ends().listen(ends().transport())).toMatch(/^127\.0\.0\.1:[1-9][0-9]*$/);
  });

  test("a port that is taken is refused, and its holder goes on", async () => {
    const address = await ends().listen(ends().transport());
    const refused = await ends()
      .listen(ends().transport(), address)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(E3Error);
    expect(refused).toMatchObject({ code: "port-in-use", message: expect.stringContaining(address) as unknown });
    const dialled = ends().dial(ends().transport(), address);
    await dialled.sendAll([Uint8Array.of(1)]);
    dialled.close();
    expect(await dialled.closed).toBe("");
  });

  test("who failed to listen may try elsewhere", async () => {
    const transport = ends().transport();
    const taken = await ends().listen(ends().transport());
    await expect(ends().listen(transport, taken)).rejects.toThrow(E3Error);
    expect(await ends().listen(transport)).not.toBe(taken);
  });
}

function disposing(ends: () => Ends): void {
  test("disposing closes all wires, and their last frames arrive", async () => {
    const { dialled, accepted, acceptor } = await ends().linked();
    accepted.write(Uint8Array.of(1));
    await acceptor[Symbol.asyncDispose]();
    expect([await dialled.closed, await accepted.closed]).toEqual(["", ""]);
    expect(dialled.frames).toEqual([Uint8Array.of(1)]);
  });

  test("disposing the dialling side closes its wires as well", async () => {
    const { dialled, accepted, dialler } = await ends().linked();
    await dialler[Symbol.asyncDispose]();
    expect([await dialled.closed, await accepted.closed]).toEqual(["", ""]);
  });

  test("an address is free again once its transport is disposed", async () => {
    const first = ends().transport();
    const address = await ends().listen(first);
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    expect(await ends().listen(ends().transport(), address)).toBe(address);
  });

  test("a disposed transport neither listens nor dials", async () => {
    const transport = ends().transport();
    const address = await ends().listen(ends().transport());
    await transport[Symbol.asyncDispose]();
    await expect(ends().listen(transport)).rejects.toMatchObject({ code: "closed" });
    expect(await ends().dial(transport, address).closed).toBe("the transport is closed");
  });
}
