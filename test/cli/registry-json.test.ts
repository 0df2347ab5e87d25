import { expect, test } from "vitest";
import { jsonFinding, registryEvent, standingFields } from "../../src/cli/registry-json.ts";

const at = { registry: "127.0.0.1:8090", user: "ali" };

test("what happens is a line of its own", () => {
  const common = { event: "registry", ...at };
  expect(registryEvent({ ...at, news: { kind: "signed-in", first: true } })).toEqual({
    ...{ ...common, state: "signed-in", first: true },
  });
  expect(registryEvent({ ...at, news: { kind: "away", reason: "gone" } })).toEqual({
    ...{ ...common, state: "away", reason: "gone" },
  });
  expect(registryEvent({ ...at, news: { kind: "back" } })).toEqual({ ...common, state: "back" });
});

test("a finding has its id as text and its time as ISO 8601", () => {
  const online = { kind: "online", user: "veli", id: 2n ** 63n - 1n, addresses: ["a:1"], busy: true } as const;
  expect(jsonFinding(online)).toEqual({
    ...{ state: "online", user: "veli", id: "9223372036854775807", addresses: ["a:1"], busy: true },
  });
  const offline = { kind: "offline", user: "veli", id: 7n } as const;
  expect(jsonFinding({ ...offline, since: new Date(0) })).toEqual({
    ...{ state: "offline", user: "veli", id: "7", since: "1970-01-01T00:00:00.000Z" },
  });
  expect(jsonFinding({ ...offline, since: undefined })).toEqual({ state: "offline", user: "veli", id: "7" });
  expect(jsonFinding({ kind: "silent" })).toEqual({ state: "silent" });
});

test("a peer is marked where it bears the name of a user", () => {
  expect(standingFields({ kind: "verified", user: "ali" })).toEqual({ user: "verified" });
  expect(standingFields({ kind: "unverified", user: "ali" })).toEqual({ user: "unverified" });
  expect([standingFields({ kind: "unknown" }), standingFields(undefined)]).toEqual([{}, {}]);
});
