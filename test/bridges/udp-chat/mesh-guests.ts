import type { GuestHouse, GuestOptions } from "../../../src/bridges/types.ts";
import { E3Error } from "../../../src/core/error.ts";
import type { Peer } from "../../../src/peer/types.ts";
import type { TestMesh } from "../../../src/testing/mesh.ts";

/** Guests as leaves of a simulated mesh, and what a registry would know of their users. */
export class MeshGuests implements GuestHouse {
  /** When all guests were here first. */
  firstMs = 0;
  readonly opened: GuestOptions[] = [];
  readonly #mesh: TestMesh;
  readonly #here = new Map<string, Peer>();
  readonly #ids = new Map<string, bigint>();
  readonly #passwords = new Map<string, string>();
  /** What opening fails with, when set. */
  failure: Error | undefined;

  constructor(mesh: TestMesh) {
    this.#mesh = mesh;
  }

  /** The id of a user that has not signed up yet. */
  give(user: string, id: bigint): void {
    this.#ids.set(user, id);
  }

  async open(options: GuestOptions): Promise<Peer> {
    const { key, name, member, accepts, at } = options;
    if (member === undefined) throw new Error("only users are guests of this wire");
    this.opened.push(options);
    const known = this.#here.get(key);
    if (known !== undefined) return known;
    if (this.failure !== undefined) throw this.failure;
    const { user, password, signUp } = member;
    const right = this.#passwords.get(user);
    if (signUp && right !== undefined) throw new E3Error("user-exists", `the user ${user} has signed up already`);
    if (!signUp && right !== password) throw new E3Error("bad-credentials", "the user or the password is wrong");
    this.#passwords.set(user, password);
    const desiredId = this.#ids.get(user);
    const peer = await this.#mesh.start(key, {
      ...{ name, peers: ["host"], leaf: true, via: `udp-chat ${at}` },
      ...(accepts === undefined ? {} : { accepts }),
      ...(desiredId === undefined ? {} : { desiredId }),
    });
    this.#here.set(key, peer);
    return peer;
  }

  get(key: string): Peer | undefined {
    return this.#here.get(key);
  }

  sinceMs(): number {
    return this.firstMs;
  }

  keyOf(id: bigint): string | undefined {
    for (const [key, peer] of this.#here) if (peer.id === id) return key;
    return undefined;
  }

  async close(key: string): Promise<void> {
    const peer = this.#here.get(key);
    this.#here.delete(key);
    await peer?.close();
  }
}
