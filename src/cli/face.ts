import { showName } from "../core/name.ts";
import { E3Error } from "../core/error.ts";
import type { Peer, PeerInfo } from "../peer/types.ts";
import type { CommandQueue } from "./command-queue.ts";
import { complete } from "./completion.ts";
import type { Departure } from "./departure.ts";
import { hasCode } from "./errors.ts";
import { isOpen } from "./groups.ts";
import type { Host, LogDestination } from "./host.ts";
import { LineWriter } from "./line-writer.ts";
import { JsonOutput } from "./output-json.ts";
import { PlainOutput } from "./output-plain.ts";
import { TerminalOutput } from "./output-terminal.ts";
import type { Output } from "./output.ts";
import { readLines } from "./read-lines.ts";
import { readTerminal } from "./read-terminal.ts";
import { labelOf } from "./whereabouts.ts";

/** Both sides of a session that face the user. */
export interface Face {
  readonly output: Output;
  readonly commands: CommandQueue;
  /** A user sits there and sees what is shown. */
  readonly isAttended: boolean;
}

/** Where the log goes: to standard error, until something better is known. */
export class LogSink implements LogDestination {
  #target: (line: string) => void;

  constructor(host: Pick<Host, "writeError">) {
    this.#target = (line) => host.writeError(line);
  }

  write(line: string): void {
    this.#target(line);
  }

  /** From now on lines go here, without their line feed. */
  redirect(target: (line: string) => void): void {
    this.#target = (line) => target(line.trimEnd());
  }
}

/** What a face is chosen and made from. */
export interface FaceParts {
  readonly host: Host;
  readonly peer: Peer;
  readonly departure: Departure;
  readonly json: boolean;
  readonly logSink: LogSink;
}

/**
 * The face that fits: JSON when asked for, a prompt when a person sits at both ends, plain lines otherwise.
 *
 * A terminal on one end only counts as a pipe: without an input there is nothing to prompt for, and without a screen no
 * place to prompt at. The same goes for terminals without cursor control (TERM=dumb).
 */
export function openFace({ host, peer, departure, json, logSink }: FaceParts): Face {
  const { stdin, stdout, env } = host;
  const broken = (error: unknown): void => outputBroke(error, { host, departure });
  const acknowledge = (cursor: bigint): void => peer.acknowledge(cursor);
  const writer = new LineWriter(host, broken, acknowledge);
  const groupOf = (id: bigint | undefined): string | undefined => {
    const group = id === undefined ? undefined : peer.groups.list().find((known) => known.id === id);
    return group && showName(group.name);
  };
  const peerOf = (id: bigint): PeerInfo | undefined => {
    const answer = peer.search(`${id}`);
    return "peer" in answer ? answer.peer : undefined;
  };
  if (json) {
    const output = new JsonOutput(writer, host, (id) => peerOf(id)?.name ?? "");
    return { output, commands: readLines(stdin), isAttended: false };
  }
  if (!stdin.isTTY || !stdout.isTTY || env["TERM"] === "dumb") {
    return {
      output: new PlainOutput(writer, (id) => labelOf(peerOf(id) ?? { id, name: "" })),
      commands: readLines(stdin),
      isAttended: false,
    };
  }
  stdout.on("error", broken);
  const { editor, commands } = readTerminal(stdin, stdout, {
    interrupted: () => departure.signalled("SIGINT"),
    ended: () => departure.leave(0),
    complete: (line) =>
      complete(line, {
        peers: () => peer.peers({ lately: true }),
        groups: () => peer.groups.list().filter(isOpen),
      }),
  });
  const output = new TerminalOutput({
    editor,
    screen: stdout,
    colours: !env["NO_COLOR"],
    peerOf,
    groupOf,
    acknowledge,
  });
  if (host.isErrorTerminal) logSink.redirect((line) => output.log(line));
  return { output, commands, isAttended: true };
}

/** Nothing can be shown any more: leaves. */
export function outputBroke(error: unknown, { host, departure }: Pick<FaceParts, "host" | "departure">): void {
  // Nobody reads any more (`e3 ... | head`): that is a way of leaving, not a failure.
  if (hasCode(error, "EPIPE")) return departure.leave(0);
  const what = error instanceof E3Error ? "what was shown cannot be noted" : "standard output failed";
  host.writeError(`e3: ${what}: ${error instanceof Error ? error.message : String(error)}\n`);
  departure.leave(1);
}
