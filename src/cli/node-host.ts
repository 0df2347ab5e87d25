import { createReadStream, readFileSync, writeSync } from "node:fs";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Host } from "./host.ts";

/** The process this program runs in. */
export const nodeHost: Host = {
  // Node opens each stream when it is first asked for, and that is not before it is needed.
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return process.stdout;
  },
  get isErrorTerminal() {
    return process.stderr.isTTY;
  },
  env: process.env,
  version,
  writeOut: (bytes) => writeSync(1, bytes),
  writeError(text) {
    try {
      writeSync(2, text);
    } catch {
      // Closed or full: the program goes on without it.
    }
  },
  onSignal(heard) {
    process.on("SIGINT", () => heard("SIGINT"));
    process.on("SIGTERM", () => heard("SIGTERM"));
  },
  exitNow: (code) => process.exit(code),
  wait: (ms) => setTimeout(ms),
  soon: () => setImmediate(),
  async createLog(level, destination) {
    const { createLog } = await import("../adapters/node/log.ts");
    return createLog({ level, pretty: process.stderr.isTTY, colour: !process.env["NO_COLOR"], destination });
  },
  async createPeer(options) {
    const { createPeer } = await import("../compose.ts");
    return createPeer(options);
  },
  async createMember(options) {
    const { createMember } = await import("../compose-member.ts");
    return createMember(options);
  },
  async openBridges(requests, beside) {
    const { openBridges } = await import("../compose-bridge.ts");
    return openBridges(requests, beside);
  },
  async createBridges(requests, options) {
    const { createBridges } = await import("../compose-bridge.ts");
    return createBridges(requests, options);
  },
  readSecret,
};

async function readSecret(from: string | number, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const stream = typeof from === "string" ? createReadStream(from) : createReadStream("", { fd: from });
  let count = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    count += bytes.length;
    if (count >= bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax);
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const isVersioned = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isVersioned ? String(manifest.version) : "unknown";
}
