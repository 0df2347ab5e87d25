import { E3Error } from "../core/error.ts";
import { Presence, RegistryService } from "../gen/e3/v1/registry_pb.ts";
import type { HostedService, ServiceHandlers } from "../ports/services.ts";
import type { Admission, Desk } from "./desk.ts";
import type { Found } from "./registry.ts";
import { parseUserName } from "./user-name.ts";

type Handlers = ServiceHandlers<typeof RegistryService>;

/** What the service says of its registry with every session. */
export interface RegistryFacts {
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly heartbeatMs: number;
}

/** e3.v1.RegistryService: the desk's words on the wire, for callers on any machine. */
export function registryService(desk: Desk, facts: RegistryFacts): HostedService {
  const handlers: Handlers = {
    signUp: async (request, context) => ({ session: sessionOf(await desk.signUp(request, context), facts) }),
    signIn: async (request, context) => ({ session: sessionOf(await desk.signIn(request, context), facts) }),
    signOut: async ({ token }) => {
      await desk.signOut(token);
      return {};
    },
    heartbeat: async ({ token, addresses, busy, alone }, { remote }) => {
      const { first, credential } = await desk.heartbeat(token, { addresses, busy, alone }, remote);
      return { first, ...(credential === undefined ? {} : { credential }) };
    },
    search: async ({ token, target }) => {
      const { asker, found } = desk.search(token, targetOf(target));
      if (found === undefined) return { presence: Presence.NOT_FOUND };
      return { self: found.user.id === asker.id, ...describe(found) };
    },
    fetchPending: async ({ token, bootstrapped }) => {
      const newcomers = desk.fetchPending(token, bootstrapped);
      return { newcomers: newcomers.map(({ user, addresses }) => ({ ...nameOf(user), addresses: [...addresses] })) };
    },
  };
  return { descriptor: RegistryService, handlers, loopbackOnly: false };
}

function sessionOf({ id, token, credential, first }: Admission, { publicKey, heartbeatMs }: RegistryFacts) {
  return { id, token, credential, first, registryKey: publicKey, heartbeatMs };
}

type Target = { case: "name"; value: string } | { case: "id"; value: bigint } | { case: undefined; value?: undefined };

function targetOf(target: Target): string | bigint {
  if (target.case === undefined) throw new E3Error("bad-option", "nobody to search for; give a name or an id");
  return target.case === "id" ? target.value : parseUserName(target.value);
}

function describe({ user, where }: Found) {
  if (where.kind === "offline") {
    return { presence: Presence.OFFLINE, ...nameOf(user), offlineSinceMs: BigInt(Math.floor(where.sinceMs ?? 0)) };
  }
  return { presence: Presence.ONLINE, ...nameOf(user), addresses: [...where.addresses], busy: where.busy };
}

function nameOf({ name, id, session }: Found["user"]) {
  return { name, id, ...(session === undefined ? {} : { credential: session.sealed }) };
}
