import { expect, test } from "vitest";
import type { Completion } from "../../src/cli/completion.ts";
import { TerminalOutput } from "../../src/cli/output-terminal.ts";
import { readTerminal } from "../../src/cli/read-terminal.ts";
import { FakeStream, settled } from "./fake-host.ts";
import { message, peerInfo } from "./fake-peer.ts";
import { Screen } from "./screen.ts";

function terminal() {
  const [stdin, stdout, screen] = [new FakeStream(), new FakeStream(), new Screen(80)];
  stdout.columns = 80;
  stdout.on("data", (chunk: Uint8Array) => screen.write(Buffer.from(chunk).toString()));
  const listener = { interrupted: () => {}, ended: () => {}, complete: (): Completion => [[], ""] };
  const { editor } = readTerminal(stdin, stdout, listener);
  const peerOf = (id: bigint) => (id === 5n ? peerInfo({ id, name: "ali" }) : undefined);
  const parts = { editor, screen: stdout, colours: false, peerOf, groupOf: () => undefined, acknowledge: () => {} };
  return { output: new TerminalOutput(parts), screen };
}

test("a message for everyone says so behind its sender", async () => {
  const { output, screen } = terminal();
  output.message(message({ from: 5n, conversation: "everyone", text: "hi" }));
  output.message(message({ from: 6n, conversation: "everyone", text: "ho" }));
  output.message(message({ from: 5n, text: "psst" }));
  await settled();
  expect(screen.rows).toEqual(["[5 ali to everyone] hi", "[6 to everyone] ho", "[5 ali] psst", ">"]);
});

test("of what one says to everyone its end is told, and not each step", async () => {
  const { output, screen } = terminal();
  const status = { kind: "status", number: 3n, to: "everyone", reason: "" } as const;
  output.event({ ...status, status: "accepted" });
  output.event({ ...status, status: "spread" });
  output.event({ ...status, number: 4n, status: "expired", reason: "nobody was there" });
  await settled();
  expect(screen.rows).toEqual(["✓ #3 is spread to everyone", "✗ #4 to everyone expired: nobody was there", ">"]);
});
