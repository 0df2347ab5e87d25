import { E3Error } from "../core/error.ts";
import { showName } from "../core/name.ts";
import type { Peer } from "../peer/types.ts";
import { give } from "./answers.ts";
import type { Command } from "./line.ts";
import { labelOf, peersOf } from "./whereabouts.ts";

/** Commands about sessions. */
export type SessionCommand = Extract<Command, { readonly kind: "chat" | "answer" | "end" | "said" }>;

/** Whether a command is one of them. */
export function isOfSession(command: Command): command is SessionCommand {
  return command.kind === "chat" || command.kind === "answer" || command.kind === "end" || command.kind === "said";
}

/**
 * SessionDesk: what lines mean within a session, and the commands about sessions.
 *
 * Within a session a line is text for the other end, unless it begins with a slash, with * or with an id that is known. A
 * name at its beginning is a word like others there: people talk of each other.
 */
export class SessionDesk {
  readonly #peer: Pick<Peer, "sessions" | "groups" | "search">;
  /** The line before was an /exit that was refused. */
  #isWarned = false;

  constructor(peer: Pick<Peer, "sessions" | "groups" | "search">) {
    this.#peer = peer;
  }

  /** What a line stands for now. Each is to be asked about, in order. */
  meaning(command: Command): Command {
    if (command.kind !== "exit") this.#isWarned = false;
    const current = this.#peer.sessions.current;
    if (current?.state !== "open") return command;
    const text = this.#textOf(command);
    return text === undefined ? command : { kind: "send", to: current.peer, text, line: text };
  }

  /**
   * Carries out a command about sessions.
   * @param recipient the id of whom a typed word means. @throws E3Error as the peer's sessions and groups do.
   */
  perform(command: SessionCommand, recipient: (typed: bigint | string) => bigint): void {
    const { sessions } = this.#peer;
    switch (command.kind) {
      case "chat":
        return sessions.request(this.#partner(recipient(command.to)));
      case "answer":
        return give(command, this.#peer);
      case "end":
        return sessions.end(command.reason);
      case "said":
        throw new E3Error(
          "no-session",
          `nothing was sent: what begins with // is said in a session, and there is none`,
        );
    }
  }

  /**
   * Whether its user may leave now.
   * @throws E3Error "in-session" within a session; but not the second time in a row.
   */
  checkExit(): void {
    const current = this.#peer.sessions.current;
    if (this.#isWarned || current?.state !== "open") return;
    this.#isWarned = true;
    const [other] = peersOf(this.#peer.search(`${current.peer}`));
    const who = labelOf(other ?? { id: current.peer, name: "" });
    throw new E3Error(
      "in-session",
      `you are in a session with ${who}: /end it first, or /exit again to leave all the same`,
    );
  }

  /** @throws E3Error "bad-option" for a group: a session is with one peer. */
  #partner(id: bigint): bigint {
    const group = this.#peer.groups.list().find((known) => known.id === id);
    if (group === undefined) return id;
    const name = showName(group.name);
    throw new E3Error(
      "bad-option",
      `${name} is a group, and a session is with one peer; to write to the group: ${name} your text`,
    );
  }

  /** The text that a line is within a session; undefined when it is something else. */
  #textOf(command: Command): string | undefined {
    if (command.kind === "said") return command.text;
    if (command.kind === "bad") return command.line;
    if (command.kind !== "send" || (typeof command.to === "bigint" && this.#isKnown(command.to))) return undefined;
    return command.line;
  }

  #isKnown(id: bigint): boolean {
    return this.#peer.search(`${id}`).kind !== "unknown" || this.#peer.groups.list().some((group) => group.id === id);
  }
}
