import { expect, test } from "vitest";
import { parseBridgeConfig } from "../../src/cli/bridge-config.ts";

test("an original's own file is a configuration, and each section of a wire a bridge", () => {
  const file = `hostkey = /hostkey.pem

[gossip]
cache_size = 50
degree=30
bootstrapper = 127.0.0.1:6001
p2p_address = 127.0.0.1:6002
api_address = 127.0.0.1:7002

[dht]
api_address = 127.0.0.1:7003

; ours
[line]
listen = 127.0.0.1:1255
team = ours
`;
  expect(parseBridgeConfig(file, "e3.ini")).toEqual([
    {
      wire: "gossip",
      settings: {
        ...{ cache_size: "50", degree: "30", bootstrapper: "127.0.0.1:6001" },
        ...{ p2p_address: "127.0.0.1:6002", api_address: "127.0.0.1:7002" },
      },
    },
    { wire: "line", settings: { listen: "127.0.0.1:1255", team: "ours" } },
  ]);
});

test.each([
  ["", "e3.ini has no section for a bridge; expected [cs2], [udp-chat], [registry-chat], [gossip], [line]"],
  ["[lines]\nlisten=127.0.0.1:1", "has no section for a bridge"],
  ["line=5", "e3.ini: [line] is no section"],
  ["[line]\nlisten[]=a\nlisten[]=b", "[line] listen is no single value; give it once"],
])("%j asks for nothing that a bridge understands", (text, why) => {
  expect(() => parseBridgeConfig(text, "e3.ini")).toThrow(why);
});
