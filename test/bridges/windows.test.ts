import { expect, test } from "vitest";
import { memoryNotebook } from "../../src/adapters/memory/notebook.ts";
import { Windows, type Window } from "../../src/bridges/windows.ts";
import { E3Error } from "../../src/core/error.ts";

/** A machine with ports, and which peer is behind which. */
class Ports {
  readonly behind = new Map<string, bigint>();
  readonly taken = new Set<string>();
  fails = false;
  #next = 5_000;

  /** The lowest ports are given first, again and again: as unkindly as can be. */
  reuses = false;

  readonly open = async (address: string, id: bigint): Promise<Window> => {
    if (this.fails) throw new E3Error("address-unavailable", "no more sockets");
    const at = address.endsWith(":0") ? this.#free() : address;
    if (this.taken.has(at) || this.behind.has(at)) throw new E3Error("port-in-use", `${at} is taken`);
    this.behind.set(at, id);
    return {
      address: at,
      close: async () => void this.behind.delete(at),
    };
  };

  #free(): string {
    let port = this.reuses ? 5_001 : (this.#next += 1);
    while (this.reuses && this.behind.has(`127.0.0.1:${port}`)) port += 1;
    return `127.0.0.1:${port}`;
  }
}

test("a peer has one address, also when it is asked for twice at once, and a new life finds it again", async () => {
  const [ports, notebook, limits] = [new Ports(), memoryNotebook(), { windowsMax: 10 }];
  const windows = new Windows({ notebook, limits, open: ports.open });
  const [first, same, other] = await Promise.all([windows.of(7n), windows.of(7n), windows.of(8n)]);
  expect([first === same, first === other, ports.behind.size]).toEqual([true, false, 2]);
  expect([windows.idAt(first), windows.idAt("127.0.0.1:1")]).toEqual([7n, undefined]);
  await windows.close();
  expect(ports.behind.size).toBe(0);
  await expect(windows.of(7n)).rejects.toMatchObject({ code: "closed" });
  expect(await new Windows({ notebook, limits, open: ports.open }).of(7n)).toBe(first);
});

test("where its address is another program's by now, it has a new one", async () => {
  const [ports, notebook, limits] = [new Ports(), memoryNotebook(), { windowsMax: 10 }];
  const windows = new Windows({ notebook, limits, open: ports.open });
  const before = await windows.of(7n);
  await windows.close();
  ports.taken.add(before);
  const again = new Windows({ notebook, limits, open: ports.open });
  const after = await again.of(7n);
  expect([after === before, again.idAt(after), again.idAt(before)]).toEqual([false, 7n, undefined]);
});

test("of more than allowed the one not asked for longest is closed, and opens again at its address", async () => {
  const ports = new Ports();
  const windows = new Windows({ notebook: memoryNotebook(), limits: { windowsMax: 2 }, open: ports.open });
  const [seven, eight] = [await windows.of(7n), await windows.of(8n)];
  await windows.of(7n);
  await windows.of(9n);
  expect([ports.behind.has(seven), ports.behind.has(eight), ports.behind.size]).toEqual([true, false, 2]);
  expect(await windows.of(8n)).toBe(eight);
});

test("an address that was a peer's is not given to another, while it is closed nor after it was given up", async () => {
  const [ports, notebook, limits] = [new Ports(), memoryNotebook(), { windowsMax: 1 }];
  ports.reuses = true;
  const windows = new Windows({ notebook, limits, open: ports.open });
  const seven = await windows.of(7n);
  const eight = await windows.of(8n);
  expect([eight === seven, ports.behind.size, windows.idAt(seven)]).toEqual([false, 1, 7n]);
  await windows.forget(8n);
  const nine = await windows.of(9n);
  expect([seven, eight].includes(nine)).toBe(false);
  expect([await windows.of(7n), ports.behind.size]).toEqual([seven, 1]);
  await windows.close();
  const again = new Windows({ notebook, limits, open: ports.open });
  expect([seven, nine].includes(await again.of(10n))).toBe(false);
});

test("where nothing but addresses of others is to be had, one of them is given in the end", async () => {
  const [ports, notebook] = [new Ports(), memoryNotebook()];
  const windows = new Windows({ notebook, limits: { windowsMax: 1 }, open: ports.open });
  const addresses = new Set<string>();
  for (let id = 1n; id <= 40n; id += 1n) addresses.add(await windows.of(id));
  ports.reuses = true;
  expect(await windows.of(100n)).toMatch(/^127/);
  expect(ports.behind.size).toBe(1);
});

test("one that cannot be opened is told, and tried again", async () => {
  const ports = new Ports();
  const windows = new Windows({ notebook: memoryNotebook(), limits: { windowsMax: 1 }, open: ports.open });
  ports.fails = true;
  await expect(windows.of(7n)).rejects.toMatchObject({ code: "address-unavailable" });
  await expect(windows.of(8n)).rejects.toMatchObject({ code: "address-unavailable" });
  ports.fails = false;
  expect(await windows.of(7n)).toMatch(/^127/);
});

test("a peer can be given a certain address", async () => {
  const ports = new Ports();
  const windows = new Windows({ notebook: memoryNotebook(), limits: { windowsMax: 2 }, open: ports.open });
  expect(await windows.pin(7n, "127.0.0.1:1256")).toBe("127.0.0.1:1256");
  expect([windows.idAt("127.0.0.1:1256"), ports.behind.get("127.0.0.1:1256")]).toEqual([7n, 7n]);
});

test("a peer that is forgotten has its window closed, and no address kept for it", async () => {
  const [ports, notebook, limits] = [new Ports(), memoryNotebook(), { windowsMax: 10 }];
  const windows = new Windows({ notebook, limits, open: ports.open });
  await windows.of(7n);
  await windows.forget(7n);
  await windows.forget(8n);
  expect([ports.behind.size, notebook.entries()]).toEqual([0, []]);
  expect(await windows.of(7n)).toMatch(/^127/);
});

test("one whose address cannot be noted is closed again", async () => {
  const [ports, notebook] = [new Ports(), memoryNotebook(0)];
  const windows = new Windows({ notebook, limits: { windowsMax: 10 }, open: ports.open });
  await expect(windows.of(7n)).rejects.toMatchObject({ code: "resource-exhausted" });
  expect(ports.behind.size).toBe(0);
});

test("one that is pinned is not closed to make room, and is an error where its address is taken", async () => {
  const [ports, notebook] = [new Ports(), memoryNotebook()];
  const windows = new Windows({ notebook, limits: { windowsMax: 1 }, open: ports.open });
  await windows.pin(7n, "127.0.0.1:1300");
  await windows.of(8n);
  await windows.of(9n);
  expect([ports.behind.get("127.0.0.1:1300"), ports.behind.size]).toEqual([7n, 2]);
  await expect(windows.pin(10n, "127.0.0.1:1300")).rejects.toMatchObject({ code: "port-in-use" });
});

test("one that could not be opened is nobody else's fault when it makes room", async () => {
  const ports = new Ports();
  const open = (address: string, id: bigint): Promise<Window> =>
    id === 7n ? Promise.reject(new E3Error("address-unavailable", "no")) : ports.open(address, id);
  const windows = new Windows({ notebook: memoryNotebook(), limits: { windowsMax: 1 }, open });
  const [first, second] = [windows.of(7n), windows.of(8n)];
  await expect(first).rejects.toMatchObject({ code: "address-unavailable" });
  expect(await second).toBe("127.0.0.1:5001");
});

test("addresses of peers that were here long ago are not kept for ever", async () => {
  const [ports, notebook] = [new Ports(), memoryNotebook()];
  const windows = new Windows({ notebook, limits: { windowsMax: 2 }, open: ports.open });
  for (let id = 1n; id <= 100n; id += 1n) await windows.of(id);
  expect(notebook.entries()).toHaveLength(32);
  expect(windows.idAt("127.0.0.1:5001")).toBeUndefined();
});
