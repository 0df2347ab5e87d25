import { E3Error } from "../core/error.ts";
import { foldName } from "../core/name.ts";
import { sameBytes } from "../core/same-bytes.ts";
import type { Session } from "../gen/e3/v1/registry_pb.ts";
import type { Log } from "../ports/log.ts";
import type { SessionStore, StoredSession } from "../ports/session-store.ts";
import type { Signer } from "../ports/signer.ts";
import type { RegistryClient } from "./client.ts";
import { openCredential } from "./credential.ts";
import { sealedBytes } from "./sealed-bytes.ts";
import type { RegistryNews } from "./types.ts";

/** What an entrance works with. */
export interface EntranceParts {
  readonly client: Pick<RegistryClient, "heartbeat" | "signIn" | "signUp">;
  readonly store: SessionStore;
  /** The peer's. */
  readonly signer: Signer;
  readonly log: Log;
  /** host:port of the registry, in normal form. */
  readonly registry: string;
  /** In form NFC. */
  readonly user: string;
  /** Make the user, unless this peer has been it before. */
  readonly signUp: boolean;
  /** Where the peer will listen, as far as that is known. */
  readonly addresses: readonly string[];
  /** Asked for when there is no session to go on with; may reject. */
  readonly password: () => Promise<string>;
}

/** How a user got in. */
export interface Entrance {
  /** Its token is empty when it is not signed in yet, for the registry does not answer. */
  readonly session: StoredSession;
  /** Signs in once it does; it has the password. Undefined when the session goes on as it is. */
  readonly enter: (() => Promise<StoredSession>) | undefined;
  readonly news: Extract<RegistryNews, { readonly kind: "signed-in" | "away" }>;
}

/**
 * Has a user sign in before its peer starts, for its id is the one that the peer wishes for.
 *
 *     a session is kept ── it goes on ──────────────────────► in
 *          │                └─ the registry does not answer ► in later, with the id kept
 *          └─ none, or it has ended: password ── right ─────► in
 *                                    └─ no answer ──────────► in later, if the id is kept
 *
 * @throws E3Error as RegistryClient does, and whatever asking for the password does; "protocol" for a session that
 * does not fit the user's key.
 */
export async function enterRegistry(parts: EntranceParts): Promise<Entrance> {
  const kept = await parts.store.load();
  const before = kept !== undefined && isOf(kept, parts) ? kept : undefined;
  if (before !== undefined && before.token !== "") {
    const resumed = await resume(before, parts);
    if (resumed !== undefined) return resumed;
    parts.log.info("the session kept has ended; the password is needed", { registry: parts.registry });
  }
  const password = await parts.password();
  const isNew = parts.signUp && before === undefined;
  const enter = (): Promise<Fresh> => signIn(password, isNew, { kept, parts });
  try {
    const { session, first } = await enter();
    return { session, enter: undefined, news: { kind: "signed-in", first } };
  } catch (error) {
    if (before === undefined || !isNoAnswer(error)) throw error;
    const session = { ...before, token: "" };
    const later = async (): Promise<StoredSession> => (await enter()).session;
    return { session, enter: later, news: { kind: "away", reason: error.message } };
  }
}

interface Fresh {
  readonly session: StoredSession;
  readonly first: boolean;
}

function isOf(kept: StoredSession, { registry, user }: EntranceParts): boolean {
  return kept.registry === registry && foldName(kept.user) === foldName(user);
}

function isNoAnswer(error: unknown): error is E3Error {
  return error instanceof E3Error && error.code === "address-unavailable";
}

function isOver(error: unknown): boolean {
  return error instanceof E3Error && (error.code === "signed-out" || error.code === "signed-in-elsewhere");
}

/** Goes on with a session that was kept; undefined when it has ended. */
async function resume(kept: StoredSession, { client, addresses }: EntranceParts): Promise<Entrance | undefined> {
  try {
    const { first } = await client.heartbeat(kept.token, { addresses, busy: false, alone: true });
    return { session: kept, enter: undefined, news: { kind: "signed-in", first } };
  } catch (error) {
    if (isOver(error)) return undefined;
    if (!isNoAnswer(error)) throw error;
    return { session: kept, enter: undefined, news: { kind: "away", reason: error.message } };
  }
}

interface Before {
  readonly kept: StoredSession | undefined;
  readonly parts: EntranceParts;
}

async function signIn(password: string, isNew: boolean, { kept, parts }: Before): Promise<Fresh> {
  const { client, store, registry, user, addresses, log } = parts;
  const entry = { name: user, password, addresses };
  const session = isNew ? await client.signUp(entry) : await client.signIn(entry);
  const { registryKey, heartbeatMs } = session;
  if (kept?.registry === registry && !sameBytes(kept.registryKey, registryKey))
    log.warn("the registry has another key than before: it was made anew, or it is another one", { registry });
  const { name, credential } = checked(session, parts);
  // Who was a neighbour is no matter of the registry, and stays.
  const neighbours = kept?.neighbours ?? [];
  const { id, token } = session;
  const fresh = { registry, user: name, id, registryKey, token, credential, heartbeatMs, neighbours };
  await store.save(fresh);
  return { session: fresh, first: session.first };
}

/** Looks at what the registry states: a peer that bore a credential which does not fit would be nobody's. */
function checked(session: Session, { signer, registry }: EntranceParts) {
  const { credential: sealed, registryKey, id } = session;
  const stated = sealed === undefined ? "" : openCredential(sealed, { registryKey, signer, nowMs: 0 });
  const isId = id >= 1n && id < 2n ** 63n;
  const fits = isId && typeof stated !== "string" && stated.id === id && sameBytes(stated.key, signer.publicKey);
  if (sealed !== undefined && fits) return { name: stated.user, credential: sealedBytes(sealed) };
  throw new E3Error("protocol", `the registry at ${registry} answered with a credential that is not this peer's`);
}
