import { expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { chatOptions } from "../../src/cli/options.ts";
import { registryOptions } from "../../src/cli/registry-options.ts";
import type { PeerOptions } from "../../src/peer/peer-options.ts";

const listen = "127.0.0.1:8081";

async function peerOf(...words: readonly string[]): Promise<PeerOptions> {
  const asked = await parseArguments([listen, ...words], "1.2.3");
  if (asked.kind !== "chat") throw new Error("a chat was asked for");
  return chatOptions(asked.options).peer;
}

test("a range of links is two numbers with two dots between them", async () => {
  expect((await peerOf("--degree", "2..4")).degree).toEqual({ min: 2, max: 4 });
  expect((await peerOf("--degree=1..1024")).degree).toEqual({ min: 1, max: 1024 });
  expect(await peerOf()).not.toHaveProperty("degree");
});

test.each(["", "3", "2-4", "2...4", "..4", "2..", "0..3", "4..2", "1..1025", "-1..2", "2.5..3", " 2..3", "1e3..2e3"])(
  "%j is no range of links",
  async (text) => {
    await expect(peerOf(`--degree=${text}`)).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringContaining("write MIN..MAX, two numbers from 1 to 1024, for example 2..4") as string,
    });
  },
);

test("bootstrap addresses have commas between them, and are put in normal form", async () => {
  expect((await peerOf("--bootstrap", "Host:8082, 127.0.0.1:08083")).bootstrap).toEqual([
    "host:8082",
    "127.0.0.1:8083",
  ]);
  expect(await peerOf()).not.toHaveProperty("bootstrap");
});

test("what is no address is no bootstrap address, and too many are refused", async () => {
  for (const text of ["", "8082", "a:1,,b:2", "a:1,"])
    await expect(peerOf(`--bootstrap=${text}`)).rejects.toMatchObject({ code: "bad-address" });
  const many = Array.from({ length: 1_025 }, (_, index) => `127.0.0.1:${index + 1}`).join(",");
  await expect(peerOf("--bootstrap", many)).rejects.toMatchObject({ code: "bad-option" });
});

test.each([
  ["--degree", "2..4"],
  ["--bootstrap", "127.0.0.1:8082"],
])("%s contradicts --leaf, and means nothing to a registry", async (option, value) => {
  const contradiction = {
    code: "bad-option",
    message: expect.stringContaining(`${option} and --leaf contradict`) as string,
  };
  await expect(peerOf("127.0.0.1:8082", "--leaf", option, value)).rejects.toMatchObject(contradiction);
  const asked = await parseArguments(["registry", listen, option, value], "1.2.3");
  expect(() => asked.kind === "registry" && registryOptions(asked.options)).toThrow(`${option} is for a peer`);
});
