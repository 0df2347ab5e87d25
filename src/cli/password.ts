import { E3Error } from "../core/error.ts";
import { escapeText } from "../core/escape.ts";
import { encodeUtf8 } from "../core/utf8.ts";
import type { Departure } from "./departure.ts";
import { hasCode } from "./errors.ts";
import type { Host } from "./host.ts";
import type { SignIn } from "./member-options.ts";
import { promptSecret } from "./prompt-secret.ts";

/**
 * Gets the password of a user from where the command line says.
 *
 * @throws E3Error "bad-option" when it cannot be had there; "closed" when the user leaves instead of typing it.
 */
export async function readPassword(signIn: SignIn, host: Host, departure: Departure): Promise<string> {
  const { password: source } = signIn;
  switch (source.kind) {
    case "file":
      return textOf(await read(host, source.path), `--password-file ${source.path}`);
    case "descriptor":
      return textOf(await read(host, source.descriptor), `--password-fd ${source.descriptor}`);
    case "prompt":
      return ask(signIn, host, departure);
  }
}

async function read(host: Host, from: string | number): Promise<Uint8Array> {
  try {
    return await host.readSecret(from, bytesMax + 1);
  } catch (cause) {
    if (typeof from === "number" && closedCodes.some((code) => hasCode(cause, code))) {
      const found = `--password-fd ${from}: file descriptor ${from} is not open for reading`;
      throw new E3Error("bad-option", `${found}; open it with ${from}<FILE at the end of the command line`, { cause });
    }
    const where = typeof from === "string" ? `--password-file ${from}` : `--password-fd ${from}`;
    const why = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new E3Error("bad-option", `${where} cannot be read (${why})`, { cause });
  }
}

/** A newline at the end is the file's, not the password's. */
function textOf(bytes: Uint8Array, where: string): string {
  if (bytes.length > bytesMax) throw new E3Error("bad-option", `${where} holds more than a password can have`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch (cause) {
    throw new E3Error("bad-option", `${where} does not hold UTF-8`, { cause });
  }
}

async function ask({ registry, user, signUp }: SignIn, host: Host, departure: Departure): Promise<string> {
  if (host.stdin.isTTY !== true) {
    const found = "there is nobody to ask for the password, as standard input is no terminal";
    throw new E3Error("bad-option", `${found}; give --password-file PATH or --password-fd N`);
  }
  const password = await promptSecret(`Password of ${escapeText(user)} at ${registry}: `, host, departure);
  if (signUp) checkLength(password);
  if (signUp && (await promptSecret("The same again: ", host, departure)) !== password) {
    throw new E3Error("bad-option", "the two passwords differ; start again");
  }
  return password;
}

/**
 * Tells at once what the registry would refuse once it was typed again.
 * @throws E3Error "bad-option".
 */
function checkLength(password: string): void {
  if (encodeUtf8(password.normalize("NFC")).length >= newBytesMin) return;
  throw new E3Error("bad-option", `a password has ${newBytesMin} bytes of UTF-8 at least; start again`);
}

/** What is said of a number that is no file, or one that Node itself uses for something else. */
const closedCodes = ["EBADF", "EINVAL", "EPERM"];

/** As registries have it. */
const newBytesMin = 8;

/** More than any password has: 1,024 bytes once it is in Unicode's form NFC, and up to three times as many before. */
const bytesMax = 4_096;
