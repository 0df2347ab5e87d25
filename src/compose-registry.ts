import { join } from "node:path";
import { createPasswordHasher } from "./adapters/argon2/password-hasher.ts";
import { createServiceClient } from "./adapters/grpc/client.ts";
import { createServiceServer } from "./adapters/grpc/service-server.ts";
import { openLmdbStore } from "./adapters/lmdb/store.ts";
import { silentLog } from "./adapters/memory/log.ts";
import { createClock } from "./adapters/node/clock.ts";
import { createEntropy } from "./adapters/node/entropy.ts";
import { loadOrCreateKey } from "./adapters/node/key-file.ts";
import { createSigner } from "./adapters/node/signer.ts";
import { openStateDirectory } from "./adapters/node/state-directory.ts";
import { stateHome } from "./adapters/node/state-home.ts";
import { RegistryService } from "./gen/e3/v1/registry_pb.ts";
import type { Log } from "./ports/log.ts";
import type { Signer } from "./ports/signer.ts";
import { RegistryClient } from "./registry/client.ts";
import { defaultRegistryLimits, type RegistryLimits } from "./registry/limits.ts";
import { openRegistry, type RegistryWorld } from "./registry/open-registry.ts";
import { checkRegistryOptions } from "./registry/options.ts";
import type { RegistryOptions, RunningRegistry } from "./registry/types.ts";

/**
 * Starts a registry on this machine: gRPC, and its key and users in a directory. Resolves once it listens.
 *
 * The one place where adapters meet the registry.
 *
 * @throws E3Error "bad-option", "bad-address", "not-loopback", "port-in-use", "address-unavailable", "state-unreadable",
 * "state-foreign", "state-in-use", "store-newer" or "store-failed"; nothing is left behind then.
 */
export async function createRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const checked = checkRegistryOptions(options, defaultRegistryLimits);
  const log = options.log ?? silentLog;
  const path = options.state ?? join(stateHome(), "registry", checked.listen);
  const world = await openWorld(path, log, { ...defaultRegistryLimits, liveMax: checked.liveMax });
  return openRegistry(world, checked.listen);
}

/**
 * A client of the registry at an address, for a peer with this key. The connection is made at the first call.
 *
 * @throws E3Error "bad-address".
 */
export function connectRegistry(address: string, signer: Pick<Signer, "publicKey" | "sign">): RegistryClient {
  return new RegistryClient({ calls: createServiceClient(RegistryService, address), signer, address });
}

async function openWorld(path: string, log: Log, limits: RegistryLimits): Promise<RegistryWorld> {
  const directory = await openStateDirectory(path, "registry");
  try {
    const signer = createSigner(await loadOrCreateKey(directory.path));
    const hasher = await createPasswordHasher();
    const store = await openLmdbStore({ directory: directory.path, log });
    const { messageBytesMax } = limits;
    return {
      ...{ signer, hasher, store, log, limits },
      clock: createClock(),
      entropy: createEntropy(),
      serve: (service) => createServiceServer({ services: [service], log, messageBytesMax }),
      dispose: () => directory.close(),
    };
  } catch (error) {
    await directory.close();
    throw error;
  }
}
