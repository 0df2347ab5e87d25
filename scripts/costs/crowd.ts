import { create, toBinary } from "@bufbuild/protobuf";
import { encodeBatch } from "../../src/core/batch.ts";
import { encodeText } from "../../src/core/body.ts";
import { Core } from "../../src/core/core.ts";
import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import { identityKeys } from "../../src/core/identity.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { nodeOf } from "../../src/core/node-name.ts";
import type { Signer } from "../../src/core/world.ts";
import { IdentityRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { Agenda, type Timer } from "../../src/testing/agenda.ts";
import { Random } from "../../src/testing/random.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { Course } from "./course.ts";
import { isOfTopology, Traffic } from "./traffic.ts";

/** How long a frame is on its way, and how long a write takes, milliseconds, from and to. */
const frameMs = [1, 3] as const;
const writeMs = [1, 5] as const;
const idBase = 77_252_666_718_255_000n;

/** The id of the peer of that number. */
export function idOf(number: number): bigint {
  return idBase + BigInt(number);
}

/**
 * Crowd: many cores in one process, and nothing else. Wires that take their time, disks that do, one virtual clock.
 *
 * All chance comes from a seed. Signatures are hashes, which cost little; what real ones cost is measured apart.
 */
export class Crowd {
  /** When it begins, milliseconds since 1970. */
  readonly beginMs = 1_735_689_600_000;
  readonly traffic = new Traffic();
  readonly #agenda = new Agenda(this.beginMs);
  readonly #random = new Random(1);
  readonly #members: Member[] = [];
  /** Members by where they listen. */
  readonly #byAddress = new Map<string, Member>();

  get nowMs(): number {
    return this.#agenda.nowMs - this.beginMs;
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /**
   * Makes one more member, which has been here before: it has an id. It does nothing until it is started.
   * @param diskFromMs when its disk begins to write: what is to be written before waits until then. A peer states nothing of
   * itself before that is durable, so where all its links are up by then it states them at once. Default 0.
   */
  add(diskFromMs = 0): Member {
    const number = this.#members.length;
    const member = new Member({ number, diskFromMs, crowd: this, agenda: this.#agenda, random: this.#random.fork() });
    this.#members.push(member);
    this.#byAddress.set(member.address, member);
    return member;
  }

  /** The member that listens there. */
  at(address: string): Member | undefined {
    return this.#byAddress.get(address);
  }

  /** Lets time pass. */
  run(ms: number): void {
    const byMs = this.#agenda.nowMs + ms;
    while (this.#agenda.step(byMs));
  }

  /** Lets time pass until nobody has learnt anything for so long from now on. @returns when somebody last did, by nowMs. */
  settle(quietMs: number): number {
    const fromMs = this.nowMs;
    for (;;) {
      const byMs = Math.max(fromMs, this.traffic.learntAtMs) + quietMs;
      if (this.nowMs >= byMs) return this.traffic.learntAtMs;
      this.run(byMs - this.nowMs);
    }
  }
}

interface MemberParts {
  readonly number: number;
  readonly diskFromMs: number;
  readonly crowd: Crowd;
  readonly agenda: Agenda;
  readonly random: Random;
}

/** One end of a wire. */
interface End {
  readonly member: Member;
  readonly link: number;
  /** What is on its way there. */
  readonly course: Course<CoreEvent>;
}

/** Member: one core, its wires, its disk and its alarm. */
export class Member {
  readonly number: number;
  readonly address: string;
  readonly signer: Signer;
  readonly node: bigint;
  readonly core: Core;
  readonly #parts: MemberParts;
  readonly #alarm: Timer;
  readonly #wires = new Map<number, End>();
  readonly #events: CoreEvent[] = [];
  #links = 0;
  #isStepping = false;
  #isDeaf = false;
  #isAway = false;
  #received = 0;
  #revision = 0;

  constructor(parts: MemberParts) {
    const { number, agenda, random } = parts;
    this.#parts = parts;
    this.number = number;
    this.address = `10.0.0.1:${number + 1}`;
    this.signer = testSigner(number);
    this.node = nodeOf(this.signer.publicKey, this.signer);
    const record = { id: idOf(number), assignedId: 0n, epoch: BigInt(number + 1), incarnation: 1n };
    const value = toBinary(IdentityRecordSchema, create(IdentityRecordSchema, record));
    const [key = ""] = identityKeys;
    const { signer } = this;
    const stored = { limits: defaultLimits, desiredId: 0n, name: `peer ${number}`, custody: true };
    const entropy = { bytes: (count: number) => random.bytes(count) };
    this.core = new Core(
      { ...stored, signer, entropy, stored: (table) => (table === "meta" ? [{ key, value }] : []) },
      agenda.nowMs,
    );
    this.#alarm = agenda.timer(() => this.feed({ kind: "alarm" }));
  }

  start(peers: readonly Member[]): void {
    this.feed({ kind: "start", listen: this.address, peers: peers.map(({ address }) => address) });
  }

  /** Keeps another one dialled. */
  connect(other: Member): void {
    this.core.connect(other.address, this.#parts.agenda.nowMs);
    this.feed({ kind: "alarm" });
  }

  /** Ends the link with another one. */
  disconnect(other: Member): void {
    this.core.disconnect(other.core.id, this.#parts.agenda.nowMs);
    this.feed({ kind: "alarm" });
  }

  /** Messages it has received. */
  get received(): number {
    return this.#received;
  }

  /** Says something to everyone. */
  say(text: string): void {
    this.core.submit({ to: 0n, body: encodeText(text), ttlMs: 3_600_000 }, this.#parts.agenda.nowMs);
    this.feed({ kind: "alarm" });
  }

  /** Its wires end, and none can be made, until it comes back. */
  goAway(): void {
    this.#isAway = true;
    for (const link of [...this.#wires.keys()]) this.#hangUp(link, "the network is gone");
  }

  comeBack(): void {
    this.#isAway = false;
  }

  /** From now on it hears nothing of the topology, but still answers pings: what is sent to it is counted, and lost. */
  deafen(): void {
    this.#isDeaf = true;
  }

  /** Feeds an event, now or after the one that is going on. */
  feed(event: CoreEvent): void {
    if (event.kind === "frame") this.#parts.crowd.traffic.count(event.bytes);
    if (this.#ignores(event)) return;
    this.#events.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#step(next);
    this.#isStepping = false;
    const dueMs = this.core.nextDeadlineMs;
    if (dueMs === Infinity) this.#alarm.clear();
    else this.#alarm.set(dueMs);
  }

  #step(event: CoreEvent): void {
    const { crowd, agenda } = this.#parts;
    for (const effect of this.core.step(event, agenda.nowMs)) this.#perform(effect);
    const { revision } = this.core.view;
    if (revision === this.#revision) return;
    this.#revision = revision;
    crowd.traffic.learnt(crowd.nowMs);
  }

  #perform(effect: Effect): void {
    const { agenda, random } = this.#parts;
    switch (effect.kind) {
      case "dial":
        return this.#dial(effect.address);
      case "frame":
        return this.#frame(effect.link, effect.bytes);
      case "envelopes":
        return this.#frame(effect.link, encodeBatch(effect.envelopes));
      case "received":
        this.#received = effect.cursor;
        return;
      case "hang-up":
        return this.#hangUp(effect.link, effect.reason);
      case "persist":
        agenda.after(this.#diskWaitMs + random.between(writeMs), () =>
          this.feed({ kind: "persisted", commit: effect.commit }),
        );
        return;
      default: // Nobody is told.
        return;
    }
  }

  get #diskWaitMs(): number {
    const { crowd, diskFromMs } = this.#parts;
    return Math.max(0, diskFromMs - crowd.nowMs);
  }

  #ignores(event: CoreEvent): boolean {
    return this.#isDeaf && event.kind === "frame" && isOfTopology(event.bytes);
  }

  #dial(address: string): void {
    const { crowd, agenda, random } = this.#parts;
    const other = crowd.at(address);
    const link = (this.#links += 1);
    agenda.after(random.between(frameMs), () => {
      if (other === undefined || other.#isAway || this.#isAway) {
        this.feed({ kind: "link-opened", link, address, remote: address });
        return this.feed({ kind: "link-closed", link, reason: "nobody listens there" });
      }
      const there = (other.#links += 1);
      this.#wires.set(link, other.#end(there));
      other.#wires.set(there, this.#end(link));
      other.feed({ kind: "link-opened", link: there, address: undefined, remote: this.address });
      this.feed({ kind: "link-opened", link, address, remote: address });
    });
  }

  /** This end of a wire, for the member at the other. */
  #end(link: number): End {
    return { member: this, link, course: new Course(this.#parts.agenda, (event) => this.feed(event)) };
  }

  #frame(link: number, bytes: Uint8Array): void {
    const end = this.#wires.get(link);
    if (end === undefined) return;
    const event: CoreEvent = { kind: "frame", link: end.link, bytes };
    if (end.member.#ignores(event)) return end.member.feed(event);
    end.course.send(event, this.#parts.random.between(frameMs));
  }

  #hangUp(link: number, reason: string): void {
    const end = this.#wires.get(link);
    end?.course.send({ kind: "link-closed", link: end.link, reason }, this.#parts.random.between(frameMs));
    this.#wires.delete(link);
    this.feed({ kind: "link-closed", link, reason });
  }
}
