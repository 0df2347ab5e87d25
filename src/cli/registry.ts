import type { RegistryOptions, RunningRegistry } from "../registry/types.ts";
import { Departure } from "./departure.ts";
import type { Host } from "./host.ts";
import type { RegistryCommand } from "./registry-options.ts";

/** What starts a registry. */
export type OpenRegistry = (options: RegistryOptions) => Promise<RunningRegistry>;

/**
 * Runs a registry until it is told to leave. When it is ready it says so on standard output, in one line.
 *
 * @param open replaced in tests.
 * @returns the exit code.
 * @throws E3Error when the registry cannot start.
 */
export async function serveRegistry(
  { registry: options, json, logLevel }: RegistryCommand,
  host: Host,
  open: OpenRegistry = openHere,
): Promise<number> {
  const departure = new Departure(host);
  const log = await host.createLog(logLevel, { write: (line) => host.writeError(line) });
  const registry = await open({ ...options, log });
  try {
    if (!departure.isDecided) host.stdout.write(`${json ? readyJson(registry) : readySentence(registry)}\n`);
    return await departure.decided;
  } finally {
    await registry.close();
  }
}

/** Loaded only now: it takes as long as all of a peer. */
async function openHere(options: RegistryOptions): Promise<RunningRegistry> {
  const { createRegistry } = await import("../compose-registry.ts");
  return createRegistry(options);
}

function readySentence({ id, listen, publicKey }: RunningRegistry): string {
  return `registry ${id} listens at ${listen}, key ${base64(publicKey)}`;
}

/** The one JSON line of a registry. Ids are decimal strings, as a JSON number is a double. */
function readyJson({ id, listen, publicKey }: RunningRegistry): string {
  return JSON.stringify({ event: "registry", id: `${id}`, listen, key: base64(publicKey) });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
