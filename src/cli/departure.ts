import type { Host, LeaveSignal } from "./host.ts";

/** Exit codes of a process ended by a signal: 128 and its number. */
const signalCodes: Readonly<Record<LeaveSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** The one decision to leave: whoever makes it first sets the exit code. A second signal does not wait for the rest. */
export class Departure {
  readonly #host: Pick<Host, "exitNow">;
  /** Resolves with the exit code once it is decided. */
  readonly decided: Promise<number>;
  #decide: (code: number) => void = () => {};
  #isDecided = false;
  #signals = 0;

  constructor(host: Pick<Host, "exitNow" | "onSignal">) {
    this.#host = host;
    this.decided = new Promise((resolve) => {
      this.#decide = resolve;
    });
    host.onSignal((signal) => this.signalled(signal));
  }

  get isDecided(): boolean {
    return this.#isDecided;
  }

  leave(code: number): void {
    this.#isDecided = true;
    this.#decide(code);
  }

  /** A signal came, or Ctrl-C on a terminal in raw mode. */
  signalled(signal: LeaveSignal): void {
    this.#signals += 1;
    if (this.#signals > 1) this.#host.exitNow(signalCodes[signal]);
    this.leave(0);
  }
}
