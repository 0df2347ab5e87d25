import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { stateHome } from "../../../src/adapters/node/state-home.ts";

afterEach(() => vi.unstubAllEnvs());

test("state is kept where XDG_STATE_HOME says, else below the home directory", () => {
  vi.stubEnv("XDG_STATE_HOME", join("somewhere", "else"));
  expect(stateHome()).toBe(join("somewhere", "else", "e3"));
  vi.stubEnv("XDG_STATE_HOME", "");
  expect(stateHome()).toBe(join(homedir(), ".local", "state", "e3"));
});
