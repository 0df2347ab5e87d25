import { expect, test } from "vitest";
import type { Completion } from "../../src/cli/completion.ts";
import { TerminalOutput } from "../../src/cli/output-terminal.ts";
import { readTerminal } from "../../src/cli/read-terminal.ts";
import { FakeStream, settled } from "./fake-host.ts";
import { message, peerInfo } from "./fake-peer.ts";
import { Screen } from "./screen.ts";

function terminal() {
  const [stdin, stdout] = [new FakeStream(), new FakeStream()];
  stdout.columns = 80;
  const screen = new Screen(80);
  stdout.on("data", (chunk: Uint8Array) => screen.write(Buffer.from(chunk).toString()));
  const { editor } = readTerminal(stdin, stdout, {
    interrupted: () => {},
    ended: () => {},
    complete: (): Completion => [[], ""],
  });
  const peerOf = (id: bigint) => (id === 71n ? peerInfo({ id, name: "ali" }) : undefined);
  const groupOf = (id: bigint | undefined) => (id === 900n ? "team" : undefined);
  const parts = { editor, screen: stdout, colours: false, peerOf, groupOf, acknowledge: () => {} };
  return { output: new TerminalOutput(parts), screen };
}

test("people read names: of the group, of who says something, and of who has a message", async () => {
  const { output, screen } = terminal();
  output.message(message({ from: 71n, conversation: "group", group: 900n, text: "hello" }));
  const receipt = { kind: "receipt", group: 900n, number: 1n, member: 71n, status: "delivered" } as const;
  output.event({ ...receipt, recipients: 2, delivered: 1, waiting: [72n] });
  output.event({ ...receipt, member: 72n, recipients: 2, delivered: 2, waiting: [] });
  const left = { kind: "group", group: 900n, name: "team", member: 71n, state: "left", invitedBy: 5n } as const;
  output.event({ ...left, own: "joined", isSelf: false });
  await settled();
  expect(screen.rows.slice(0, 4)).toEqual([
    "[71 ali to team] hello",
    "⋯ #1 to team delivered to 1 of 2, waiting for 72",
    "✓ #1 to team delivered to 2 of 2",
    "* 71 ali left group team (900)",
  ]);
});

test("of a message to a group the receipts say that it is on its way and there; what they do not say is said", async () => {
  const { output, screen } = terminal();
  for (const status of ["accepted", "stored", "delivered", "refused"] as const)
    output.event({
      kind: "status",
      to: 900n,
      number: 1n,
      status,
      reason: status === "refused" ? "delivered to 1 of 2" : "",
    });
  await settled();
  expect(screen.rows.slice(0, 2)).toEqual([
    "⋯ #1 to team is held by others too: this peer may leave",
    "✗ #1 to team refused: delivered to 1 of 2",
  ]);
});
