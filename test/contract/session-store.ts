import { describe, expect, test } from "vitest";
import type { SessionStore, StoredSession } from "../../src/ports/session-store.ts";

/** A session with what a test does not care about filled in. */
export function storedSession(parts: Partial<StoredSession> = {}): StoredSession {
  return {
    registry: "127.0.0.1:8090",
    user: "ali",
    id: 2n ** 63n - 1n,
    registryKey: new Uint8Array(32).fill(7),
    token: "a token",
    credential: Uint8Array.of(1, 2, 3),
    heartbeatMs: 60_000,
    neighbours: [{ id: 2n ** 63n - 2n, address: "127.0.0.1:8082" }],
    ...parts,
  };
}

/** What every adapter of src/ports/session-store.ts promises. Each call of make gives one that holds nothing. */
export function sessionStoreContract(name: string, make: () => Promise<SessionStore>): void {
  describe(`${name} keeps the session store contract`, () => {
    test("a new one holds nothing", async () => {
      expect(await (await make()).load()).toBeUndefined();
    });

    test("what was saved last is loaded, with nothing changed", async () => {
      const store = await make();
      await store.save(storedSession());
      expect(await store.load()).toEqual(storedSession());
      const later = storedSession({ user: "Zoë \u2028", token: "", neighbours: [], credential: new Uint8Array() });
      await store.save(later);
      expect(await store.load()).toEqual(later);
    });
  });
}
