import { createServiceClient } from "./adapters/grpc/client.ts";
import { silentLog } from "./adapters/memory/log.ts";
import { memorySessionStore } from "./adapters/memory/session-store.ts";
import { createClock } from "./adapters/node/clock.ts";
import { createEntropy } from "./adapters/node/entropy.ts";
import { openSessionFile } from "./adapters/node/session-file.ts";
import { closePeerState, openPeerState, startPeer, type PeerState } from "./compose.ts";
import { isLoopback, parseAddress } from "./core/address.ts";
import { E3Error } from "./core/error.ts";
import { checkKinds, kinds, optional, type Kinds } from "./core/kinds.ts";
import { defaultLimits } from "./core/limits.ts";
import { RegistryService } from "./gen/e3/v1/registry_pb.ts";
import { checkOptions } from "./peer/options.ts";
import type { PeerOptions } from "./peer/peer-options.ts";
import type { Peer } from "./peer/types.ts";
import type { SessionStore, StoredSession } from "./ports/session-store.ts";
import { RegistryClient } from "./registry/client.ts";
import { claimOf } from "./registry/credential-claim.ts";
import { enterRegistry, type Entrance } from "./registry/entrance.ts";
import { RegistryMembership } from "./registry/membership.ts";
import type { Membership, RegistryNews } from "./registry/types.ts";
import { parseUserName } from "./registry/user-name.ts";

/** What a user's peer is started with. Its id and its name are the user's. */
export interface MemberOptions extends Omit<PeerOptions, "desiredId" | "name"> {
  /** Where the registry is, host:port. Off loopback only with `insecure`: the password is sent to it unencrypted. */
  readonly registry: string;
  /** The user's name, in any case. */
  readonly user: string;
  /**
   * The user's password, or what asks for it. Asked for only when the state directory holds no session to go on with, and
   * kept no longer than until the user is signed in.
   */
  readonly password: string | (() => Promise<string>);
  /** Make the user. Without effect where this peer has been it before. Default false. */
  readonly signUp?: boolean;
  /**
   * Keep the session in the state directory, for the next start. Default true; without it each start asks for the password,
   * and signing up fails for a user that exists. "for-next" does both: this start goes on with no session, the next may.
   */
  readonly keepSession?: boolean | "for-next";
  /** Told what happens between the peer and the registry, beginning with how it signed in. */
  readonly onNews?: (news: RegistryNews) => void;
}

/** A peer that runs, and its user's share in a registry. */
export interface Member extends AsyncDisposable {
  readonly peer: Peer;
  readonly membership: Membership;
  /** Signs the user out, if the registry answers within a second, and closes the peer. Idempotent. */
  close(): Promise<void>;
  /** Closes the peer alone: the user stays signed in, for the next start to go on. Idempotent, as close is after it. */
  pause(): Promise<void>;
}

/**
 * Signs a user in and starts its peer: the id is the user's, wherever it signs in; other users' peers call it, so that it
 * needs to know none of them; and it goes on when the registry does not.
 *
 * The session is kept in the state directory: until the user signs out, the next start needs neither password nor registry.
 *
 * @throws E3Error as createPeer; "user-exists", "bad-credentials", "resource-exhausted" (too many attempts, or too many
 * peers online) as the registry says; "address-unavailable" when it does not answer and this peer has never been the
 * user; "not-loopback"; whatever asking for the password throws. Nothing is left behind then.
 */
export async function createMember(options: MemberOptions): Promise<Member> {
  checkKinds(options, memberKinds);
  const registry = parseAddress(options.registry);
  const user = parseUserName(options.user);
  if (!isLoopback(registry) && options.insecure !== true) {
    const found = `${registry} is on another machine, and the password would travel there unencrypted`;
    throw new E3Error("not-loopback", `${found}; allow it with the option insecure (--insecure)`);
  }
  const named: PeerOptions = { ...options, name: user };
  checkOptions(named, defaultLimits);
  const state = await openPeerState(named);
  const { signer } = state;
  const client = new RegistryClient({
    ...{ calls: createServiceClient(RegistryService, registry), signer, address: registry },
  });
  let entered: Entered;
  try {
    entered = await enter({ ...options, registry, user }, state, client);
  } catch (error) {
    client.close();
    await closePeerState(state);
    throw error;
  }
  return start(options, state, { ...entered, client });
}

const memberKinds: Kinds = {
  registry: kinds.address,
  user: kinds.text,
  password: {
    fits: (value) => kinds.text.fits(value) || kinds.callable.fits(value),
    right: "text, or a function that asks for it",
  },
  signUp: optional(kinds.truth),
  keepSession: optional({
    fits: (value) => kinds.truth.fits(value) || value === "for-next",
    right: 'true, false or "for-next"',
  }),
  onNews: optional(kinds.callable),
};

interface Entered {
  readonly entrance: Entrance;
  readonly store: SessionStore;
}

async function enter(options: MemberOptions, state: PeerState, client: RegistryClient): Promise<Entered> {
  const { registry, user, password, signUp = false, leaf = false, log = silentLog } = options;
  const { directory } = state;
  const isKept = directory !== undefined && options.keepSession !== false;
  const kept = isKept ? openSessionFile(directory, log) : memorySessionStore();
  const isAsked = options.keepSession === "for-next";
  const store = isAsked
    ? { load: () => Promise.resolve(undefined), save: (session: StoredSession) => kept.save(session) }
    : kept;
  const listen = parseAddress(options.listen, { listen: true });
  // A leaf cannot be called, and port 0 is not known before it is bound: the first heartbeat tells it.
  const addresses = leaf || listen.endsWith(":0") ? [] : [listen];
  const { signer } = state;
  const asked = typeof password === "string" ? () => Promise.resolve(password) : password;
  const parts = { ...{ client, store, signer, log, registry, user, signUp, addresses }, password: asked };
  return { entrance: await enterRegistry(parts), store };
}

async function start(
  options: MemberOptions,
  state: PeerState,
  { entrance, store, client }: Entered & { readonly client: RegistryClient },
): Promise<Member> {
  const { user, id, credential } = entrance.session;
  let peer: Peer;
  try {
    peer = await startPeer({ ...options, name: user, desiredId: id }, state, claimOf(credential));
  } catch (error) {
    client.close();
    throw error;
  }
  const membership = memberOf(peer, options, { entrance, store, client, signer: state.signer });
  membership.start();
  const close = async (): Promise<void> => {
    await membership.close();
    await peer.close();
  };
  const pause = async (): Promise<void> => {
    await membership.close(false);
    await peer.close();
  };
  return { peer, membership, close, pause, [Symbol.asyncDispose]: close };
}

type Made = Entered & { readonly client: RegistryClient } & Pick<PeerState, "signer">;

function memberOf(peer: Peer, options: MemberOptions, made: Made): RegistryMembership {
  const { log = silentLog, leaf = false, peers = [], onNews = () => {} } = options;
  const entropy = createEntropy();
  return new RegistryMembership({
    ...made,
    ...{ peer, log, clock: createClock(), tell: onNews },
    chance: () => (entropy.bytes(1)[0] ?? 0) / 255,
    addresses: leaf ? [] : [peer.listen],
    listed: peers.map((address) => parseAddress(address)),
  });
}
