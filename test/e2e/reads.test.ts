import { describe, expect, test } from "vitest";
import { useMesh, type Mesh } from "./harness/mesh.ts";
import { freeAddress } from "./harness/port.ts";
import { hasTmux, TestTerminal } from "./harness/terminal.ts";
import { allTold, ask, errorOf, told, untilFound } from "./harness/told.ts";

const openMesh = useMesh();

async function openAli(mesh: Mesh, listen: string, ...options: readonly string[]): Promise<TestTerminal> {
  return TestTerminal.open(mesh, "ali", { words: [listen, "--name", "ali", "--desired-id", "1", ...options] });
}

async function enter(terminal: TestTerminal, line: string): Promise<void> {
  await terminal.type(line);
  await terminal.press("Enter");
}

/** Waits until the prompt, with nothing typed behind it, is this one. */
async function prompts(terminal: TestTerminal, prompt: string): Promise<void> {
  await terminal.until(JSON.stringify(prompt), (lines) => lines.at(-1) === prompt);
}

// Skipped: no tmux on this machine
describe.skipIf(!hasTmux)("at a terminal", () => {
  test("what is shown is read, and who sent it sees that in the prompt", async () => {
    const mesh = await openMesh();
    const listen = await freeAddress();
    await using ali = await openAli(mesh, listen);
    const words = [await freeAddress(), listen, "--name", "bob", "--desired-id", "2"];
    await using bob = await TestTerminal.open(mesh, "bob", { words });
    await bob.shows("+ peer 1 ali is up");
    await enter(bob, "ali Hi there!");
    await ali.shows("[2 bob] Hi there!");
    await bob.shows("✓ #1 delivered to 1 ali");
    await prompts(bob, "(ali read #1) >");
    await enter(bob, "/explain 1");
    await bob.shows("  read by: 1");
    await enter(bob, "ali Still there?");
    await prompts(bob, "(ali read #2) >");
    await prompts(ali, ">");
  });

  test("what came while one was away is unread until it is answered, over restarts, and its sender knows", async () => {
    const mesh = await openMesh();
    const listen = await freeAddress();
    const bob = await mesh.start("bob", { id: "2", options: ["--name", "bob"], dials: [listen] });
    const first = await openAli(mesh, listen);
    await bob.until({ event: "peer", id: "1", state: "up" });
    await enter(first, "/exit");
    await bob.until({ event: "peer", id: "1", state: "down" });
    // It says that it leaves before it lets go of its state.
    expect(await first.exitCode()).toBe(0);
    await first[Symbol.asyncDispose]();
    for (const text of ["one", "two"]) bob.type(`ali ${text}`);
    for (let life = 1; life <= 2; life += 1) {
      await using again = await openAli(mesh, listen);
      await prompts(again, "(2 unread: bob) >");
      await again.until("the messages", (lines) => life === 2 || lines.some((line) => line.includes("[2 bob] two")));
      await again.press("C-c");
      expect(await again.exitCode()).toBe(0);
    }
    await using last = await openAli(mesh, listen);
    await prompts(last, "(2 unread: bob) >");
    await enter(last, "/history");
    await last.until("the unread", (lines) => lines.some((line) => /^2 bob {2,}2 {2,}2 {2,}/.test(line)));
    expect(allTold(bob, { event: "read" })).toEqual([]);
    await enter(last, "bob now I see it");
    await prompts(last, ">");
    await told(bob, { event: "read", to: "1", number: "2", by: "1" });
  });

  test("with --no-read-receipts nobody is told", async () => {
    const mesh = await openMesh();
    const listen = await freeAddress();
    const bob = await mesh.start("bob", { id: "2", options: ["--name", "bob"], dials: [listen] });
    await using ali = await openAli(mesh, listen, "--no-read-receipts");
    await bob.until({ event: "peer", id: "1", state: "up" });
    bob.type("ali Hi!");
    await ali.shows("[2 bob] Hi!");
    await enter(ali, "bob Hi yourself!");
    await bob.until({ event: "message", text: "Hi yourself!" });
    expect(allTold(bob, { event: "read" })).toEqual([]);
    await enter(ali, "/history bob");
    await ali.until("the history", (lines) => lines.some((line) => /#1 {2,}Hi!$/.test(line)));
  });
});

test("a peer that is called by another name is found by that, and not by the one before", async () => {
  const mesh = await openMesh();
  const { a, b } = await mesh.link({ a: ["b"], b: [] });
  await ask(a, "/name Ali Reza", { event: "name", name: "Ali Reza" });
  await untilFound(b, "ali reza", '"answer":"online"');
  b.type('"Ali Reza" Hi!');
  await a.until({ event: "message", text: "Hi!" });
  for (const name of ["a\u0007b", "x".repeat(10_000), "77", "ali@106"])
    expect(await errorOf(a, `/name ${name}`)).toBe("bad-option");
  await untilFound(b, "ali reza", '"answer":"online"');
});
