import { afterEach, expect, test } from "vitest";
import { createServiceClient } from "../../../src/adapters/grpc/client.ts";
import { HealthService } from "../../../src/adapters/grpc/health.ts";
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../src/gen/grpc/health/v1/health_pb.ts";
import { serve } from "./serve.ts";

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = ServingStatus;
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function served() {
  const health = new HealthService(["e3.v1.PeerService"]);
  const server = await serve([health.hosted]);
  const client = createServiceClient(Health, server.address);
  open.push({ close: () => server[Symbol.asyncDispose]() }, client);
  return { health, client, host: server.host };
}

test("the server and each hosted service are serving, until shutdown", async () => {
  const { health, client } = await served();
  for (const service of ["", "e3.v1.PeerService"]) {
    expect((await client.check({ service })).status).toBe(SERVING);
  }
  health.shutdown();
  expect((await client.check({ service: "" })).status).toBe(NOT_SERVING);
});

test("a service that is not hosted is not found", async () => {
  const { client } = await served();
  await expect(client.check({ service: "nobody" })).rejects.toMatchObject({ status: "NOT_FOUND" });
});

test("a watcher is told the state and every change, also when the server closes right after", async () => {
  const { health, client, host } = await served();
  const watch = client.watch({ service: "e3.v1.PeerService" });
  expect((await watch.next()).value?.status).toBe(SERVING);
  health.shutdown();
  host.close();
  expect((await watch.next()).value?.status).toBe(NOT_SERVING);
  await expect(watch.next()).rejects.toMatchObject({ status: "UNAVAILABLE" });
});

test("a watcher of an unknown service is told so, and not sent away", async () => {
  const { health, client } = await served();
  const watch = client.watch({ service: "nobody" });
  expect((await watch.next()).value?.status).toBe(SERVICE_UNKNOWN);
  health.shutdown();
  await watch.return();
});

test("a list tells of all services", async () => {
  const { client } = await served();
  const { statuses } = await client.list({});
  expect(Object.keys(statuses).sort()).toEqual(["", "e3.v1.PeerService"]);
  expect(statuses[""]?.status).toBe(SERVING);
});
