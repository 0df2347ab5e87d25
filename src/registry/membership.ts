import { E3Error } from "../core/error.ts";
import { showName } from "../core/name.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { SessionStore } from "../ports/session-store.ts";
import type { Signer } from "../ports/signer.ts";
import type { RegistryClient } from "./client.ts";
import type { Entrance } from "./entrance.ts";
import { findingOf, soughtOf } from "./finding.ts";
import { KeptSession } from "./kept-session.ts";
import { MemberPace } from "./member-pace.ts";
import { messageOf } from "./message-of.ts";
import { neighboursOf, othersWith, type MemberPeer } from "./member-peer.ts";
import { Newcomers } from "./newcomers.ts";
import { sealedBytes } from "./sealed-bytes.ts";
import type { Bearer, Membership, RegistryFinding, RegistryNews, Standing } from "./types.ts";
import { Vouching } from "./vouching.ts";

/** What a membership is made of. */
export interface MembershipParts {
  readonly client: Pick<RegistryClient, "heartbeat" | "fetchPending" | "search" | "signOut" | "close">;
  readonly peer: MemberPeer;
  readonly entrance: Entrance;
  readonly store: SessionStore;
  /** Its alarm is the membership's alone. */
  readonly clock: Clock;
  readonly signer: Pick<Signer, "verify">;
  /** A number from 0 to 1. */
  readonly chance: () => number;
  readonly log: Log;
  /** Where the peer can be called; nowhere when it is a leaf. */
  readonly addresses: readonly string[];
  /** Addresses that the peer's user listed. */
  readonly listed: readonly string[];
  readonly tell: (news: RegistryNews) => void;
}

/**
 * RegistryMembership: keeps a user signed in, has its peer bring newcomers in, and rides through the registry's outages.
 *
 *     signed in ── no answer ──► away ── answer ──► signed in
 *         └──────────────────────┴── the session has ended, sign-out ──► ended
 *
 * Invariants
 * 1. One call that was not asked for by the user is on its way at a time, when MemberPace says so.
 * 2. A change of state is told once, and so is that it is away for lack of room, or no more for that.
 * 3. Once ended nothing is asked of the registry, the token is no longer kept, and the credential no longer stated; unless
 *    another peer is the user now that the mesh has not seen yet: what is for the user is kept for its id until then.
 */
export class RegistryMembership implements Membership {
  readonly #parts: Omit<MembershipParts, "entrance">;
  readonly #pace: MemberPace;
  readonly #newcomers: Newcomers;
  readonly #vouching: Vouching;
  readonly #session: KeptSession;
  #state: Membership["state"];
  /** Why it is away, as was told: it answered that it has no room. */
  #isFull = false;
  /** How the user got in. */
  readonly #began: Entrance["news"];
  /** It holds the password: forgotten as soon as it is of no more use. */
  #enter: Entrance["enter"];
  #isBusy = false;
  /** What the last heartbeat said. */
  #said = { busy: false, alone: true };
  /** Invariant 1. Never rejects. */
  #calling: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor({ entrance, ...parts }: MembershipParts) {
    const { clock, chance } = parts;
    this.#parts = parts;
    this.#enter = entrance.enter;
    this.#began = entrance.news;
    this.#session = new KeptSession(entrance.session, parts.store, parts.log);
    this.#state = entrance.news.kind;
    this.#pace = new MemberPace(entrance.session.heartbeatMs, chance, clock.nowMs());
    const { registryKey, credential } = entrance.session;
    this.#vouching = new Vouching({ registryKey, signer: parts.signer, nowMs: () => clock.nowMs() });
    this.#vouching.learn(credential);
    this.#newcomers = new Newcomers({ ...parts, learn: (bytes) => this.#vouching.learn(bytes) });
  }

  /** Begins. To be called once. */
  start(): void {
    const { peer, clock } = this.#parts;
    const { credential, neighbours } = this.#session.now;
    peer.setCredential(credential);
    const nowMs = clock.nowMs();
    this.#newcomers.recall(neighbours, nowMs);
    if (this.#state === "away") this.#pace.unanswered(nowMs);
    this.#tell(this.#began);
    this.#ring();
  }

  get user(): string {
    return this.#session.now.user;
  }

  get id(): bigint {
    return this.#session.now.id;
  }

  get registry(): string {
    return this.#session.now.registry;
  }

  get state(): Membership["state"] {
    return this.#state;
  }

  async search(word: string): Promise<RegistryFinding> {
    const sought = soughtOf(word);
    if (this.#state !== "signed-in") return { kind: this.#state === "away" ? "silent" : "ended" };
    if (sought === undefined) return { kind: "unknown" };
    try {
      const answer = await this.#parts.client.search(this.#session.now.token, sought.target, { timeoutMs: searchMs });
      if (answer.credential !== undefined) this.#vouching.learn(sealedBytes(answer.credential));
      return findingOf(answer, sought.digits);
    } catch (error) {
      this.#failed(error);
      return { kind: this.state === "ended" ? "ended" : "silent" };
    }
  }

  standings(peers: readonly Bearer[]): readonly Standing[] {
    for (const { credential } of peers) this.#vouching.learn(credential);
    return peers.map((peer) => this.#vouching.standing(peer));
  }

  setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.#ring();
  }

  async signOut(): Promise<void> {
    if (this.#busy) throw new E3Error("in-session", "you are in a session with somebody: end it, then sign out");
    if (this.#state === "ended") return;
    const { token } = this.#session.now;
    if (token !== "") await this.#parts.client.signOut(token, { timeoutMs: searchMs });
    this.#end();
    await this.#session.idle();
  }

  /** @param signsOut false: the registry is told nothing, and the session that is kept goes on with the next start. */
  close(signsOut = true): Promise<void> {
    return (this.#closing ??= this.#leave(signsOut));
  }

  async #leave(signsOut: boolean): Promise<void> {
    const { client, clock, log } = this.#parts;
    const { token } = this.#session.now;
    const isIn = signsOut && this.#state !== "ended" && token !== "";
    this.#state = "ended";
    clock.clearAlarm();
    try {
      if (isIn) {
        await client.signOut(token, { timeoutMs: signOutMs });
        this.#session.end();
      }
    } catch (error) {
      log.info("the registry was not told that the user leaves", { reason: messageOf(error) });
    }
    client.close();
    // A sign-in that was answered goes on to store its session, of which the registry is not told any more.
    await this.#calling;
    if (signsOut && !isIn && this.#session.now.token !== "") this.#session.end();
    await this.#session.idle();
  }

  get #busy(): boolean {
    return this.#isBusy || this.#parts.peer.sessions.current?.state === "open";
  }

  /** Something may be due. */
  #ring(): void {
    if (this.#state === "ended") return;
    // Who has yet to sign in will have done so last.
    const others = this.#enter === undefined ? othersWith(this.#parts.peer, this.id) : [];
    if (this.standings(others).some(({ kind }) => kind === "verified")) return this.#superseded(true);
    this.#look();
    this.#calling ??= this.#call().finally(() => {
      this.#calling = undefined;
      if (this.#state === "ended") return;
      const { clock } = this.#parts;
      clock.setAlarm(this.#pace.nextLookMs(clock.nowMs()), () => this.#ring());
    });
  }

  /** What has changed at this end since the last time. */
  #look(): void {
    const { peer, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const isAlone = peer.status().links === 0;
    if (isAlone !== this.#said.alone || this.#busy !== this.#said.busy) this.#pace.hurry(nowMs);
    this.#newcomers.look(nowMs);
  }

  /** Another peer is the user now. @param isSeen that peer is in the mesh already. */
  #superseded(isSeen: boolean): void {
    this.#end(isSeen);
    this.#tell({ kind: "ended", reason: `${showName(this.user)} signed in elsewhere`, elsewhere: true });
  }

  /** Makes the calls that are due. Never rejects. */
  async #call(): Promise<void> {
    try {
      for (let due = this.#due(); due !== undefined; due = this.#due()) {
        if (due === "beat") await this.#beat();
        else await this.#fetch();
        if (this.#state === "ended") return;
        this.#answered();
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  #due(): "beat" | "fetch" | undefined {
    return this.#state === "ended" ? undefined : this.#pace.next(this.#parts.clock.nowMs());
  }

  async #beat(): Promise<void> {
    const { client, peer, clock, addresses } = this.#parts;
    if (this.#enter !== undefined) {
      const claimedAtMs = this.#session.replace(await this.#enter());
      this.#enter = undefined;
      this.#present(claimedAtMs);
    }
    const said = { busy: this.#busy, alone: peer.status().links === 0 };
    const { credential } = await client.heartbeat(this.#session.now.token, { addresses, ...said });
    if (this.#state === "ended") return;
    this.#said = said;
    this.#pace.beaten(said.alone, clock.nowMs());
    if (credential !== undefined) {
      this.#session.renew(sealedBytes(credential));
      this.#present();
    }
    this.#session.remember(neighboursOf(peer));
  }

  async #fetch(): Promise<void> {
    const { peer, clock } = this.#parts;
    await this.#newcomers.fetch(this.#session.now.token, () => clock.nowMs());
    this.#pace.fetched(peer.status().peers, clock.nowMs());
  }

  /** States the credential in the peer's name. @param claimedAtMs the claim on the id that goes with it, if that is another one. */
  #present(claimedAtMs?: number): void {
    const { credential } = this.#session.now;
    this.#vouching.learn(credential);
    this.#parts.peer.setCredential(credential, claimedAtMs);
  }

  #answered(): void {
    if (this.#state !== "away" || this.#pace.isSilent) return;
    this.#state = "signed-in";
    this.#tell({ kind: "back" });
  }

  #failed(error: unknown): void {
    if (this.#state === "ended") return;
    const { clock, log } = this.#parts;
    const code = error instanceof E3Error ? error.code : "protocol";
    const reason = messageOf(error);
    if (code === "signed-in-elsewhere") return this.#superseded(false);
    if (code === "signed-out" || code === "bad-credentials") {
      this.#end();
      return this.#tell({ kind: "ended", reason, elsewhere: false });
    }
    this.#pace.unanswered(clock.nowMs());
    log.debug("the registry was called in vain", { reason });
    const isFull = code === "resource-exhausted";
    if (this.#state === "away" && this.#isFull === isFull) return; // invariant 2
    this.#isFull = isFull;
    this.#state = "away";
    this.#tell({ kind: "away", reason });
  }

  /** Invariant 3. */
  #end(withCredential = true): void {
    const { clock, peer } = this.#parts;
    this.#state = "ended";
    this.#enter = undefined;
    clock.clearAlarm();
    this.#session.end();
    if (withCredential) peer.setCredential(new Uint8Array());
  }

  #tell(news: RegistryNews): void {
    const { log, tell } = this.#parts;
    log.info(`registry: ${news.kind}`, { ...news, registry: this.registry, user: this.user });
    tell(news);
  }
}

/** Time for an answer that a user waits for, milliseconds. */
const searchMs = 2_000;
/** Time to tell the registry that one leaves, milliseconds. */
const signOutMs = 1_000;
