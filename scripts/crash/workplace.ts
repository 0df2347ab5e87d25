import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "../lib/tree.ts";

/**
 * A temporary directory for one run: the states of its peers, and a copy of the built program, so that sources built
 * anew meanwhile change nothing. Removed when this process ends, however it ends, but for SIGKILL.
 */
export class Workplace {
  readonly root = mkdtempSync(join(tmpdir(), "e3-crash-"));
  /** The command line's main file. */
  readonly program = join(this.root, "dist", "cli", "main.js");
  readonly #mounts: string[] = [];
  #directories = 0;

  /** @param dist the built program. */
  constructor(dist = join(root, "dist")) {
    cpSync(dist, join(this.root, "dist"), { recursive: true });
    cpSync(join(root, "package.json"), join(this.root, "package.json"));
    symlinkSync(join(root, "node_modules"), join(this.root, "node_modules"));
    process.once("exit", () => this.#remove());
  }

  /** The path of a directory that does not exist yet. */
  fresh(name: string): string {
    this.#directories += 1;
    return join(this.root, `${name}-${this.#directories}`);
  }

  /** A small file system in memory. @returns its path, or why there is none. */
  mount(sizeBytes: number): { readonly path: string } | { readonly reason: string } {
    const path = this.fresh("disk");
    mkdirSync(path);
    const { status, stderr, error } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "tmpfs", path], {
      encoding: "utf8",
    });
    if (status !== 0) return { reason: `mounting a tmpfs is not allowed (${error?.message ?? stderr.trim()})` };
    this.#mounts.push(path);
    return { path };
  }

  #remove(): void {
    for (const path of this.#mounts) spawnSync("umount", ["-l", path]);
    // What was killed a moment ago may still be dying.
    rmSync(this.root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

/** Whether a program of this name can be run. */
export function hasTool(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((directory) => existsSync(join(directory, name)));
}
