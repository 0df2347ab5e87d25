import { randomInt } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file for each port that was handed out, with the process that has it: several run tests at a time. */
const claims = join(tmpdir(), `e3-e2e-ports-${process.getuid?.() ?? "all"}`);
const claimed = new Set<string>();

/** Ports that are handed out, where the system picks from above them. */
const [lowest, highest] = [12_000, 32_000];
/** So many at least are handed out, whatever the system picks from. */
const leastPorts = 2_000;

process.once("exit", () => {
  for (const path of claimed) rmSync(path, { force: true });
});

/**
 * A port on loopback that is free now, and that nobody gets by chance: below the range from which the system picks, so
 * that a peer which was killed finds it free when it is started again; and no other test of this machine's gets it either,
 * whose peers would be taken for the killed one by those that dial it.
 */
export async function freePort(): Promise<number> {
  mkdirSync(claims, { recursive: true });
  const end = Math.min(highest, Math.max(lowestPicked(), lowest + leastPorts));
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(lowest, end);
    if (claim(port) && (await isFree(port))) return port;
  }
  throw new Error("no free port in 100 attempts");
}

/** `127.0.0.1` and a free port. */
export async function freeAddress(): Promise<string> {
  return `127.0.0.1:${await freePort()}`;
}

/** The first port of the range from which the system picks: 32768 on most, 16000 in some sandboxes. */
function lowestPicked(): number {
  try {
    return Number.parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
  } catch {
    return highest; // Not Linux.
  }
}

function claim(port: number): boolean {
  const path = join(claims, `${port}`);
  try {
    if (isLeft(path)) rmSync(path, { force: true });
    writeFileSync(path, `${process.pid}`, { flag: "wx" });
    claimed.add(path);
    return true;
  } catch {
    return false; // Another process has it, or this one.
  }
}

/** Whether the process that claimed it is no more. */
function isLeft(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    if (pid === 0) return false; // Just being written.
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
