import type { PeerEvent } from "../../test/e2e/harness/event.ts";
import { Bystander } from "./bystander.ts";
import { Ledger } from "./ledger.ts";
import type { Pulse } from "./pulse.ts";
import { firstVictimId, stuck, type Role } from "./role.ts";
import type { Victim } from "./victim.ts";
import { workload } from "./workload.ts";

const receiverId = 2n;

/** The victim sends: what it says was accepted arrives, and what it says was delivered has arrived. */
export class Sending implements Role {
  #receiver: Bystander | undefined;
  #id = firstVictimId;
  #ledger = new Ledger("sender");
  /** Of the process that runs. */
  readonly #accepted = new Set<string>();

  static async open(pulse: Pulse): Promise<Sending> {
    const role = new Sending();
    role.#receiver = await Bystander.open(receiverId, pulse, {
      message: ({ from, number, text }) => {
        if (from === role.#id) role.#ledger.receive(number, text);
      },
    });
    return role;
  }

  words(): readonly string[] {
    return ["--desired-id", `${this.#id}`, this.#receiver?.peer.listen ?? ""];
  }

  renew(): void {
    this.#id += 1n;
    this.#ledger = new Ledger("sender");
  }

  begin(): void {
    this.#accepted.clear();
  }

  heard(event: PeerEvent): void {
    if (event.event !== "status") return;
    if (event.status === "accepted") {
      this.#accepted.add(event.number);
      this.#ledger.accept(event.number);
    }
    if (event.status === "delivered") this.#ledger.deliver(event.number);
  }

  async work(victim: Victim, serial: string, messages: number): Promise<readonly string[]> {
    await victim.until(() => victim.ready !== undefined);
    let typed = 0;
    for (const texts of workload(serial, messages)) {
      if (victim.ending !== undefined) return [];
      this.#type(victim, texts);
      typed += texts.length;
      const isDone = await victim.until(() => this.#accepted.size >= typed && this.#isSettled());
      if (!isDone && victim.ending === undefined) return [stuck("the sender is stuck", victim)];
    }
    return [];
  }

  async check(victim: Victim, serial: string): Promise<readonly string[]> {
    if (!(await victim.until(() => victim.ready !== undefined))) return [stuck("the sender does not start", victim)];
    const probe = `${serial} probe`;
    this.#type(victim, [probe]);
    // First in, first out: with the last one there, all before it are.
    const ledger = this.#ledger;
    const isDone = await victim.until(
      () => ledger.hasReceived(probe) && this.#accepted.size > 0 && this.#isSettled() && ledger.missing().length === 0,
    );
    return [...(isDone ? [] : [stuck("the sender does not finish", victim)]), ...ledger.faults()];
  }

  async close(): Promise<void> {
    await this.#receiver?.peer.close();
  }

  #type(victim: Victim, texts: readonly string[]): void {
    for (const text of texts) this.#ledger.say(text);
    victim.type(...texts.map((text) => `${receiverId} ${text}`));
  }

  #isSettled(): boolean {
    return [...this.#accepted].every((number) => this.#ledger.isDelivered(number));
  }
}
