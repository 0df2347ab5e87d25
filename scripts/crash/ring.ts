import { freeAddress } from "../../test/e2e/harness/port.ts";
import type { PeerEvent } from "../../test/e2e/harness/event.ts";
import { Ledger } from "./ledger.ts";
import { readInbox, readStatus } from "./local-api.ts";
import type { Pulse } from "./pulse.ts";
import { ShownRuns } from "./shown-runs.ts";
import { Victim } from "./victim.ts";
import type { Workplace } from "./workplace.ts";

const size = 5;
/** Two members besides the neighbours in the ring. */
const chord = [0, 2] as const;
/** Lines of a process that are not delivered yet, at most. */
const unsettledMax = 100;

interface Member {
  readonly id: bigint;
  readonly listen: string;
  readonly state: string;
  readonly dials: readonly string[];
  victim: Victim | undefined;
  typed: number;
  delivered: number;
}

/** Five real peers in a ring with a chord, each with something to say to each other. */
export class Ring {
  readonly members: readonly Member[];
  readonly #workplace: Workplace;
  readonly #pulse: Pulse;
  /** By sender and receiver. */
  readonly #ledgers = new Map<string, Ledger>();
  readonly #shown = new Map<string, ShownRuns>();
  readonly #complaints: string[] = [];

  private constructor(members: readonly Member[], workplace: Workplace, pulse: Pulse) {
    this.members = members;
    this.#workplace = workplace;
    this.#pulse = pulse;
    for (const { id: from } of members) {
      for (const { id: to } of members) {
        this.#ledgers.set(`${from}>${to}`, new Ledger(`from ${from} to ${to}`));
        this.#shown.set(`${from}>${to}`, new ShownRuns());
      }
    }
  }

  static async open(workplace: Workplace, pulse: Pulse): Promise<Ring> {
    const listens: string[] = [];
    for (let index = 0; index < size; index += 1) listens.push(await freeAddress());
    const members = listens.map((listen, index) => {
      const dials = [listens[(index + 1) % size], index === chord[0] ? listens[chord[1]] : undefined];
      return {
        id: BigInt(index + 1),
        listen,
        state: workplace.fresh("member"),
        dials: dials.filter((address) => address !== undefined),
        victim: undefined,
        typed: 0,
        delivered: 0,
      };
    });
    return new Ring(members, workplace, pulse);
  }

  get accepted(): number {
    return [...this.#ledgers.values()].reduce((sum, ledger) => sum + ledger.acceptedCount, 0);
  }

  get received(): number {
    return [...this.#ledgers.values()].reduce((sum, ledger) => sum + ledger.receivedCount, 0);
  }

  /** Starts a member, without waiting for it. */
  start(member: Member): Victim {
    member.typed = 0;
    member.delivered = 0;
    for (const { id } of this.members) this.#runsOf(id, member.id).begin();
    const victim: Victim = new Victim({
      program: this.#workplace.program,
      listen: member.listen,
      state: member.state,
      words: ["--desired-id", `${member.id}`, ...member.dials],
      pulse: this.#pulse,
      heard: (event) => this.#heard(member, event),
    });
    member.victim = victim;
    void victim.exited.then(() => this.#complaints.push(...victim.alarms));
    return victim;
  }

  /** A member that is not too busy says something to another. */
  talk(from: number, to: number, count: number): void {
    const sender = this.members[from];
    const receiver = this.members[to];
    if (sender?.victim?.ready === undefined || sender.victim.ending !== undefined || receiver === undefined) return;
    if (sender.typed - sender.delivered + count > unsettledMax) return;
    const ledger = this.#ledgerOf(sender.id, receiver.id);
    const texts = Array.from({ length: count }, () => {
      const text = `from ${sender.id} to ${receiver.id}, ${ledger.said + 1}`;
      ledger.say(text);
      return text;
    });
    sender.typed += count;
    sender.victim.type(...texts.map((text) => `${receiver.id} ${text}`));
  }

  /** Everybody runs and nobody kills: waits until nothing is held any more, and says what is not as promised. */
  async settle(): Promise<{ readonly faults: readonly string[]; readonly unprinted: number }> {
    const faults = [...this.#complaints, ...this.members.flatMap(({ victim }) => victim?.alarms ?? [])];
    for (const { id, victim } of this.members) {
      const isUp = await victim?.until(() => victim.ready !== undefined);
      if (isUp !== true)
        return { faults: [...faults, `member ${id} does not run: ${victim?.describe()}`], unprinted: 0 };
    }
    for (const { id, listen } of this.members) {
      const held = await this.#untilNothingHeld(listen);
      if (held !== undefined) faults.push(`member ${id} still holds ${held}`);
    }
    let unprinted = 0;
    for (const { id: to, listen } of this.members) unprinted += await this.#compare(to, listen, faults);
    for (const ledger of this.#ledgers.values()) faults.push(...ledger.faults());
    return { faults, unprinted };
  }

  async #compare(to: bigint, listen: string, faults: string[]): Promise<number> {
    const inbox = await readInbox(listen, 0n);
    let unprinted = 0;
    for (const { from, number, text } of inbox) this.#ledgerOf(from, to).receive(number, text);
    for (const { id: from } of this.members) {
      const numbers = inbox.filter((message) => message.from === from).map(({ number }) => number);
      const runs = this.#runsOf(from, to);
      await this.#pulse.until(() => runs.last >= (numbers.at(-1) ?? 0n));
      const compared = runs.compare(numbers);
      faults.push(...compared.faults.map((fault) => `from ${from} to ${to}: ${fault}`));
      unprinted += compared.unprinted;
    }
    return unprinted;
  }

  async #untilNothingHeld(listen: string): Promise<string | undefined> {
    const byMs = performance.now() + 120_000;
    for (;;) {
      const { outbox, mailbox } = await readStatus(listen);
      if (outbox === 0n && mailbox === 0n) return undefined;
      if (performance.now() > byMs) return `${outbox} in its outbox and ${mailbox} in its mailbox`;
      await this.#pulse.pause(100);
    }
  }

  #heard(member: Member, event: PeerEvent): void {
    if (event.event === "message") this.#runsOf(BigInt(event.from), member.id).show(BigInt(event.number));
    if (event.event === "error") this.#complaints.push(`member ${member.id}: ${event.code} ${event.message}`);
    if (event.event === "id") this.#complaints.push(`member ${member.id} became ${event.id}: ${event.reason}`);
    if (event.event !== "status") return;
    const ledger = this.#ledgerOf(member.id, BigInt(event.to));
    if (event.status === "accepted") ledger.accept(event.number);
    if (event.status !== "delivered") return;
    ledger.deliver(event.number);
    member.delivered += 1;
  }

  #ledgerOf(from: bigint, to: bigint): Ledger {
    const ledger = this.#ledgers.get(`${from}>${to}`);
    if (ledger === undefined) throw new Error(`somebody unknown spoke: from ${from} to ${to}`);
    return ledger;
  }

  #runsOf(from: bigint, to: bigint): ShownRuns {
    const runs = this.#shown.get(`${from}>${to}`);
    if (runs === undefined) throw new Error(`somebody unknown spoke: from ${from} to ${to}`);
    return runs;
  }
}
