import type { PeerEvent } from "../../test/e2e/harness/event.ts";
import { freeAddress } from "../../test/e2e/harness/port.ts";
import { Bystander } from "./bystander.ts";
import type { Injection } from "./injection.ts";
import { Ledger } from "./ledger.ts";
import { readInbox, sendOver } from "./local-api.ts";
import type { Pulse } from "./pulse.ts";
import { firstVictimId, stuck } from "./role.ts";
import { ShownRuns } from "./shown-runs.ts";
import { Victim } from "./victim.ts";
import type { Workplace } from "./workplace.ts";

const leftId = 2n;
const rightId = 3n;
const absentId = 4n;
const tickMs = 20;

/**
 * A victim whose disk is in trouble, between two bystanders that only it links: it forwards from the left to the right,
 * receives from the left, and sends to somebody who comes at the very end.
 */
export class Crossing {
  readonly state: string;
  /** Sends that the victim refused so far, by code. */
  readonly #refused = new Map<string, number>();
  readonly #workplace: Workplace;
  readonly #pulse: Pulse;
  readonly #forward = new Ledger("forwarded");
  readonly #incoming = new Ledger("received");
  readonly #outgoing = new Ledger("sent");
  readonly #shown = new ShownRuns();
  #left: Bystander | undefined;
  #right: Bystander | undefined;
  #listen = "";
  #ticks = 0;

  constructor({ workplace, pulse, state }: { workplace: Workplace; pulse: Pulse; state: string }) {
    this.#workplace = workplace;
    this.#pulse = pulse;
    this.state = state;
  }

  /** Sends of the victim that were accepted. */
  get accepted(): number {
    return this.#outgoing.acceptedCount;
  }

  /** Messages that came through the victim. */
  get forwarded(): number {
    return this.#forward.receivedCount;
  }

  /** Sends that the victim refused so far. */
  get refusals(): number {
    return [...this.#refused.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The same for people: how often with which code. */
  get refusedByCode(): string {
    return [...this.#refused].map(([code, times]) => `${times} x ${code}`).join(", ");
  }

  async open(): Promise<void> {
    this.#listen = await freeAddress();
    const ledgers = new Map([
      [rightId, this.#forward],
      [firstVictimId, this.#incoming],
    ]);
    this.#left = await Bystander.open(leftId, this.#pulse, {
      status: (to, number, status) => {
        if (status === "delivered") ledgers.get(to)?.deliver(`${number}`);
      },
    });
    this.#right = await Bystander.open(rightId, this.#pulse, {
      message: ({ number, text }) => this.#forward.receive(number, text),
    });
  }

  /** Starts the victim, perhaps with a fault, and links the others with it once it is ready. */
  async start(injection?: Injection): Promise<Victim> {
    this.#shown.begin();
    const victim = new Victim({
      program: this.#workplace.program,
      listen: this.#listen,
      state: this.state,
      words: ["--desired-id", `${firstVictimId}`],
      pulse: this.#pulse,
      heard: (event) => this.#heard(event),
      ...(injection === undefined ? {} : { injection }),
    });
    if (!(await victim.until(() => victim.ready !== undefined))) return victim;
    for (const bystander of [this.#left, this.#right]) bystander?.reconnect(this.#listen);
    await victim.until(() => this.#left?.sees(rightId) === true);
    return victim;
  }

  /** Keeps everybody talking, until the condition holds (true) or time is up (false). */
  async talk(victim: Victim, until: () => boolean, textChars = 20): Promise<boolean> {
    const byMs = performance.now() + 60_000;
    while (!until()) {
      if (victim.ending !== undefined || performance.now() > byMs) return false;
      this.#tick(victim, textChars);
      await this.#pulse.pause(tickMs);
    }
    return true;
  }

  /** What the victim's local API says to a send: its status, or "accepted". */
  async ask(): Promise<string> {
    const text = this.#textOf("asked", 20);
    this.#outgoing.say(text);
    try {
      this.#outgoing.accept(`${await sendOver(this.#listen, absentId, text)}`);
      return "accepted";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The absent one comes, with a victim that nothing happens to; everything has to arrive. */
  async finish(victim: Victim): Promise<readonly string[]> {
    const absent = await Bystander.open(absentId, this.#pulse, {
      message: ({ number, text }) => this.#outgoing.receive(number, text),
    });
    absent.peer.connect(this.#listen);
    this.#send(firstVictimId, this.#incoming, "last");
    const last = this.#incoming.acceptedCount + 1;
    const isDone = await victim.until(
      () =>
        [this.#forward, this.#outgoing].every((ledger) => ledger.missing().length === 0) &&
        this.#shown.last >= BigInt(last),
    );
    const inbox = isDone ? await readInbox(this.#listen, 0n) : [];
    for (const { number, text } of inbox) this.#incoming.receive(number, text);
    const faults = [this.#forward, this.#outgoing, ...(isDone ? [this.#incoming] : [])].flatMap((ledger) =>
      ledger.faults(),
    );
    if (isDone) faults.push(...this.#shown.compare(inbox.map(({ number }) => number)).faults);
    else faults.push(stuck("not everything arrives in the end", victim));
    for (const bystander of [absent, this.#left, this.#right]) await bystander?.peer.close();
    return faults;
  }

  #tick(victim: Victim, textChars: number): void {
    this.#ticks += 1;
    this.#send(rightId, this.#forward, this.#textOf("through", 20));
    if (this.#ticks % 5 === 0) this.#send(firstVictimId, this.#incoming, this.#textOf("in", textChars));
    if (this.#ticks % 3 > 0) return;
    const text = this.#textOf("out", textChars);
    this.#outgoing.say(text);
    victim.type(`${absentId} ${text}`);
  }

  #send(to: bigint, ledger: Ledger, text: string): void {
    ledger.say(text);
    const sent = this.#left?.peer.send(to, text);
    void sent?.accepted.then(() => ledger.accept(`${sent.number}`));
    sent?.settled.catch(() => undefined); // Closed at the end.
  }

  #textOf(what: string, chars: number): string {
    return `${what} ${this.#ticks} `.padEnd(chars, "x");
  }

  #heard(event: PeerEvent): void {
    if (event.event === "message") this.#shown.show(BigInt(event.number));
    if (event.event === "error") this.#refused.set(event.code, (this.#refused.get(event.code) ?? 0) + 1);
    if (event.event === "status" && event.status === "accepted") this.#outgoing.accept(event.number);
  }
}
