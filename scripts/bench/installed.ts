import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { execFileSync } from "node:child_process";

/** Why a program cannot be run; undefined when it can. */
export function onPath(program: string): string | undefined {
  const there = (process.env["PATH"] ?? "").split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return there ? undefined : `${program} is not on the PATH`;
}

/** What a program says of its version; undefined when it does not run. */
export function versionOf(program: string): string | undefined {
  try {
    return execFileSync(program, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}

/** Why a package cannot be used; undefined when it can. Looks for its folder: not every package lets itself be resolved. */
export function installed(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const there = folders.some((folder) => existsSync(join(folder, name, "package.json")));
  return there ? undefined : `the package ${name} is not installed`;
}

/** Why this Node is too old; undefined when it is not. */
export function nodeFrom(major: number): string | undefined {
  const found = process.versions.node;
  return Number.parseInt(found, 10) >= major ? undefined : `it needs Node ${major} or later, and this is ${found}`;
}
