import type { CommandQueue } from "./command-queue.ts";
import type { TypedLine } from "./read-lines.ts";

/** Where a menu is shown and answered. */
export interface MenuScreen {
  /** The answers. */
  readonly lines: CommandQueue<TypedLine>;
  /** Asks. The question stands until it is answered, whatever is shown meanwhile. */
  ask(prompt: string): void;
  show(line: string): void;
  /** Shows a received message; from here on it counts as shown. */
  message(line: string, cursor: bigint): void;
  /** Whether all of it is with the reader (true) or never will be (false); a promise while that is open. */
  flushed(): boolean | Promise<boolean>;
  /** Resolves when more may be shown without piling up. */
  room(): Promise<void>;
  /** Gives the terminal back; what is shown afterwards goes below. */
  close(): void;
}
