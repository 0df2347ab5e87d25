import { randomName } from "../core/identity.ts";
import { assignerHash } from "../core/snowflake.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Log } from "../ports/log.ts";
import type { PasswordHasher } from "../ports/password-hasher.ts";
import type { ServiceServer } from "../ports/service-server.ts";
import type { HostedService } from "../ports/services.ts";
import type { Signer } from "../ports/signer.ts";
import type { Store } from "../ports/store.ts";
import { Desk } from "./desk.ts";
import { Doorkeeper } from "./doorkeeper.ts";
import { IdSource } from "./id-source.ts";
import type { RegistryLimits } from "./limits.ts";
import { Registry } from "./registry.ts";
import { registryService } from "./service.ts";
import { loadRegistry, writeRegistryId, type StoredRegistry } from "./stored-registry.ts";
import type { RunningRegistry } from "./types.ts";

/** A registry's world, one adapter for each port. */
export interface RegistryWorld {
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Its key is the registry's. */
  readonly signer: Signer;
  /** Nobody else's. */
  readonly store: Store;
  readonly hasher: PasswordHasher;
  readonly log: Log;
  readonly limits: RegistryLimits;
  /** Makes the server of a service. */
  readonly serve: (service: HostedService) => ServiceServer;
  /** Closes what else the world holds, once server and store are closed. */
  readonly dispose: () => Promise<void>;
}

/**
 * Opens a registry in a world: takes up what the store holds, and listens.
 *
 * @throws E3Error "store-failed", "port-in-use" or "address-unavailable"; the world is closed then.
 */
export async function openRegistry(world: RegistryWorld, listen: string): Promise<RunningRegistry> {
  const opened: Opened = { server: undefined, desk: undefined };
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= closeAll(opened, world));
  try {
    return { ...(await start(world, listen, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is to be closed, as far as it is there. */
interface Opened {
  server: ServiceServer | undefined;
  desk: Desk | undefined;
}

async function start(world: RegistryWorld, listen: string, opened: Opened): Promise<Omit<RunningRegistry, "close">> {
  const { signer, entropy, limits, log, store } = world;
  const stored = await loadRegistry(store, log);
  const ids = new IdSource(stored.slot, store);
  const id = stored.id ?? (await makeOwnId(world, ids));
  const doorkeeper = await Doorkeeper.open(world.hasher, entropy, limits);
  const registry = new Registry({ signer, entropy, limits, users: stored.users });
  opened.desk = new Desk({ ...world, registry, doorkeeper, ids, id });
  const { publicKey } = signer;
  const { heartbeatMs } = limits;
  opened.server = world.serve(registryService(opened.desk, { publicKey, heartbeatMs }));
  const bound = await opened.server.listen(listen);
  log.info("registry ready", { id, listen: bound, users: stored.users.length });
  return { id, listen: bound, publicKey };
}

/** Nobody is there to assign one, so a random assigner does, as with the first peer of a mesh (design, 4). */
async function makeOwnId({ store, entropy, signer, clock }: RegistryWorld, ids: IdSource): Promise<StoredId> {
  const hash = assignerHash(randomName(entropy), (bytes) => signer.sha256(bytes));
  const id = await ids.next(hash, clock.nowMs());
  await store.commit([writeRegistryId(id)]);
  return id;
}

type StoredId = NonNullable<StoredRegistry["id"]>;

/** Closes everything, also when closing some of it fails. */
async function closeAll({ server, desk }: Opened, world: RegistryWorld): Promise<void> {
  try {
    await server?.[Symbol.asyncDispose]();
    await desk?.close();
  } finally {
    try {
      await world.store[Symbol.asyncDispose]();
    } finally {
      await world.dispose();
    }
  }
}
