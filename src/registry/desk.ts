import { E3Error } from "../core/error.ts";
import { assignerHash } from "../core/snowflake.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { CallContext } from "../ports/services.ts";
import type { Signer } from "../ports/signer.ts";
import type { Store } from "../ports/store.ts";
import { parseApplication, type Applicant, type Application } from "./applicant.ts";
import type { SealedCredential } from "./credential.ts";
import type { Doorkeeper } from "./doorkeeper.ts";
import type { IdSource } from "./id-source.ts";
import { isProven } from "./key-proof.ts";
import type { RegistryLimits } from "./limits.ts";
import { messageOf } from "./message-of.ts";
import { OneByOne } from "./one-by-one.ts";
import type { Beat } from "./presence.ts";
import type { Found, Newcomer, Registry } from "./registry.ts";
import { parseAddresses } from "./stated-addresses.ts";
import { writeUser } from "./user-record.ts";
import type { User } from "./user.ts";

/** What a desk works with. */
export interface DeskParts {
  readonly registry: Registry;
  readonly doorkeeper: Doorkeeper;
  readonly ids: IdSource;
  /** The registry's own id: the assigner of its users'. */
  readonly id: bigint;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly store: Pick<Store, "commit">;
  readonly log: Log;
  readonly limits: RegistryLimits;
}

/** A user that was let in. */
export interface Admission {
  readonly id: bigint;
  readonly token: string;
  readonly credential: SealedCredential;
  readonly first: boolean;
}

/** What a heartbeat is answered with. */
export interface Pulse {
  readonly first: boolean;
  /** A fresh one, when it was time for it. */
  readonly credential: SealedCredential | undefined;
}

/**
 * Desk: does what callers ask for, in the order: check, let the doorkeeper see, store, and only then make known and
 * answer. What changes users is done one by one, so that what was checked is still so when it is stored.
 *
 * All methods reject with E3Errors for what the caller did wrong, and "store-failed" when the disk did.
 */
export class Desk {
  readonly #parts: DeskParts;
  readonly #changes = new OneByOne();
  readonly #hash: number;
  #isWatching = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#hash = assignerHash(parts.id, (bytes) => parts.signer.sha256(bytes));
  }

  async signUp(application: Application, { remote, signal }: CallContext): Promise<Admission> {
    const { registry, doorkeeper, ids, log } = this.#parts;
    const applicant = this.#receive(application, remote);
    const { name } = applicant;
    registry.checkNew(name);
    registry.checkRoom(name);
    const passwordHash = await doorkeeper.hash(applicant.password, signal);
    const admission = await this.#changes.run(async () => {
      registry.checkNew(name);
      const signedUpAtMs = Math.floor(this.#now());
      const id = await ids.next(this.#hash, this.#now());
      return this.#letIn({ name, id, passwordHash, serial: 0n, signedUpAtMs, session: undefined }, applicant);
    });
    log.info("a user signed up", { user: name, id: admission.id, remote });
    return admission;
  }

  async signIn(application: Application, { remote, signal }: CallContext): Promise<Admission> {
    const { registry, doorkeeper, log } = this.#parts;
    const applicant = this.#receive(application, remote);
    const { name, password } = applicant;
    const attempt = { name, password, remote, nowMs: this.#now() };
    try {
      await doorkeeper.check(registry.find(name)?.passwordHash, attempt, signal);
    } catch (error) {
      // Without the name: people type passwords there, too.
      log.warn("a sign-in was refused", { remote, reason: messageOf(error) });
      throw error;
    }
    const admission = await this.#changes.run(() => this.#letIn(this.#known(name), applicant));
    log.info("a user signed in", { user: this.#known(name).name, id: admission.id, remote });
    return admission;
  }

  async signOut(token: string): Promise<void> {
    const { registry, store, log } = this.#parts;
    await this.#changes.run(async () => {
      const user = { ...registry.caller(token, this.#now()), session: undefined };
      await store.commit(writeUser(user));
      registry.leave(user, this.#now());
      log.info("a user signed out", { user: user.name, id: user.id });
    });
  }

  /** @param remote socket address of the caller, host:port. */
  async heartbeat(token: string, beat: Beat, remote = ""): Promise<Pulse> {
    const { registry, limits } = this.#parts;
    const nowMs = this.#now();
    const user = registry.caller(token, nowMs);
    const addresses = parseAddresses(beat.addresses, limits.addressesMax, remote);
    const first = registry.beat(user, { ...beat, addresses }, nowMs);
    this.#watch();
    const renewed = registry.renewed(user, nowMs) === undefined ? undefined : await this.#renew(token);
    return { first, credential: renewed?.session?.sealed };
  }

  /** @param target in form NFC when it is a name. */
  search(token: string, target: string | bigint): { readonly asker: User; readonly found: Found | undefined } {
    const { registry } = this.#parts;
    const asker = registry.caller(token, this.#now());
    return { asker, found: registry.search(target) };
  }

  fetchPending(token: string, bootstrapped: readonly bigint[]): readonly Newcomer[] {
    const { registry } = this.#parts;
    const nowMs = this.#now();
    return registry.fetch(registry.caller(token, nowMs), bootstrapped, nowMs);
  }

  /** Resolves when what was begun is stored, or failed. No call may come any more. */
  async close(): Promise<void> {
    await this.#changes.idle();
    this.#parts.clock.clearAlarm();
    this.#isWatching = true;
  }

  /** Cheap checks come first, the signature last: it takes 100 us. */
  #receive(application: Application, remote: string): Applicant {
    const { doorkeeper, signer, limits } = this.#parts;
    const applicant = parseApplication(application, limits.addressesMax, remote);
    doorkeeper.knock(remote, this.#now());
    if (isProven(applicant, signer)) return applicant;
    throw new E3Error("bad-option", "the proof is not the key's signature over the name");
  }

  #known(name: string): User {
    const user = this.#parts.registry.find(name);
    if (user === undefined) throw new Error("a user whose password was right is not there");
    return user;
  }

  /** Stores a new session of the user, and admits it. */
  async #letIn(user: User, { key, addresses }: Applicant): Promise<Admission> {
    const { registry, store } = this.#parts;
    registry.takeSeat(user.name);
    try {
      const issued = registry.issue(user, key, this.#now());
      await store.commit(writeUser(issued.user));
      const first = registry.admit(issued.user, addresses, this.#now());
      this.#watch();
      const { session } = issued.user;
      if (session === undefined) throw new Error("a session that was issued is not there");
      return { id: user.id, token: issued.token, credential: session.sealed, first };
    } finally {
      registry.giveUpSeat(user.name);
    }
  }

  /** Stores a fresh credential. Asked anew: another call may have done it, or ended the session. */
  #renew(token: string): Promise<User | undefined> {
    const { registry, store } = this.#parts;
    return this.#changes.run(async () => {
      const user = registry.renewed(registry.caller(token, this.#now()), this.#now());
      if (user === undefined) return undefined;
      await store.commit(writeUser(user));
      registry.know(user);
      return user;
    });
  }

  /** The time, with all that has come to pass by now. */
  #now(): number {
    const { clock, registry, log } = this.#parts;
    const nowMs = clock.nowMs();
    for (const user of registry.expire(nowMs)) log.info("a user is gone: it was silent for too long", { user });
    return nowMs;
  }

  /** Has the next that will be gone noticed when it is, rather than when somebody asks. */
  #watch(): void {
    const { clock, registry } = this.#parts;
    const atMs = registry.nextDeadlineMs;
    if (this.#isWatching || atMs === Infinity) return;
    this.#isWatching = true;
    clock.setAlarm(atMs, () => {
      this.#isWatching = false;
      this.#now();
      this.#watch();
    });
  }
}
