import { expect, test } from "vitest";
import { createPasswordHasher } from "../../../src/adapters/argon2/password-hasher.ts";
import { passwordHasherContract } from "../../contract/password-hasher.ts";

passwordHasherContract("argon2", createPasswordHasher);

const password = new TextEncoder().encode("password");

test("hashes are Argon2id with 19 MiB, two passes and one lane, and a salt of 16 bytes", async () => {
  const hasher = await createPasswordHasher();
  const hash = await hasher.hash(password);
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
});

test("the event loop turns while a password is hashed: what is ready to run does before the hash is there", async () => {
  const hasher = await createPasswordHasher();
  let isDone = false;
  const hashed = hasher.hash(password).then(() => (isDone = true));
  for (let tick = 0; tick < 50; tick += 1) await new Promise<void>((resolve) => process.nextTick(resolve));
  expect(isDone).toBe(false);
  await hashed;
});

test("a hash made with other costs holds all the same", async () => {
  const hasher = await createPasswordHasher();
  const older = "$argon2id$v=19$m=64,t=1,p=1$A4r+6Aj4e4DOE0oFpwVPpg$YhCaDiNc1AMpwR0GoibXIaHhnVjk34LxIwZctFBahlA";
  expect(await hasher.verify(older, password)).toBe(true);
});
