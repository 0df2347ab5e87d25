import type { PeerEvent } from "../../test/e2e/harness/event.ts";
import { Bystander } from "./bystander.ts";
import { Ledger } from "./ledger.ts";
import type { Pulse } from "./pulse.ts";
import { firstVictimId, stuck, type Role } from "./role.ts";
import type { Victim } from "./victim.ts";
import { workload } from "./workload.ts";

const senderId = 2n;
const targetId = 3n;

/**
 * The victim keeps mail for a target that is away: what its sender heard was stored arrives although the sender is gone,
 * and all the rest once the sender is back.
 */
export class Keeping implements Role {
  #sender: Bystander | undefined;
  #target: Bystander | undefined;
  readonly #ledger = new Ledger("custodian");
  readonly #received = new Set<string>();
  readonly #stored = new Set<string>();
  /** Of the process that runs. */
  #sentCount = 0;
  readonly #storedNow = new Set<string>();
  readonly #pulse: Pulse;

  private constructor(pulse: Pulse) {
    this.#pulse = pulse;
  }

  static async open(pulse: Pulse): Promise<Keeping> {
    const role = new Keeping(pulse);
    role.#sender = await Bystander.open(senderId, pulse, {
      status: (_to, number, status) => {
        if (status === "stored") {
          role.#stored.add(`${number}`);
          role.#storedNow.add(`${number}`);
        }
        if (status === "delivered") role.#ledger.deliver(`${number}`);
      },
    });
    role.#target = await Bystander.open(targetId, pulse, {
      message: ({ number, text }) => {
        role.#ledger.receive(number, text);
        role.#received.add(`${number}`);
      },
    });
    return role;
  }

  words(): readonly string[] {
    return ["--desired-id", `${firstVictimId}`];
  }

  renew(): void {
    throw new Error("a custodian keeps its state");
  }

  begin(): void {
    this.#sentCount = 0;
    this.#storedNow.clear();
  }

  heard(_event: PeerEvent): void {}

  async work(victim: Victim, serial: string, messages: number): Promise<readonly string[]> {
    const { sender } = this.#others();
    await victim.until(() => victim.ready !== undefined);
    if (victim.ending !== undefined) return [];
    sender.reconnect(victim.listen);
    const isAlone = await victim.until(() => sender.sees(firstVictimId) && !sender.sees(targetId));
    if (!isAlone)
      return victim.ending === undefined
        ? [stuck(`the sender does not see the custodian alone: ${this.#view()}`, victim)]
        : [];
    for (const texts of workload(serial, messages)) {
      if (victim.ending !== undefined) return [];
      this.#send(texts);
      const isDone = await victim.until(() => this.#storedNow.size >= this.#sentCount);
      if (!isDone && victim.ending === undefined) return [stuck("the custodian is stuck", victim)];
    }
    return [];
  }

  async check(victim: Victim, serial: string): Promise<readonly string[]> {
    const { sender, target } = this.#others();
    sender.part(victim.listen);
    if (!(await victim.until(() => victim.ready !== undefined))) return [stuck("the custodian does not start", victim)];
    target.reconnect(victim.listen);
    const isHandedOver = await victim.until(() => this.#kept().length === 0);
    if (!isHandedOver) {
      // Nor is the next run to be judged by this one.
      target.part(victim.listen);
      return [stuck(`stored and not handed over: ${this.#kept().join(" ")}`, victim)];
    }
    sender.reconnect(victim.listen);
    const probe = `${serial} probe`;
    this.#send([probe]);
    const isDone = await victim.until(() => this.#ledger.hasReceived(probe) && this.#ledger.missing().length === 0);
    target.part(victim.listen);
    return [...(isDone ? [] : [stuck("the custodian does not finish", victim)]), ...this.#ledger.faults()];
  }

  async close(): Promise<void> {
    await Promise.all([this.#sender?.peer.close(), this.#target?.peer.close()]);
  }

  #view(): string {
    return Object.entries(this.#others())
      .map(([name, { peer }]) => {
        const known = peer.peers().map(({ id, reachable, hops }) => `${id} ${reachable ? `${hops} hops` : "away"}`);
        const edges = peer.topology().edges.map(([a, b]) => `${a}-${b}`);
        return `${name} has ${peer.status().links} links, knows ${known.join(", ")}, edges ${edges.join(" ")}`;
      })
      .join("; ");
  }

  /** Numbers that were said to be stored and have not arrived. */
  #kept(): readonly string[] {
    return [...this.#stored].filter((number) => !this.#received.has(number));
  }

  #send(texts: readonly string[]): void {
    const { sender } = this.#others();
    for (const text of texts) {
      this.#ledger.say(text);
      const sent = sender.peer.send(targetId, text);
      this.#sentCount += 1;
      void sent.accepted.then(() => {
        this.#ledger.accept(`${sent.number}`);
        this.#pulse.beat();
      });
      sent.settled.catch(() => undefined); // Closed at the end.
    }
  }

  #others(): { readonly sender: Bystander; readonly target: Bystander } {
    if (this.#sender === undefined || this.#target === undefined) throw new Error("the role is not open");
    return { sender: this.#sender, target: this.#target };
  }
}
