import { expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { memberOptions, registryOption, type SignIn } from "../../src/cli/member-options.ts";

async function optionsOf(...argv: readonly string[]): Promise<SignIn | undefined> {
  const asked = await parseArguments(["127.0.0.1:8081", ...argv], "1.2.3");
  if (asked.kind !== "chat") throw new Error(`asked for ${asked.kind}`);
  return memberOptions(asked.options);
}

const there = ["--registry", "127.0.0.1:08090", "--user", "Ali Reza"];
const common = { registry: "127.0.0.1:8090", user: "Ali Reza", signUp: false };

test("without a registry there is nothing to sign in at", async () => {
  expect(await optionsOf()).toBeUndefined();
});

test("a registry and a user are enough: the password is asked for", async () => {
  expect(await optionsOf(...there)).toEqual({ ...common, password: { kind: "prompt" } });
});

test("the password may come from a file or a descriptor, and the user may be a new one", async () => {
  const file = await optionsOf(...there, "--sign-up", "--password-file", "secret");
  expect(file).toEqual({ ...common, signUp: true, password: { kind: "file", path: "secret" } });
  const descriptor = await optionsOf("--password-fd=3", ...there);
  expect(descriptor).toEqual({ ...common, password: { kind: "descriptor", descriptor: 3 } });
});

test("a registry on another machine is taken when it is meant", async () => {
  const far = ["--registry", "10.0.0.1:8090", "--user", "ali"];
  await expect(optionsOf(...far)).rejects.toMatchObject({ code: "not-loopback" });
  expect(await optionsOf(...far, "--insecure")).toMatchObject({ registry: "10.0.0.1:8090" });
});

test("beside a bridge a registry alone is for the users of the bridge, and the peer is anybody", async () => {
  const beside = ["--registry", "127.0.0.1:08090", "--bridge", "udp-chat=127.0.0.1:12345"];
  expect(await optionsOf(...beside, "--name", "bob", "--desired-id", "7")).toBeUndefined();
  expect(await optionsOf(...beside, "--user", "Ali Reza")).toMatchObject(common);
  const asked = await parseArguments(["127.0.0.1:8081", ...beside], "1.2.3");
  expect(asked.kind === "chat" && registryOption(asked.options)).toBe("127.0.0.1:8090");
  await expect(optionsOf(...beside, "--sign-up")).rejects.toMatchObject({ message: "--sign-up needs --user NAME" });
});

test.each([
  [["--registry", "127.0.0.1:8090"], "--registry needs --user NAME"],
  [["--registry", "127.0.0.1:8090", "--user", ""], "--user needs a value"],
  [["--registry", "--user", "ali"], "--registry needs a value"],
  [["--user", "ali"], "--user needs --registry HOST:PORT"],
  [["--sign-up"], "--sign-up needs --registry HOST:PORT"],
  [["--password-fd", "3"], "--password-fd needs --registry HOST:PORT"],
  [[...there, "--name", "veli"], "--name and --registry contradict each other"],
  [[...there, "--desired-id", "7"], "--desired-id and --registry contradict each other"],
  [[...there, "--password-fd", "3", "--password-file", "x"], "contradict each other; give one of them"],
  [[...there, "--password-fd", "0"], '--password-fd "0" is not the number of a file descriptor above 2'],
  [[...there, "--password-fd", "x"], '--password-fd "x" is not the number'],
  [[...there, "--password", "secret"], "unknown option --password; did you mean --password-fd?"],
])("%j is refused: %s", async (argv, part) => {
  await expect(optionsOf(...argv)).rejects.toMatchObject({
    code: "bad-option",
    message: expect.stringContaining(part) as string,
  });
});
