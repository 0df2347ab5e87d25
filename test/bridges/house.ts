import { recordingLog } from "../../src/adapters/memory/log.ts";
import { memoryNotebook } from "../../src/adapters/memory/notebook.ts";
import { Guests, type StartedGuest } from "../../src/bridges/guests.ts";
import type { GuestOptions } from "../../src/bridges/types.ts";
import type { Message } from "../../src/peer/types.ts";
import { settled } from "../cli/fake-host.ts";
import { FakePeer } from "../cli/fake-peer.ts";

/** Guests whose peers a test starts and closes when it likes. */
export class House {
  readonly starting: { readonly key: string; readonly finish: (error?: Error) => void }[] = [];
  readonly closing: { readonly key: string; readonly finish: () => void }[] = [];
  readonly notebook = memoryNotebook();
  readonly log = recordingLog();
  /** The peers started last, by key, and how each is told that its user's session is over. */
  readonly peers = new Map<string, { readonly peer: FakePeer; readonly end: (why: string) => void }>();
  /** How each was closed. */
  readonly closed: (readonly [key: string, staysSignedIn: boolean | undefined])[] = [];
  /** How far the host is, and what it had by then. */
  moment = "1 0 0";
  readonly had: string[] = [];
  readonly guests: Guests;

  constructor(limits = { guestsMax: 3, openingMax: 2 }) {
    const { notebook, log } = this;
    const chronicle = {
      moment: async () => this.moment,
      had: async ({ text }: Pick<Message, "text">, moment: string) => this.had.includes(`${text} by ${moment}`),
    };
    this.guests = new Guests({
      start: (options) => this.#start(options),
      notebook,
      chronicle,
      log,
      limits,
    });
  }

  /** Opens one at once. */
  async here(key: string): Promise<void> {
    const opening = this.guests.open({ key, name: "", at: "127.0.0.1:1" });
    await settled();
    this.starting.findLast((starting) => starting.key === key)?.finish();
    await opening;
  }

  /** Lets one leave. */
  async leave(key: string): Promise<void> {
    const leaving = this.guests.close(key);
    await settled();
    this.closing.findLast((closing) => closing.key === key)?.finish();
    await leaving;
  }

  async #start({ key }: GuestOptions): Promise<StartedGuest> {
    await new Promise<void>((resolve, reject) => {
      this.starting.push({ key, finish: (error) => (error === undefined ? resolve() : reject(error)) });
    });
    const close = (how?: { readonly staysSignedIn: boolean }): Promise<void> => {
      this.closed.push([key, how?.staysSignedIn]);
      return new Promise((finish) => this.closing.push({ key, finish }));
    };
    const peer = new FakePeer();
    const over = new Promise<string>((end) => this.peers.set(key, { peer, end }));
    return { peer, over, close };
  }
}
