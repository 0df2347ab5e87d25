import { expect, test } from "vitest";
import { Doorkeeper } from "../../src/registry/doorkeeper.ts";
import { defaultRegistryLimits, type RegistryLimits } from "../../src/registry/limits.ts";
import { Random } from "../../src/testing/random.ts";
import { passwordHasherContract } from "../contract/password-hasher.ts";
import { CountingHasher } from "./world.ts";

passwordHasherContract("the hasher of these tests", () => new CountingHasher());

const never = new AbortController().signal;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function open(limits: Partial<RegistryLimits> = {}) {
  const hasher = new CountingHasher();
  const doorkeeper = await Doorkeeper.open(hasher, new Random(1), { ...defaultRegistryLimits, ...limits });
  const hash = await doorkeeper.hash(bytes("password 1"), never);
  const check = (name: string, password: string, nowMs = 0, remote = "192.0.2.1:1"): Promise<void> =>
    doorkeeper.check(
      name.toLowerCase() === "ali" ? hash : undefined,
      { name, password: bytes(password), remote, nowMs },
      never,
    );
  return { hasher, doorkeeper, check };
}

test("the right password is let in", async () => {
  const { check } = await open();
  await expect(check("ali", "password 1")).resolves.toBeUndefined();
});

test("a wrong name and a wrong password get the same answer for the same work", async () => {
  const { check, hasher } = await open();
  const told: unknown[] = [];
  for (const name of ["ali", "nobody"]) {
    const before = hasher.verifies;
    const error: unknown = await check(name, "password 2").catch((thrown: unknown) => thrown);
    told.push({
      code: "bad-credentials",
      message: "the name or the password is wrong",
      work: hasher.verifies - before,
    });
    expect(error).toMatchObject({ code: "bad-credentials", message: "the name or the password is wrong" });
  }
  expect(told[0]).toEqual(told[1]);
  expect(told[0]).toMatchObject({ work: 1 });
});

test("a user that there is not is not let in, even were its password right", async () => {
  const { check, hasher } = await open();
  hasher.verify = async () => true;
  await expect(check("nobody", "password 1")).rejects.toMatchObject({ code: "bad-credentials" });
});

test("after so many wrong guesses a user has to wait, whoever guessed, in whatever case, and whether it exists or not", async () => {
  for (const name of ["ali", "nobody"]) {
    const { check, hasher } = await open({ userAttemptsMax: 3, userAttemptMs: 60_000 });
    for (let guess = 0; guess < 3; guess += 1) {
      const guessed = check(guess === 1 ? name.toUpperCase() : name, "password 2", 0, `192.0.2.${guess}:1`);
      await expect(guessed).rejects.toMatchObject({ code: "bad-credentials" });
    }
    const refusal = { code: "resource-exhausted", message: "too many attempts; try again in 30 s" };
    await expect(check(name, "password 1", 30_000)).rejects.toMatchObject(refusal);
    expect(hasher.verifies).toBe(3);
  }
});

test("the right password costs no attempt", async () => {
  const { check, doorkeeper } = await open({ userAttemptsMax: 2, remoteAttemptsMax: 2 });
  for (let time = 0; time < 10; time += 1) {
    doorkeeper.knock("192.0.2.1:5", 0);
    await check("ali", "password 1");
  }
});

test("a network that tries too much has to wait, from whichever port", async () => {
  const { doorkeeper } = await open({ remoteAttemptsMax: 2, remoteAttemptMs: 1_000 });
  doorkeeper.knock("192.0.2.1:1", 0);
  doorkeeper.knock("192.0.2.1:2", 0);
  expect(() => doorkeeper.knock("192.0.2.1:3", 0)).toThrow("too many attempts; try again in 1 s");
  doorkeeper.knock("192.0.2.2:1", 0);
  doorkeeper.knock("192.0.2.1:3", 1_000);
});
