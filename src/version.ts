import { readFileSync } from "node:fs";

/** Version of this package, from its package.json, which stands one folder above both src and dist. */
export const version: string = readVersion(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

function readVersion(text: string): string {
  const manifest: unknown = JSON.parse(text);
  const isManifest = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isManifest && typeof manifest.version === "string" ? manifest.version : "0.0.0";
}
