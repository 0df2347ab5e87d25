import { create } from "@bufbuild/protobuf";
import { E3Error, type ErrorCode } from "../../src/core/error.ts";
import {
  FetchPendingResponseSchema,
  HeartbeatResponseSchema,
  Presence,
  SearchResponseSchema,
  SessionSchema,
  type FetchPendingResponse,
  type HeartbeatResponse,
  type SearchResponse,
  type Session,
} from "../../src/gen/e3/v1/registry_pb.ts";
import type { BeatFields, Entry } from "../../src/registry/client.ts";
import { signCredential, type SealedCredential } from "../../src/registry/credential.ts";
import { testSigner } from "../../src/testing/signer.ts";

/** The registry's key, and the user's peer's. */
export const [registrySigner, userSigner] = [testSigner(1), testSigner(2)];

/** A credential of user ali, id 106. */
export function credentialOf(serial: bigint, user = "ali", key = userSigner.publicKey): SealedCredential {
  return signCredential({ user, id: 106n, key, serial, issuedAtMs: 0, expiresAtMs: 2 ** 50 }, registrySigner);
}

/** A registry as a client shows it: it answers at once, as a test sets it, and notes what it is asked. */
export class FakeRegistry {
  /** What every call is refused with, when set. */
  refuses: { readonly code: ErrorCode; readonly message: string } | undefined;
  password = "the right one";
  userName = "ali";
  first = false;
  /** Handed out with the next heartbeat. */
  renewed: SealedCredential | undefined;
  pending: { readonly id: bigint; readonly name: string; readonly addresses: string[] }[] = [];
  readonly calls: string[] = [];
  readonly beats: BeatFields[] = [];
  readonly reports: (readonly bigint[])[] = [];
  sessionCredential: SealedCredential = credentialOf(1n);

  signUp(entry: Entry): Promise<Session> {
    return this.#answer(`signUp ${entry.name}`, () => this.#session());
  }

  signIn({ name, password }: Entry): Promise<Session> {
    return this.#answer(`signIn ${name}`, () => {
      if (password !== this.password) throw new E3Error("bad-credentials", "the name or the password is wrong");
      return this.#session();
    });
  }

  heartbeat(token: string, beat: BeatFields): Promise<HeartbeatResponse> {
    return this.#answer(`heartbeat ${token}`, () => {
      this.beats.push(beat);
      const { renewed: credential, first } = this;
      this.renewed = undefined;
      return create(HeartbeatResponseSchema, { first, ...(credential === undefined ? {} : { credential }) });
    });
  }

  fetchPending(token: string, reports: readonly bigint[] = []): Promise<FetchPendingResponse> {
    return this.#answer(`fetchPending ${token}`, () => {
      this.reports.push(reports);
      return create(FetchPendingResponseSchema, { newcomers: this.pending.splice(0) });
    });
  }

  search(_: string, target: string | bigint): Promise<SearchResponse> {
    return this.#answer(`search ${target}`, () =>
      create(SearchResponseSchema, { presence: Presence.ONLINE, name: "veli", id: 107n, addresses: ["a:1"] }),
    );
  }

  signOut(token: string): Promise<void> {
    return this.#answer(`signOut ${token}`, () => {});
  }

  close(): void {
    this.calls.push("close");
  }

  /** Calls of this kind so far. */
  count(kind: string): number {
    return this.calls.filter((call) => call.startsWith(kind)).length;
  }

  #session(): Session {
    const session = { id: 106n, token: "fresh", registryKey: registrySigner.publicKey, heartbeatMs: 60_000 };
    return create(SessionSchema, { ...session, first: this.first, credential: this.sessionCredential });
  }

  async #answer<T>(call: string, made: () => T): Promise<T> {
    this.calls.push(call);
    await Promise.resolve();
    if (this.refuses !== undefined) throw new E3Error(this.refuses.code, this.refuses.message);
    return made();
  }
}
