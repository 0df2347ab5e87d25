import { expect } from "vitest";
import { E3Error } from "../../src/core/error.ts";

/** What a promise rejected with: its code and message on one line. Fails the test when it is no E3Error. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(E3Error);
    return error instanceof E3Error ? `${error.code}: ${error.message}` : "";
  }
  return expect.unreachable("it did not fail");
}
