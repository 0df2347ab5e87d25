import type { SessionStore, StoredSession } from "../../ports/session-store.ts";

/** A session that is forgotten with the process. */
export function memorySessionStore(): SessionStore {
  let kept: StoredSession | undefined;
  return {
    load: () => Promise.resolve(kept),
    save: (session) => {
      kept = session;
      return Promise.resolve();
    },
  };
}
