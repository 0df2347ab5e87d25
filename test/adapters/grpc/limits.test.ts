import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { clientOptions, defaultGrpcLimits, serverOptions } from "../../../src/adapters/grpc/limits.ts";
import { defaultLimits } from "../../../src/core/limits.ts";

const library = dirname(createRequire(import.meta.url).resolve("@grpc/grpc-js"));
const source = readdirSync(library)
  .filter((name) => name.endsWith(".js") && name !== "channel-options.js")
  .map((name) => readFileSync(join(library, name), "utf8"))
  .join("\n");

test.each([...Object.keys(serverOptions(defaultGrpcLimits)), ...Object.keys(clientOptions(defaultGrpcLimits))])(
  "%s is an option that grpc-js reads",
  (option) => {
    expect(source).toContain(`'${option}'`);
  },
);

test("the bounds agree with each other and with the core's", () => {
  const limits = defaultGrpcLimits;
  expect(limits.messageBytesMax).toBe(defaultLimits.frameBytesMax);
  expect(limits.wiresMax).toBeGreaterThan(defaultLimits.linksMax + defaultLimits.handshakesMax);
  expect(limits.connectionsMax).toBeGreaterThanOrEqual(limits.wiresMax);
  expect(limits.dialMs).toBeLessThanOrEqual(defaultLimits.handshakeMs);
});
