import { expect, test } from "vitest";
import { entryOf, MenuTable, tableText, whoIs } from "../../src/cli/menu-table.ts";

const [a, b, c] = [
  { id: 1n, address: "127.0.0.1:8080" },
  { id: 2n, address: "127.0.0.1:9090" },
  { id: 3n, address: "127.0.0.1:7070" },
] as const;

function tableOf(...entries: Parameters<MenuTable["add"]>[0][]): MenuTable {
  const table = new MenuTable();
  for (const entry of entries) table.add(entry);
  return table;
}

test("the newest entry comes first, and whoever is in it already keeps its place", () => {
  expect(tableOf(a, b, c, a, b).entries).toEqual([c, b, a]);
});

test("a peer that comes back under another id, or states another address, stands in it once", () => {
  const reborn = { id: 9n, address: b.address };
  expect(tableOf(a, b, c, reborn).entries).toEqual([c, reborn, a]);
  const moved = { id: b.id, address: "127.0.0.1:9091" };
  expect(tableOf(a, b, c, moved).entries).toEqual([c, moved, a]);
});

test("one peer with the id of the one and the address of the other leaves no third behind", () => {
  const both = { id: a.id, address: c.address };
  expect(tableOf(a, b, c, both).entries).toEqual([both, b]);
});

test("localhost and its number are one address", () => {
  expect(tableOf(a, { id: 4n, address: "localhost:8080" }).entries).toHaveLength(1);
});

test("peers without an address are told apart by their ids", () => {
  const [one, two] = [
    { id: 5n, address: undefined },
    { id: 6n, address: undefined },
  ];
  expect(tableOf(one, two, one).entries).toEqual([two, one]);
  expect(tableText([one])).toEqual(["Connected Peers:", "1. 5"]);
});

test("who is removed is gone, and nobody else", () => {
  const table = tableOf(a, b, c);
  table.remove({ id: 77n, address: b.address });
  table.remove({ id: 78n, address: "127.0.0.1:1" });
  expect(table.entries).toEqual([c, a]);
  expect([table.has(a), table.has(b)]).toEqual([true, false]);
});

test("it has a bound, and the oldest go", () => {
  const table = new MenuTable();
  for (let id = 1n; id <= 1_100n; id++) table.add({ id, address: undefined });
  expect([table.entries.length, table.entries[0]?.id, table.entries.at(-1)?.id]).toEqual([1_024, 1_100n, 77n]);
});

test("it is shown as the assignment shows it", () => {
  expect(tableText([b, c])).toEqual(["Connected Peers:", "1. 127.0.0.1:9090", "2. 127.0.0.1:7070"]);
  expect(tableText([])).toEqual(["No connected peers"]);
});

test.each([
  [["127.0.0.1:8080", "127.0.0.1:8081"], "127.0.0.1:8080"],
  [["127.0.0.1:08080"], "127.0.0.1:8080"],
  [["no address\u001b[2J", "127.0.0.1:8080"], "127.0.0.1:8080"],
  [["0.0.0.0:8080"], undefined],
  [["[::]:8080"], undefined],
  [[], undefined],
])("of the stated addresses %j the entry has %s", (addresses, address) => {
  const entry = entryOf({ id: 7n, addresses });
  expect(entry).toEqual({ id: 7n, address });
  expect(whoIs(entry)).toBe(address ?? "7");
});
