import { expect, test } from "vitest";
import { Departure } from "../../src/cli/departure.ts";
import type { PasswordSource } from "../../src/cli/member-options.ts";
import { readPassword } from "../../src/cli/password.ts";
import { FakeHost, settled } from "./fake-host.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(host: FakeHost, password: PasswordSource, signUp = false): Promise<string> {
  return readPassword({ registry: "127.0.0.1:8090", user: "ali", signUp, password }, host, new Departure(host));
}

test.each([
  ["a password", "a password"],
  ["a password\n", "a password"],
  ["a password\r\n", "a password"],
  [" a password \n\n", " a password \n"],
  ["şifre\n", "şifre"],
  ["", ""],
])("of a file that holds %j the password is %j", async (text, password) => {
  const host = new FakeHost();
  host.secrets.set("secret", bytesOf(text)).set(3, bytesOf(text));
  expect(await read(host, { kind: "file", path: "secret" })).toBe(password);
  expect(await read(host, { kind: "descriptor", descriptor: 3 })).toBe(password);
});

test.each([
  [undefined, "--password-file secret cannot be read (ENOENT)"],
  [new Uint8Array(5_000), "holds more than a password can have"],
  [Uint8Array.of(0xff, 0xfe), "does not hold UTF-8"],
])("a file without a password is told of, %#", async (bytes, part) => {
  const host = new FakeHost();
  if (bytes !== undefined) host.secrets.set("secret", bytes);
  const refused = read(host, { kind: "file", path: "secret" });
  await expect(refused).rejects.toMatchObject({ code: "bad-option", message: expect.stringContaining(part) as string });
});

test("on a terminal it is asked for, twice where the user is a new one", async () => {
  for (const signUp of [false, true]) {
    const host = new FakeHost();
    host.stdin.isTTY = true;
    const asked = read(host, { kind: "prompt" }, signUp);
    host.stdin.write("secret word\r");
    await settled();
    if (signUp) host.stdin.write("secret word\r");
    expect(await asked).toBe("secret word");
    expect(host.errors).toBe(`Password of ali at 127.0.0.1:8090: \n${signUp ? "The same again: \n" : ""}`);
  }
});

test("two that differ are refused", async () => {
  const host = new FakeHost();
  host.stdin.isTTY = true;
  const asked = read(host, { kind: "prompt" }, true);
  host.stdin.write("secret word\rsecret wort\r");
  await expect(asked).rejects.toMatchObject({ code: "bad-option", message: "the two passwords differ; start again" });
});

test("without a terminal nobody is asked", async () => {
  const host = new FakeHost();
  await expect(read(host, { kind: "prompt" })).rejects.toMatchObject({
    code: "bad-option",
    message: expect.stringContaining("give --password-file PATH or --password-fd N") as string,
  });
  expect([host.errors, host.out]).toEqual(["", ""]);
});

test("a descriptor that is not open is told with what to type, whatever the system calls it", async () => {
  for (const code of ["EBADF", "EINVAL"]) {
    const host = new FakeHost();
    host.readSecret = () => Promise.reject(Object.assign(new Error("no"), { code }));
    await expect(read(host, { kind: "descriptor", descriptor: 9 })).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringContaining("file descriptor 9 is not open for reading; open it with 9<FILE") as string,
    });
  }
});

test("a new password that is too short is refused before it is asked for again", async () => {
  const host = new FakeHost();
  host.stdin.isTTY = true;
  const asked = read(host, { kind: "prompt" }, true);
  host.stdin.write("seven77\r");
  await expect(asked).rejects.toMatchObject({
    code: "bad-option",
    message: expect.stringContaining("8 bytes of UTF-8 at least") as string,
  });
  expect(host.errors).not.toContain("The same again");
});
