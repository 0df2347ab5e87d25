import { expect, test } from "vitest";
import { createServiceClient } from "../../src/adapters/grpc/client.ts";
import { E3Error } from "../../src/core/error.ts";
import { Health } from "../../src/gen/grpc/health/v1/health_pb.ts";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { serveTestRegistry, worldOf } from "./served.ts";
import { FragileStore } from "./world.ts";

test("a registry keeps its own id and its users over a restart", async () => {
  const store = new FragileStore();
  store.isKept = true;
  const first = await openRegistry(worldOf({ store }), "127.0.0.1:0");
  await first.close();
  const second = await openRegistry(worldOf({ store }), "127.0.0.1:0");
  expect(second.id).toBe(first.id);
  await second.close();
});

test("it is healthy while it runs, and says when it is ready", async () => {
  const served = await serveTestRegistry();
  const health = createServiceClient(Health, served.registry.listen);
  for (const service of ["", "e3.v1.RegistryService"]) {
    expect((await health.check({ service })).status).toBe(1);
  }
  health.close();
  expect(served.lines[0]).toMatchObject({ message: "registry ready", fields: { users: 0 } });
  await served[Symbol.asyncDispose]();
});

test("closing ends it once, whoever asks how often", async () => {
  let disposed = 0;
  const world = worldOf({ dispose: async () => void (disposed += 1) });
  const registry = await openRegistry(world, "127.0.0.1:0");
  await Promise.all([registry.close(), registry.close()]);
  expect(disposed).toBe(1);
});

test("what cannot start leaves nothing behind", async () => {
  const store = new FragileStore();
  store.fails = new E3Error("store-failed", "the disk is full");
  let disposed = 0;
  const world = worldOf({ store, dispose: async () => void (disposed += 1) });
  await expect(openRegistry(world, "127.0.0.1:0")).rejects.toMatchObject({ code: "store-failed" });
  expect(disposed).toBe(1);
  await expect(store.read("meta", undefined, 1)).rejects.toMatchObject({ code: "store-failed" });
});

test("an address that is taken is refused", async () => {
  const served = await serveTestRegistry();
  const again = openRegistry(worldOf(), served.registry.listen);
  await expect(again).rejects.toMatchObject({ code: "port-in-use" });
  await served[Symbol.asyncDispose]();
});
