import type { Departure } from "./departure.ts";
import { outputBroke, type LogSink } from "./face.ts";
import type { Host } from "./host.ts";
import { LineWriter } from "./line-writer.ts";
import { PlainMenu } from "./menu-plain.ts";
import type { MenuScreen } from "./menu-screen.ts";
import { TerminalMenu } from "./menu-terminal.ts";
import { readTypedLines } from "./read-lines.ts";

/** What a screen is chosen and made from. */
export interface MenuScreenParts {
  readonly host: Host;
  readonly departure: Departure;
  readonly logSink: LogSink;
  /** Told the cursor up to which messages count as shown. */
  readonly acknowledge: (cursor: bigint) => void;
}

/** The screen that fits: a line editor when a person sits at both ends, plain lines otherwise. */
export function openMenuScreen({ host, departure, logSink, acknowledge }: MenuScreenParts): MenuScreen {
  const { stdin, stdout, env } = host;
  const broken = (error: unknown): void => outputBroke(error, { host, departure });
  if (!stdin.isTTY || !stdout.isTTY || env["TERM"] === "dumb") {
    const lines = readTypedLines(stdin, (line) => line);
    return new PlainMenu(lines, new LineWriter(host, broken, acknowledge));
  }
  stdout.on("error", broken);
  const interrupted = (): void => departure.signalled("SIGINT");
  const ended = (): void => departure.leave(0);
  const screen = new TerminalMenu({ input: stdin, output: stdout, interrupted, ended, acknowledge });
  if (host.isErrorTerminal) logSink.redirect((line) => screen.show(line));
  return screen;
}
