import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./tree.ts";
import type { Files } from "./source.ts";

/** What a tool said of a scratch tree. */
export interface Verdict {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a tool of node_modules/.bin over texts in a folder outside the repository, which is gone afterwards. */
export function runOver(files: Files, tool: string, args: readonly string[]): Verdict {
  const scratch = mkdtempSync(join(tmpdir(), "e3-tidy-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(scratch, path)), { recursive: true });
      writeFileSync(join(scratch, path), text);
    }
    const result = spawnSync(join(root, "node_modules", ".bin", tool), args, { cwd: scratch, encoding: "utf8" });
    return { status: result.status, output: result.stdout + result.stderr };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
