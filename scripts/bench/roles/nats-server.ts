/** Keeps a nats-server, so that it ends with the benchmark however that ends. Built and started by scripts/bench/workshop.ts. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { host } from "../host.ts";
import type { ServerSetup } from "../order.ts";

/** Clock ticks in a second in what Linux tells of processes. Source: proc(5), sysconf(_SC_CLK_TCK). */
const ticksPerSecond = 100;

/** How long the server may take to listen, milliseconds. */
const startMsMax = 10_000;

host<ServerSetup>("nats-server", async ({ directory, jetstream }) => {
  const files = jetstream ? ["--jetstream", "--store_dir", directory] : [];
  const words = ["--addr", "127.0.0.1", "--port", "-1", "--ports_file_dir", directory, ...files];
  // A group of its own: an interrupt at the terminal is not for it.
  const server = spawn("nats-server", words, { stdio: "ignore", detached: true });
  process.once("exit", () => server.kill("SIGKILL"));
  const address = await listens(server, directory);
  const close = async (): Promise<void> => {
    server.kill("SIGKILL");
    await new Promise((resolve) => (server.exitCode === null ? server.once("close", resolve) : resolve(undefined)));
  };
  return { address, cpuUs: () => cpuUsOf(server), close };
});

/** The address it bound, which it writes into a file. */
async function listens(server: ChildProcess, directory: string): Promise<string> {
  const endMs = performance.now() + startMsMax;
  while (performance.now() < endMs) {
    if (server.exitCode !== null) throw new Error(`nats-server ended (${server.exitCode})`);
    const file = readdirSync(directory).find((name) => name.endsWith(".ports"));
    const address =
      file === undefined ? undefined : /nats:\/\/([\d.]+:\d+)/.exec(readFileSync(join(directory, file), "utf8"));
    if (address?.[1] !== undefined) return address[1];
    await sleep(20);
  }
  throw new Error("nats-server did not listen in time");
}

/** Processor time so far, microseconds; 0 where there is no proc file system. */
function cpuUsOf(server: ChildProcess): number {
  try {
    const text = readFileSync(`/proc/${server.pid ?? 0}/stat`, "utf8");
    // The name, in brackets, may hold anything; user and system time are the 12th and 13th after it.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000_000;
  } catch {
    return 0;
  }
}
