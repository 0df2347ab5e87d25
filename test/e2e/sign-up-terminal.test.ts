import { describe, expect, test } from "vitest";
import { useMesh } from "./harness/mesh.ts";
import { freeAddress } from "./harness/port.ts";
import { hasTmux, TestTerminal } from "./harness/terminal.ts";
import { Town } from "./harness/town.ts";

const openMesh = useMesh();

/** What is typed for a question that shows nothing of it. */
async function whisper(terminal: TestTerminal, question: string, secret: string): Promise<void> {
  await terminal.until(question, (lines) => lines.at(-1) === question.trimEnd());
  for (const character of secret) await terminal.type(character);
  await terminal.press("Enter");
}

// Skipped: no tmux on this machine
describe.skipIf(!hasTmux)("a user at a terminal", () => {
  test("joins with a name and a password, which nobody sees, and talks; with a wrong one not", async () => {
    await using town = await Town.open(await openMesh());
    const veli = await town.signUp("veli");
    const [listen, secret] = [await freeAddress(), "passwörd of ali"];
    const question = `Password of ali at ${town.registry.listen}: `;
    const words = [listen, ...town.as("ali")];
    {
      await using ali = await TestTerminal.open(town.mesh, "ali", { words: [...words, "--sign-up"] });
      // The first time with a mistake, taken back.
      await ali.until(question, (lines) => lines.at(-1) === question.trimEnd());
      await ali.type("passwörd of veli");
      for (let taken = 0; taken < 4; taken += 1) await ali.press("BSpace");
      await whisper(ali, question, "ali");
      await whisper(ali, "The same again: ", secret);
      await ali.shows(`signed in as ali at ${town.registry.listen}`);
      await ali.until("veli to be there", (lines) => lines.some((line) => /^\+ peer \d+ veli is up$/.test(line)));
      await ali.type("veli Hi there!");
      await ali.press("Enter");
      await veli.until({ event: "message", text: "Hi there!" });
      expect((await ali.lines()).join("\n")).not.toMatch(/passw[öo]rd of|The same again: ./);
      await ali.press("C-c");
      expect(await ali.exitCode()).toBe(0);
    }
    await using again = await TestTerminal.open(town.mesh, "ali", { words });
    await whisper(again, question, "passwörd of veli");
    await again.shows("e3: the name or the password is wrong");
    expect(await again.exitCode()).toBe(1);
  });
});
