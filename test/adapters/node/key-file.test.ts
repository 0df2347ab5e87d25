import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keyFile, loadOrCreateKey } from "../../../src/adapters/node/key-file.ts";
import { createSigner } from "../../../src/adapters/node/signer.ts";
import { failureOf } from "../failure.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

/** A directory whose key file holds the text, with mode 0600. */
async function directoryWith(text: string): Promise<string> {
  const directory = await makeDirectory();
  await writeFile(join(directory, keyFile), text, { mode: 0o600 });
  return directory;
}

test("a key is made once and the same ever after", async () => {
  const directory = await makeDirectory();
  const first = await loadOrCreateKey(directory);
  expect(await loadOrCreateKey(directory)).toEqual(first);
  expect(createSigner(first).publicKey).toHaveLength(32);
  expect(await loadOrCreateKey(await makeDirectory())).not.toEqual(first);
});

test("the file is a PEM that other tools read, for its owner alone, and nothing else is left behind", async () => {
  const directory = await makeDirectory();
  const key = await loadOrCreateKey(directory);
  expect((await stat(join(directory, keyFile))).mode & 0o777).toBe(0o600);
  const pem = await readFile(join(directory, keyFile), "utf8");
  const spki = createPublicKey(pem).export({ format: "der", type: "spki" });
  expect(Uint8Array.from(spki.subarray(-32))).toEqual(createSigner(key).publicKey);
  expect(await readdir(directory)).toEqual([keyFile]);
});

test("an unfinished file of an earlier start is replaced", async () => {
  const directory = await makeDirectory();
  await writeFile(join(directory, `${keyFile}.tmp`), "half", { mode: 0o644 });
  await loadOrCreateKey(directory);
  expect((await stat(join(directory, keyFile))).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual([keyFile]);
});

test.each([0o640, 0o604, 0o666, 0o610])("a key that others could use is refused: mode %o", async (mode) => {
  const directory = await makeDirectory();
  await loadOrCreateKey(directory);
  await chmod(join(directory, keyFile), mode);
  expect(await failureOf(loadOrCreateKey(directory))).toMatch(
    /^state-unreadable: .*has mode 0\d+.*must be 0600 \(chmod 600 /,
  );
  await chmod(join(directory, keyFile), 0o600);
  await expect(loadOrCreateKey(directory)).resolves.toBeInstanceOf(Uint8Array);
});

test.each(["", "garbage", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "x".repeat(5_000)])(
  "a damaged key is refused and left alone (%#)",
  async (text) => {
    const directory = await directoryWith(text);
    const failure = await failureOf(loadOrCreateKey(directory));
    expect(failure).toMatch(/^state-unreadable: /);
    expect(failure).toContain("damaged");
    expect(await readFile(join(directory, keyFile), "utf8")).toBe(text);
  },
);

test("a key that lost a bit is refused, or is the same key, wherever the bit was", async () => {
  const directory = await makeDirectory();
  const key = await loadOrCreateKey(directory);
  const sound = await readFile(join(directory, keyFile));
  let refused = 0;
  for (let bit = 0; bit < sound.length * 8; bit += 1) {
    const damaged = Buffer.from(sound);
    damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    await writeFile(join(directory, keyFile), damaged);
    try {
      expect(await loadOrCreateKey(directory)).toEqual(key);
    } catch (error) {
      // A bit of its kind makes it a key of another one.
      expect(error).toMatchObject({ code: expect.stringMatching(/^state-(unreadable|foreign)$/) as string });
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(sound.length * 4);
});

test("a key that another tool made, with nothing after it, is taken", async () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const directory = await directoryWith(privateKey.export({ format: "pem", type: "pkcs8" }).toString());
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  expect(createSigner(await loadOrCreateKey(directory)).publicKey).toEqual(Uint8Array.from(spki.subarray(-32)));
});

test("a key of another kind is foreign", async () => {
  const { privateKey } = generateKeyPairSync("x25519");
  const directory = await directoryWith(privateKey.export({ format: "pem", type: "pkcs8" }).toString());
  const failure = await failureOf(loadOrCreateKey(directory));
  expect(failure).toMatch(/^state-foreign: /);
  expect(failure).toContain("x25519");
});

test("what is no file, or has no directory, is unreadable", async () => {
  const directory = await makeDirectory();
  await mkdir(join(directory, keyFile), { mode: 0o700 });
  await expect(loadOrCreateKey(directory)).rejects.toMatchObject({ code: "state-unreadable" });
  await expect(loadOrCreateKey(join(directory, "absent"))).rejects.toMatchObject({ code: "state-unreadable" });
});
