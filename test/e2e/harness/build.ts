import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** The checkout this suite belongs to. */
export const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** The program under test: the built command line. */
export const program = join(repository, "dist/cli/main.js");

const lock = join(repository, "node_modules/.e3-e2e-build.lock");
const buildMs = 120_000;
/** Set to 1, the program is taken as it is. Set by setup itself, so that sources edited meanwhile change no test run. */
const builtVariable = "E3_E2E_BUILT";

/**
 * Builds the program when it is missing or older than its sources. Safe to call from several processes at once: one
 * builds, the others wait.
 *
 * Named so that vitest takes it as a globalSetup file; the harness calls it as well, and then it finds nothing to do.
 *
 * @throws Error with the build's output when the build fails.
 */
export async function setup(): Promise<void> {
  if (process.env[builtVariable] === "1") return;
  while (isStale()) {
    if (takeLock()) {
      buildUnderLock();
      break; // Once, even if the sources are being edited meanwhile.
    }
    await sleep(100);
  }
  process.env[builtVariable] = "1";
}

function buildUnderLock(): void {
  try {
    build();
  } finally {
    rmSync(lock, { force: true });
  }
}

function build(): void {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], {
    cwd: repository,
    encoding: "utf8",
    timeout: buildMs,
  });
  if (status !== 0 || !existsSync(program)) throw new Error(`npm run build failed\n${stdout}\n${stderr}`);
}

function isStale(): boolean {
  // A build under way may already have written the file we look at, but not yet the ones it imports.
  if (existsSync(lock)) return true;
  if (!existsSync(program)) return true;
  const builtMs = statSync(program).mtimeMs;
  return readdirSync(join(repository, "src"), { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > builtMs,
  );
}

function takeLock(): boolean {
  if (lockIsDead()) rmSync(lock, { force: true });
  try {
    const file = openSync(lock, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch {
    return false; // Another process builds.
  }
}

/** Left behind by a process that was killed while it built. */
function lockIsDead(): boolean {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    if (pid === 0) return false; // Just being written.
    process.kill(pid, 0);
    return false;
  } catch {
    return existsSync(lock);
  }
}
