import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./tree.ts";

/**
 * Packages that become part of the program. One of 67 files, of which it needs a third: to find and read these takes
 * longer than all else in them.
 */
const bundled = ["@bufbuild/protobuf"];

const notice = "// Contains @bufbuild/protobuf, Copyright 2021-2026 Buf Technologies, Inc., Apache License 2.0.";

/**
 * Makes the program from src/cli: a few files instead of two hundred, since most of what node does until a peer is ready is
 * to find and load modules. What is imported when needed stays apart, and is loaded then.
 *
 * @param directory where cli/main.js goes. The other files lie beside the folder cli, one level below package.json, as
 * src/version.ts wants it.
 */
export async function makeProgram(directory: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { "cli/main": "src/cli/main.ts" },
    outdir: directory,
    chunkNames: "program-[name]-[hash]",
    bundle: true,
    splitting: true,
    external: dependencies().filter((name) => !bundled.includes(name)),
    platform: "node",
    format: "esm",
    target: "node20",
    banner: { js: notice },
    logLevel: "warning",
  });
}

function dependencies(): readonly string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const isManifest = typeof manifest === "object" && manifest !== null && "dependencies" in manifest;
  return isManifest ? Object.keys(manifest.dependencies ?? {}) : [];
}
