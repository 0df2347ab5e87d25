import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const handedOut = new Set<number>();

/**
 * A port on loopback that is free now, and that nobody gets by chance: below the range from which the system picks, so
 * that a peer which was killed finds it free when it is started again.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(12_000, 32_000);
    if (!handedOut.has(port) && (await isFree(port))) {
      handedOut.add(port);
      return port;
    }
  }
  throw new Error("no free port in 100 attempts");
}

/** `127.0.0.1` and a free port. */
export async function freeAddress(): Promise<string> {
  return `127.0.0.1:${await freePort()}`;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
