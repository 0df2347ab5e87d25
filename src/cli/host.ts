import type { Readable, Writable } from "node:stream";
import type { BridgeRequest } from "../bridges/open.ts";
import type { BridgesOptions, BridgeSurroundings, RunningBridges, StartedBridges } from "../compose-bridge.ts";
import type { Member, MemberOptions } from "../compose-member.ts";
import type { Log } from "../ports/log.ts";
import type { PeerOptions } from "../peer/peer-options.ts";
import type { Peer } from "../peer/types.ts";
import type { LogLevel } from "./option-table.ts";

/** Signals that mean: leave. */
export type LeaveSignal = "SIGINT" | "SIGTERM";

/** Where lines come from; raw mode is known to terminals alone. */
export interface InputStream extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

/** Where a terminal draws. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Takes lines of the log. */
export interface LogDestination {
  write(line: string): void;
}

/** What the command line needs of the process it runs in. Tests give it memory and a fake peer instead. */
export interface Host {
  readonly stdin: InputStream;
  /** Standard output as a stream, for a terminal and for help; lines that promise something go through writeOut. */
  readonly stdout: OutputStream;
  readonly isErrorTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The version that --version prints. */
  version(): string;
  /**
   * One attempt to write to standard output, done when it returns.
   * @returns bytes taken, possibly fewer than given.
   * @throws as fs.writeSync does: code EAGAIN when there is no room, EPIPE when nobody reads any more.
   */
  writeOut(bytes: Uint8Array): number;
  /** Writes to standard error. Failures are ignored: there is nowhere left to tell them. */
  writeError(text: string): void;
  /** Calls back on each signal, in place of what the system would do, for as long as the process lives. */
  onSignal(heard: (signal: LeaveSignal) => void): void;
  /** Ends the process at once. */
  exitNow(code: number): void;
  /** Resolves after a time, milliseconds. */
  wait(ms: number): Promise<void>;
  /** Resolves once what is ready to run now has run. */
  soon(): Promise<void>;
  /** A log whose lines, each with its line feed, go to the destination; for people when standard error is a terminal. */
  createLog(level: LogLevel, destination: LogDestination): Promise<Log>;
  createPeer(options: PeerOptions): Promise<Peer>;
  createMember(options: MemberOptions): Promise<Member>;
  openBridges(requests: readonly BridgeRequest[], beside: BridgeSurroundings): Promise<RunningBridges>;
  createBridges(requests: readonly BridgeRequest[], options: BridgesOptions): Promise<StartedBridges>;
  /** What a file (by path) or an open file descriptor holds, up to so many bytes. Rejects as the system does. */
  readSecret(from: string | number, bytesMax: number): Promise<Uint8Array>;
}
