import { createServiceClient } from "../../src/adapters/grpc/client.ts";
import { createServiceServer } from "../../src/adapters/grpc/service-server.ts";
import { createMemoryStore } from "../../src/adapters/memory/store.ts";
import { RegistryService } from "../../src/gen/e3/v1/registry_pb.ts";
import type { Store } from "../../src/ports/store.ts";
import { RegistryClient } from "../../src/registry/client.ts";
import { defaultRegistryLimits, type RegistryLimits } from "../../src/registry/limits.ts";
import { openRegistry, type RegistryWorld } from "../../src/registry/open-registry.ts";
import type { RunningRegistry } from "../../src/registry/types.ts";
import { Random } from "../../src/testing/random.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { type Noted, notedLog } from "../adapters/noted-log.ts";
import { CountingHasher, ManualClock } from "./world.ts";

/** A registry on a free port, with time and store in the test's hands. */
export interface Served extends AsyncDisposable {
  readonly registry: RunningRegistry;
  readonly clock: ManualClock;
  readonly lines: readonly Noted[];
  /** A client whose key is made from the seed. */
  readonly client: (seed?: number) => RegistryClient;
}

/** A registry's world on loopback; what is given replaces what it would be made of. */
export function worldOf(parts: Partial<RegistryWorld> = {}, limits: Partial<RegistryLimits> = {}): RegistryWorld {
  const { log } = notedLog();
  const clock = new ManualClock();
  return {
    clock,
    entropy: new Random(1),
    signer: testSigner(1),
    store: createMemoryStore(),
    hasher: new CountingHasher(),
    log,
    limits: { ...defaultRegistryLimits, ...limits },
    serve: (service) => createServiceServer({ services: [service], log: parts.log ?? log }),
    dispose: async () => {},
    ...parts,
  };
}

/** Serves a registry until disposed. */
export async function serveTestRegistry(limits: Partial<RegistryLimits> = {}, store?: Store): Promise<Served> {
  const { log, lines } = notedLog();
  const clock = new ManualClock();
  const world = worldOf({ log, clock, ...(store === undefined ? {} : { store }) }, limits);
  const registry = await openRegistry(world, "127.0.0.1:0");
  const clients: RegistryClient[] = [];
  const client = (seed = 2): RegistryClient => {
    const { listen: address } = registry;
    const calls = createServiceClient(RegistryService, address);
    const made = new RegistryClient({ calls, signer: testSigner(seed), address });
    clients.push(made);
    return made;
  };
  const dispose = async (): Promise<void> => {
    for (const each of clients) each.close();
    await registry.close();
  };
  return { registry, clock, lines, client, [Symbol.asyncDispose]: dispose };
}
