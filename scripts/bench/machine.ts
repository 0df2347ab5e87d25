import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type as systemType } from "node:os";
import { join } from "node:path";
import { root } from "../lib/tree.ts";
import { versionOf } from "./installed.ts";
import type { Machine } from "./result.ts";

const packages = ["@grpc/grpc-js", "lmdb", "@nats-io/transport-node", "@nats-io/jetstream"];

/** What figures depend on. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 1_024 ** 3),
    system: `${systemType()} ${release()}`,
    fileSystem: fileSystemOf(root),
    versions: {
      "e3-mesh": packageVersion(root),
      node: process.versions.node,
      ...Object.fromEntries(packages.map((name) => [name, packageVersion(join(root, "node_modules", name))])),
      "nats-server": versionOf("nats-server")?.replace(/^.*v/, "") ?? "not found",
    },
  };
}

function packageVersion(directory: string): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    if (typeof manifest !== "object" || manifest === null || !("version" in manifest)) return "unknown";
    return String(manifest.version);
  } catch {
    return "not found";
  }
}

/** By its name; what is synced to a memory file system is not durable. */
function fileSystemOf(path: string): string {
  try {
    return execFileSync("stat", ["--file-system", "--format=%T", path], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
