import { createHash } from "node:crypto";

/** A key as the name of a file: legible as far as it can be, of bounded length, and another one for each key. */
export function fileName(key: string): string {
  const legible = key.replace(/[^A-Za-z0-9.]+/g, "-").replace(/^[.-]+/, "");
  return `${legible.slice(0, 32)}-${digest(key)}`;
}

function digest(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}
