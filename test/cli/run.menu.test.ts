import { expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { FakeHost } from "./fake-host.ts";

test("menu starts a menu, at the address given or one that is asked for", async () => {
  const given = new FakeHost();
  const first = run(["menu", "127.0.0.1:8083", "--name", "P1"], given);
  await given.until("Enter choice: ");
  expect(given.peerOptions).toMatchObject({ listen: "127.0.0.1:8083", name: "P1" });
  given.stdin.write("0\n");
  expect(await first).toBe(0);
  const asked = new FakeHost();
  const second = run(["--store", "memory", "menu"], asked);
  asked.stdin.write("P1\n8083\n0\n");
  expect(await second).toBe(0);
  expect(asked.peerOptions).toMatchObject({ listen: "127.0.0.1:8083", name: "P1", store: "memory" });
});

test.each([
  [["menu", "127.0.0.1:1", "127.0.0.1:2"], "one word too many"],
  [["manu"], "did you mean menu?"],
  [["127.0.0.1:1", "--greet", "127.0.0.1:2"], "--greet is for a menu"],
])("%j is refused with exit code 2", async (argv, part) => {
  const host = new FakeHost();
  expect(await run(argv, host)).toBe(2);
  expect(host.errors).toContain(part);
});

test("input that ends before a name and a port is exit code 2", async () => {
  const host = new FakeHost();
  const ended = run(["menu"], host);
  host.stdin.end("P1\n");
  expect(await ended).toBe(2);
  expect(host.errors).toContain("the input ended before name and port were entered");
});
