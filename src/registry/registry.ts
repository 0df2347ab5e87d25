import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Signer } from "../ports/signer.ts";
import { signCredential, type SealedCredential } from "./credential.ts";
import { Expected } from "./expected.ts";
import type { RegistryLimits } from "./limits.ts";
import { Pending } from "./pending.ts";
import { Presence, type Beat, type Whereness } from "./presence.ts";
import { hashToken, makeToken, Sessions } from "./sessions.ts";
import type { User } from "./user.ts";
import { Users } from "./users.ts";

/** What a registry is made of. */
export interface RegistryParts {
  readonly signer: Signer;
  readonly entropy: Entropy;
  readonly limits: RegistryLimits;
  /** As the store has them. */
  readonly users: Iterable<User>;
}

/** A user as others find it. */
export interface Found {
  readonly user: User;
  readonly where: Whereness;
}

/** A newcomer as it is handed out. */
export interface Newcomer {
  readonly user: User;
  readonly addresses: readonly string[];
}

/**
 * Registry: the users, who of them is signed in, who is there, and who waits to be told of the mesh. Sans-IO: what is to
 * be durable is made here as a user that is not known yet, stored elsewhere, and made known by admit or know.
 *
 *     nobody ── issue, stored, admit ──► there ── gone, or leave ──► away ── beat ──► there
 *
 * Invariants
 * 1. No more users are there than liveMax. Those who were before a restart have time to come back first.
 * 2. A token works from the moment its hash is durable, and until the session is replaced, ended or expired.
 * 3. Nobody waits to be bootstrapped who is not there.
 */
export class Registry {
  readonly #signer: Signer;
  readonly #entropy: Entropy;
  readonly #limits: RegistryLimits;
  readonly #users = new Users();
  readonly #sessions = new Sessions();
  readonly #presence: Presence;
  readonly #pending: Pending;
  readonly #expected: Expected;
  /** Users that are not there, and will be in an instant. They count (invariant 1). */
  readonly #seats = new Set<string>();

  constructor({ signer, entropy, limits, users }: RegistryParts) {
    this.#signer = signer;
    this.#entropy = entropy;
    this.#limits = limits;
    this.#presence = new Presence(limits.silenceMs);
    this.#pending = new Pending(limits);
    const before: { readonly name: string; readonly issuedAtMs: number }[] = [];
    for (const user of users) {
      this.know(user);
      if (user.session !== undefined) before.push({ name: user.name, issuedAtMs: user.session.issuedAtMs });
    }
    const latest = before.toSorted((a, b) => b.issuedAtMs - a.issuedAtMs).slice(0, limits.liveMax);
    this.#expected = new Expected(
      latest.map(({ name }) => name),
      limits.silenceMs,
    );
  }

  /** Users that are there. */
  get liveCount(): number {
    return this.#presence.count;
  }

  /** When expire has something to do; Infinity when it has not. */
  get nextDeadlineMs(): number {
    return this.#presence.nextDeadlineMs;
  }

  /** Lets time pass. @returns the users that are gone by now. To be called before anything else is. */
  expire(nowMs: number): readonly string[] {
    const gone = this.#presence.expire(nowMs);
    for (const name of gone) this.#pending.remove(name); // invariant 3
    this.#pending.expire(nowMs);
    this.#expected.expire(nowMs);
    return gone;
  }

  find(name: string): User | undefined {
    return this.#users.find(name);
  }

  /** @throws E3Error "user-exists" when the name is taken, "resource-exhausted" when there are too many users. */
  checkNew(name: string): void {
    if (this.#users.find(name) !== undefined) {
      throw new E3Error("user-exists", `there is a user ${quoteText(name)} already; sign in, or take another name`);
    }
    if (this.#users.count >= this.#limits.usersMax) {
      throw new E3Error("resource-exhausted", `this registry has ${this.#limits.usersMax} users and takes no more`);
    }
  }

  /**
   * Keeps a place for a user that is about to sign in, until it is admitted or the seat is given up.
   * @throws E3Error "resource-exhausted" when the user is not there, and so many others are that it cannot be.
   */
  takeSeat(name: string): void {
    this.checkRoom(name);
    if (!this.#presence.isOnline(name)) this.#seats.add(name);
  }

  /** It came to nothing. */
  giveUpSeat(name: string): void {
    this.#seats.delete(name);
  }

  /** @throws E3Error "resource-exhausted", as takeSeat. */
  checkRoom(name: string): void {
    if (this.#presence.isOnline(name) || this.#expected.has(name)) return;
    if (this.#presence.count + this.#seats.size + this.#expected.count < this.#limits.liveMax) return;
    const most = "the most that this registry admits; try again";
    const [who, when] =
      this.#expected.count === 0
        ? [`online, ${most}`, "when some have left"]
        : [`online or, as the registry was restarted, expected back, ${most}`, "in a few minutes"];
    throw new E3Error("resource-exhausted", `${this.#limits.liveMax} peers are ${who} ${when}`);
  }

  /** A new session of the user, with a new token and a credential for the key. Counts once it is stored and admitted. */
  issue(user: User, key: Uint8Array, nowMs: number): { readonly user: User; readonly token: string } {
    const token = makeToken(this.#entropy);
    const tokenHash = hashToken(token, this.#signer);
    return { user: this.#credited(user, { tokenHash, signedInAtMs: Math.floor(nowMs), key }, nowMs), token };
  }

  /** The user with a fresh credential, when it is time for one. */
  renewed(user: User, nowMs: number): User | undefined {
    const { session } = user;
    if (session === undefined || nowMs < (session.issuedAtMs + session.expiresAtMs) / 2) return undefined;
    return this.#credited(user, session, nowMs);
  }

  /** Takes a user as it is stored. */
  know(user: User): void {
    this.#users.put(user);
    if (user.session === undefined) this.#sessions.end(user.name);
    else this.#sessions.open(user.name, user.session.tokenHash); // invariant 2
  }

  /** A user signed in, and that is stored: it is there. @returns whether nobody else is. */
  admit(user: User, addresses: readonly string[], nowMs: number): boolean {
    this.know(user);
    this.giveUpSeat(user.name);
    this.#pending.remove(user.name);
    return this.beat(user, { addresses, busy: false, alone: true }, nowMs);
  }

  /**
   * A user says that it is there. @returns whether nobody else is.
   * @throws E3Error "resource-exhausted" when it was away and there is no room for it.
   */
  beat(user: User, { addresses, busy, alone }: Beat, nowMs: number): boolean {
    this.checkRoom(user.name);
    this.#expected.remove(user.name);
    this.#presence.beat(user.name, { addresses, busy, alone }, nowMs);
    const first = this.#presence.count === 1;
    // Whom nobody can call, nobody is asked to.
    if (first || !alone || addresses.length === 0) this.#pending.remove(user.name);
    else this.#pending.add(user.name, nowMs);
    return first;
  }

  /**
   * The user that a token stands for.
   * @throws E3Error "signed-in-elsewhere" for the token before the user's present one, "signed-out" for every other.
   */
  caller(token: string, nowMs: number): User {
    const hash = hashToken(token, this.#signer);
    const name = this.#sessions.find(hash);
    const user = name === undefined ? undefined : this.#users.find(name);
    if (user?.session !== undefined && user.session.expiresAtMs > nowMs) return user;
    const replaced = this.#sessions.findReplaced(hash);
    if (replaced !== undefined) throw new E3Error("signed-in-elsewhere", `${replaced} signed in elsewhere`);
    throw new E3Error(
      "signed-out",
      "the session has ended: the user signed out, signed in elsewhere, or was long away",
    );
  }

  /** A user signed out, and that is stored: it is away. */
  leave(user: User, nowMs: number): void {
    this.know(user);
    this.#expected.remove(user.name);
    this.#presence.leave(user.name, nowMs);
    this.#pending.remove(user.name);
  }

  /** Where a user is, by name or id; undefined when there is no such user. */
  search(target: string | bigint): Found | undefined {
    const user = typeof target === "string" ? this.#users.find(target) : this.#users.findId(target);
    return user === undefined ? undefined : { user, where: this.#presence.of(user.name) };
  }

  /** Newcomers for a user's peer to bootstrap, once those that it says it has bootstrapped need not wait any more. */
  fetch(by: User, bootstrapped: readonly bigint[], nowMs: number): readonly Newcomer[] {
    for (const id of bootstrapped) {
      const user = this.#users.findId(id);
      if (user !== undefined) this.#pending.report(user.name, by.name);
    }
    const { newcomersMax: countMax, patienceMs } = this.#limits;
    // Two peers without links that find each other are a mesh of their own: those with links come first.
    const waitedMinMs = this.#presence.isAlone(by.name) && this.#presence.linked > 0 ? patienceMs : 0;
    return this.#pending.handOut(by.name, { countMax, waitedMinMs }, nowMs).flatMap((name) => {
      const found = this.search(name);
      return found?.where.kind === "online" ? [{ user: found.user, addresses: found.where.addresses }] : [];
    });
  }

  #credited(user: User, session: Pick<Session, "tokenHash" | "signedInAtMs" | "key">, nowMs: number): User {
    const issuedAtMs = Math.floor(nowMs);
    // A store that was put back to an older state does not know what was issued since: the time has gone on meanwhile.
    const hour = BigInt(Math.floor(issuedAtMs / serialMs));
    const serial = user.serial < hour ? hour : user.serial + 1n;
    const expiresAtMs = issuedAtMs + this.#limits.credentialMs;
    const { name, id } = user;
    const stated = { user: name, id, key: session.key, serial, issuedAtMs, expiresAtMs };
    const sealed: SealedCredential = signCredential(stated, this.#signer);
    return { ...user, serial, session: { ...session, sealed, issuedAtMs, expiresAtMs } };
  }
}

type Session = NonNullable<User["session"]>;

/** Serials are the hours since 1970, and go on by one where several are issued in an hour: claims have room for a million. */
const serialMs = 3_600_000;
