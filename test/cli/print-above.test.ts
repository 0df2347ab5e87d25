import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { printAbove } from "../../src/cli/print-above.ts";
import { FakeStream, settled } from "./fake-host.ts";
import { Screen } from "./screen.ts";

test("a line goes above the prompt, which is drawn anew with what is typed at it", async () => {
  const [stdin, stdout, screen] = [new FakeStream(), new FakeStream(), new Screen(40)];
  stdout.on("data", (chunk: Uint8Array) => screen.write(Buffer.from(chunk).toString()));
  const editor = createInterface({ input: stdin, output: stdout, prompt: "> ", terminal: true });
  printAbove(editor, stdout, "first");
  stdin.write("half a lin");
  await settled();
  printAbove(editor, stdout, "second");
  await settled();
  expect(screen.rows).toEqual(["first", "second", "> half a lin"]);
  expect(screen.cursor).toEqual([2, 12]);
});
