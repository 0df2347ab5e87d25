import { expect, test } from "vitest";
import { Roster } from "../../../src/bridges/registry-chat/roster.ts";
import { FakePeer, peerInfo } from "../../cli/fake-peer.ts";

function roster(...known: readonly { readonly id: bigint; readonly name: string }[]): Roster {
  const host = new FakePeer();
  host.known = known.map((each) => peerInfo(each));
  return new Roster(host);
}

test("a peer is called by its name where that can be typed and means nobody else", () => {
  const peers = roster(
    { id: 11n, name: "bob" },
    { id: 12n, name: "eve" },
    { id: 13n, name: "eve" },
    { id: 14n, name: "Ali Reza" },
    { id: 15n, name: "server" },
    { id: 16n, name: "" },
    { id: 17n, name: "11" },
    { id: 18n, name: "a:b" },
  );
  const labels = [11n, 12n, 13n, 14n, 15n, 16n, 17n, 18n, 19n].map((id) => peers.label(id));
  expect(labels).toEqual(["bob", "12", "13", "14", "15", "16", "17", "18", "19"]);
});

test("a word means who is here, who is away, several, or nobody", () => {
  const host = new FakePeer();
  const away = { reachable: false, absentSince: new Date(0) };
  host.known = [
    peerInfo({ id: 11n, name: "bob", addresses: ["127.0.0.1:8082"] }),
    peerInfo({ id: 12n, name: "eve" }),
    peerInfo({ id: 13n, name: "eve" }),
    peerInfo({ id: 14n, name: "can", ...away }),
  ];
  const peers = new Roster(host);
  expect(peers.find("bob")).toEqual({ kind: "here", id: 11n, client: undefined, address: "127.0.0.1:8082", via: "" });
  expect(peers.find("11")).toMatchObject({ kind: "here", id: 11n });
  expect(peers.find("eve")).toEqual({ kind: "several", labels: ["12", "13"] });
  expect(peers.find("can")).toEqual({ kind: "absent", id: 14n });
  expect([peers.find("zeynep"), peers.find("0")]).toEqual([{ kind: "nobody" }, { kind: "nobody" }]);
});

test("a name that is reserved is free again when it is released", () => {
  const peers = roster();
  expect([peers.reserve("ali"), peers.reserve("ali")]).toEqual([true, false]);
  peers.release("ali");
  expect(peers.reserve("ali")).toBe(true);
});
