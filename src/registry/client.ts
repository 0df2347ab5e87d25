import type { DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { E3Error, type ErrorCode } from "../core/error.ts";
import type {
  FetchPendingResponse,
  HeartbeatResponse,
  RegistryService,
  SearchResponse,
  Session,
} from "../gen/e3/v1/registry_pb.ts";
import type { Signer } from "../ports/signer.ts";
import { proveKey } from "./key-proof.ts";
import { parseUserName } from "./user-name.ts";

type Methods = (typeof RegistryService)["method"];

type Call<M> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: { readonly timeoutMs?: number }) => Promise<MessageShape<O>>
    : never;

/** The service as it is called: each method a promise, which rejects with an error that has a gRPC `status` by name. */
export type RegistryCalls = { readonly [K in keyof Methods]: Call<Methods[K]> } & { close(): void };

/** What a user gives to be let in. */
export interface Entry {
  readonly name: string;
  readonly password: string;
  /** Where the peer listens, host:port. */
  readonly addresses: readonly string[];
}

/** How long a call may take. */
export interface CallTime {
  /** Milliseconds. */
  readonly timeoutMs: number;
}

/** What a client is made of. */
export interface RegistryClientParts {
  readonly calls: RegistryCalls;
  /** The peer's: its key is stated as the user's. */
  readonly signer: Pick<Signer, "publicKey" | "sign">;
  /** host:port of the registry, for messages. */
  readonly address: string;
  /** Time for one call, milliseconds. Default 10,000: a sign-in may wait behind 64 others. */
  readonly timeoutMs?: number;
}

/**
 * A registry, as a peer calls it.
 *
 * All calls reject with E3Errors: "user-exists", "bad-credentials", "signed-out", "signed-in-elsewhere" and "resource-exhausted" as the
 * registry says, "bad-option" and "bad-address" for what it does not accept, "address-unavailable" when it does not answer in time
 * or at all (it may be tried again), "closed" when this client is, "protocol" for everything else.
 */
export class RegistryClient {
  readonly #calls: RegistryCalls;
  readonly #signer: RegistryClientParts["signer"];
  readonly #address: string;
  readonly #options: CallTime;

  constructor({ calls, signer, address, timeoutMs = 10_000 }: RegistryClientParts) {
    this.#calls = calls;
    this.#signer = signer;
    this.#address = address;
    this.#options = { timeoutMs };
  }

  /** Makes a user and signs it in. */
  async signUp(entry: Entry): Promise<Session> {
    const { session } = await this.#ask(() => this.#calls.signUp(this.#application(entry), this.#options));
    return this.#present(session);
  }

  /** Signs a user in; its earlier session ends. */
  async signIn(entry: Entry): Promise<Session> {
    const asked = (): ReturnType<RegistryCalls["signIn"]> =>
      this.#calls.signIn(this.#application(entry), this.#options);
    return this.#present((await this.#ask(asked, "bad-credentials")).session);
  }

  /** Ends the session. @param options a time of its own for this call. */
  async signOut(token: string, options: CallTime = this.#options): Promise<void> {
    await this.#ask(() => this.#calls.signOut({ token }, options));
  }

  /** Says that the user is there; due every Session.heartbeatMs. */
  heartbeat(token: string, beat: BeatFields): Promise<HeartbeatResponse> {
    const { addresses, busy, alone } = beat;
    return this.#ask(() => this.#calls.heartbeat({ token, addresses: [...addresses], busy, alone }, this.#options));
  }

  /** Where a user is, by name or id. @param options a time of its own for this call. */
  search(token: string, target: string | bigint, options: CallTime = this.#options): Promise<SearchResponse> {
    const wanted =
      typeof target === "string"
        ? ({ case: "name", value: target } as const)
        : ({ case: "id", value: target } as const);
    return this.#ask(() => this.#calls.search({ token, target: wanted }, options));
  }

  /** Newcomers to bootstrap; ids of those that are, first. */
  fetchPending(token: string, bootstrapped: readonly bigint[] = []): Promise<FetchPendingResponse> {
    return this.#ask(() => this.#calls.fetchPending({ token, bootstrapped: [...bootstrapped] }, this.#options));
  }

  /** Ends all calls and the connection. */
  close(): void {
    this.#calls.close();
  }

  #application({ name, password, addresses }: Entry) {
    const proof = proveKey(parseUserName(name), this.#signer);
    return { name, password, addresses: [...addresses], key: this.#signer.publicKey, proof };
  }

  /** @param refused what UNAUTHENTICATED means for this call. */
  async #ask<T>(call: () => Promise<T>, refused: ErrorCode = "signed-out"): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof E3Error) throw error;
      const { status, details } = failureOf(error);
      const code = status === "UNAUTHENTICATED" ? refused : (codes.get(status) ?? "protocol");
      const said = code === "address-unavailable" ? `the registry at ${this.#address} does not answer` : details;
      throw new E3Error(code, said, { cause: error });
    }
  }

  #present(session: Session | undefined): Session {
    if (session?.credential !== undefined) return session;
    throw new E3Error("protocol", `the registry at ${this.#address} answered without a session`);
  }
}

/** What a heartbeat says. */
export interface BeatFields {
  readonly addresses: readonly string[];
  readonly busy: boolean;
  readonly alone: boolean;
}

/** By gRPC status. */
const codes: ReadonlyMap<string, ErrorCode> = new Map([
  ["ALREADY_EXISTS", "user-exists"],
  ["ABORTED", "signed-in-elsewhere"],
  ["RESOURCE_EXHAUSTED", "resource-exhausted"],
  ["INVALID_ARGUMENT", "bad-option"],
  ["UNAVAILABLE", "address-unavailable"],
  ["DEADLINE_EXCEEDED", "address-unavailable"],
  ["CANCELLED", "closed"],
]);

function failureOf(error: unknown): { readonly status: string; readonly details: string } {
  const isStatus = error instanceof Error && "status" in error && "details" in error;
  if (!isStatus) return { status: "", details: String(error) };
  return { status: String(error.status), details: String(error.details) };
}
