import type { PeerEvent } from "../../test/e2e/harness/event.ts";
import { Bystander } from "./bystander.ts";
import { readInbox } from "./local-api.ts";
import { Ledger } from "./ledger.ts";
import type { Pulse } from "./pulse.ts";
import { firstVictimId, stuck, type Role } from "./role.ts";
import { ShownRuns } from "./shown-runs.ts";
import type { Victim } from "./victim.ts";
import { workload } from "./workload.ts";

const senderId = 2n;

/** The victim receives: its inbox has each message once, what its sender heard is true, and nothing is shown twice. */
export class Receiving implements Role {
  /** Messages noted as shown that a kill kept from being printed. */
  unprinted = 0;
  #sender: Bystander | undefined;
  #id = firstVictimId;
  #ledger = new Ledger("receiver");
  #runs = new ShownRuns();
  /** Up to where the inbox was checked. */
  #cursor = 0n;
  readonly #pulse: Pulse;

  private constructor(pulse: Pulse) {
    this.#pulse = pulse;
  }

  static async open(pulse: Pulse): Promise<Receiving> {
    const role = new Receiving(pulse);
    role.#sender = await Bystander.open(senderId, pulse, {});
    return role;
  }

  words(): readonly string[] {
    return ["--desired-id", `${this.#id}`, this.#sender?.peer.listen ?? ""];
  }

  renew(): void {
    this.#id += 1n;
    this.#ledger = new Ledger("receiver");
    this.#runs = new ShownRuns();
    this.#cursor = 0n;
  }

  begin(): void {
    this.#runs.begin();
  }

  heard(event: PeerEvent): void {
    if (event.event === "message") this.#runs.show(BigInt(event.number));
  }

  async work(victim: Victim, serial: string, messages: number): Promise<readonly string[]> {
    await victim.until(() => victim.ready !== undefined);
    for (const texts of workload(serial, messages)) {
      if (victim.ending !== undefined) return [];
      const last = this.#send(texts);
      const isDone = await victim.until(() => this.#runs.last >= last);
      if (!isDone && victim.ending === undefined) return [stuck("the receiver is stuck", victim)];
    }
    return [];
  }

  async check(victim: Victim, serial: string): Promise<readonly string[]> {
    if (!(await victim.until(() => victim.ready !== undefined))) return [stuck("the receiver does not start", victim)];
    const last = this.#send([`${serial} probe`]);
    const isDone = await victim.until(() => this.#runs.last >= last);
    if (!isDone) return [stuck("the receiver does not finish", victim), ...this.#ledger.faults()];
    const inbox = await readInbox(victim.listen, this.#cursor);
    for (const { cursor, number, text } of inbox) {
      this.#ledger.receive(number, text);
      this.#cursor = cursor;
    }
    const { faults, unprinted } = this.#runs.compare(inbox.map(({ number }) => number));
    this.unprinted += unprinted;
    return [...faults, ...this.#ledger.faults()];
  }

  async close(): Promise<void> {
    await this.#sender?.peer.close();
  }

  /** @returns the last number. */
  #send(texts: readonly string[]): bigint {
    let last = 0n;
    const ledger = this.#ledger;
    for (const text of texts) {
      ledger.say(text);
      const sent = this.#sender?.peer.send(this.#id, text);
      if (sent === undefined) continue;
      last = sent.number;
      void sent.accepted.then(() => ledger.accept(`${sent.number}`));
      void sent.settled.then(
        ({ status }) => {
          if (status === "delivered") ledger.deliver(`${sent.number}`);
          this.#pulse.beat();
        },
        () => undefined, // Closed at the end.
      );
    }
    return last;
  }
}
