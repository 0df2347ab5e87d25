import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { freeAddress } from "../../test/e2e/harness/port.ts";
import type { Fault } from "./injection.ts";
import type { Pulse } from "./pulse.ts";
import type { Role } from "./role.ts";
import { Trace } from "./trace.ts";
import { Victim } from "./victim.ts";
import type { Workplace } from "./workplace.ts";

/** One kind of crash: what the victim does, and at which of its files the calls count. */
export interface Scene {
  readonly name: string;
  readonly role: "sender" | "receiver" | "custodian";
  /** Every victim begins with an empty directory, and leaves in good order when it is not killed. */
  readonly isFresh: boolean;
  /** Names in the state directory; "." and ".." are the directory and the one above, "stdout" is the output. */
  readonly files: readonly string[];
  readonly messages: number;
}

/** What came of one run of a victim and the one after it. */
export interface Outcome {
  readonly trace: Trace;
  readonly faults: readonly string[];
}

/** A victim's place: its address, its state, and the role with the bystanders that remember for it. */
export class Lane {
  readonly #scene: Scene;
  readonly #role: Role;
  readonly #workplace: Workplace;
  readonly #pulse: Pulse;
  #listen = "";
  #state: string;
  #serial = 0;

  constructor({
    scene,
    role,
    workplace,
    pulse,
  }: {
    readonly scene: Scene;
    readonly role: Role;
    readonly workplace: Workplace;
    readonly pulse: Pulse;
  }) {
    this.#scene = scene;
    this.#role = role;
    this.#workplace = workplace;
    this.#pulse = pulse;
    this.#state = workplace.fresh(scene.name);
  }

  /** Makes the state that later runs find, unless each begins with none. */
  async open(): Promise<readonly string[]> {
    this.#listen = await freeAddress();
    return this.#scene.isFresh ? [] : this.#check();
  }

  /** Runs the victim with the fault and then without, and says what is not as promised. */
  async run(fault: Fault | undefined): Promise<Outcome> {
    if (this.#scene.isFresh) {
      rmSync(this.#state, { recursive: true, force: true });
      this.#state = this.#workplace.fresh(this.#scene.name);
      this.#role.renew();
    }
    this.#serial += 1;
    const trace = `${this.#state}.trace`;
    rmSync(trace, { force: true });
    const victim = this.#start({ trace, files: this.#files(), fault });
    const worked = await this.#role.work(victim, `${this.#scene.name} ${this.#serial}`, this.#scene.messages);
    if (this.#scene.isFresh && victim.ending === undefined) {
      victim.type("/exit");
      await victim.until(() => false, 10_000);
    }
    await victim.kill();
    return { trace: new Trace(trace), faults: [...worked, ...victim.alarms, ...(await this.#check())] };
  }

  async close(): Promise<void> {
    await this.#role.close();
  }

  async #check(): Promise<readonly string[]> {
    const victim = this.#start(undefined);
    try {
      const faults = await this.#role.check(victim, `${this.#scene.name} ${this.#serial} checked`);
      return [...faults, ...victim.alarms];
    } finally {
      await victim.kill();
    }
  }

  #start(injection: ConstructorParameters<typeof Victim>[0]["injection"]): Victim {
    this.#role.begin();
    return new Victim({
      program: this.#workplace.program,
      listen: this.#listen,
      state: this.#state,
      words: this.#role.words(),
      pulse: this.#pulse,
      heard: (event) => this.#role.heard(event),
      ...(injection === undefined ? {} : { injection }),
    });
  }

  #files(): readonly string[] {
    return this.#scene.files.map((name) => {
      if (name === "stdout") return name;
      return name === ".." ? dirname(this.#state) : join(this.#state, name);
    });
  }
}
