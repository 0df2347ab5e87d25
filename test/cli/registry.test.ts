import { expect, test } from "vitest";
import { serveRegistry } from "../../src/cli/registry.ts";
import type { RegistryCommand } from "../../src/cli/registry-options.ts";
import { E3Error } from "../../src/core/error.ts";
import type { RegistryOptions, RunningRegistry } from "../../src/registry/types.ts";
import { FakeHost, settled } from "./fake-host.ts";

const command: RegistryCommand = { registry: { listen: "127.0.0.1:0" }, json: false, logLevel: "info" };

/** A registry that a test looks at. */
class FakeRegistry implements RunningRegistry {
  readonly id = 77n;
  readonly listen = "127.0.0.1:8090";
  readonly publicKey = new Uint8Array(32).fill(1);
  options: RegistryOptions | undefined;
  closed = 0;

  readonly open = async (options: RegistryOptions): Promise<RunningRegistry> => {
    this.options = options;
    return this;
  };

  async close(): Promise<void> {
    this.closed += 1;
  }
}

function printed(host: FakeHost): string {
  return String(host.stdout.read() ?? "");
}

test("it says in one line that it is ready, and runs until a signal", async () => {
  const [host, registry] = [new FakeHost(), new FakeRegistry()];
  const ended = serveRegistry(command, host, registry.open);
  await settled();
  expect(printed(host)).toBe(
    "registry 77 listens at 127.0.0.1:8090, key AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n",
  );
  expect([registry.options, host.logLevel, registry.closed]).toMatchObject([{ listen: "127.0.0.1:0" }, "info", 0]);
  host.signal("SIGTERM");
  expect([await ended, registry.closed]).toEqual([0, 1]);
});

test("with --json the line is an object", async () => {
  const [host, registry] = [new FakeHost(), new FakeRegistry()];
  const ended = serveRegistry({ ...command, json: true }, host, registry.open);
  await settled();
  const key = Buffer.alloc(32, 1).toString("base64");
  expect(JSON.parse(printed(host))).toEqual({ event: "registry", id: "77", listen: "127.0.0.1:8090", key });
  host.signal("SIGINT");
  expect(await ended).toBe(0);
});

test("a signal before it is ready ends it when it is", async () => {
  const [host, registry] = [new FakeHost(), new FakeRegistry()];
  const ended = serveRegistry(command, host, registry.open);
  host.signal("SIGINT");
  expect([await ended, registry.closed, printed(host)]).toEqual([0, 1, ""]);
});

test("what it cannot start with is thrown", async () => {
  const refused = serveRegistry(command, new FakeHost(), () =>
    Promise.reject(new E3Error("port-in-use", "127.0.0.1:8090 is in use")),
  );
  await expect(refused).rejects.toMatchObject({ code: "port-in-use" });
});

test("its log goes to standard error", async () => {
  const [host, registry] = [new FakeHost(), new FakeRegistry()];
  const ended = serveRegistry(command, host, registry.open);
  await settled();
  host.logDestination?.write("a line\n");
  expect(host.errors).toBe("a line\n");
  host.signal("SIGTERM");
  await ended;
});
