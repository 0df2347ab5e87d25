import type { GuestHouse, GuestOptions } from "../../../src/bridges/types.ts";
import { E3Error } from "../../../src/core/error.ts";
import type { Peer } from "../../../src/peer/types.ts";
import type { TestMesh } from "../../../src/testing/mesh.ts";

/** Guests as leaves of a simulated mesh, and what a registry would know of their users. */
export class MeshGuests implements GuestHouse {
  /** What was said to everyone so far was said before they came. */
  isLate = false;
  readonly opened: GuestOptions[] = [];
  /** Keys of users that are, or stayed, signed in. */
  readonly signedIn = new Set<string>();
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
    if (password === undefined && !this.signedIn.has(key)) throw new E3Error("signed-out", "the session has ended");
    if (!signUp && password !== undefined && right !== password)
      throw new E3Error("bad-credentials", "the user or the password is wrong");
    if (password !== undefined) this.#passwords.set(user, password);
    this.signedIn.add(key);
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

  async moment(): Promise<string> {
    return "";
  }

  async isOld(): Promise<boolean> {
    return this.isLate;
  }

  rest(): void {
    throw new Error("users are connected until they leave");
  }

  keyOf(id: bigint): string | undefined {
    for (const [key, peer] of this.#here) if (peer.id === id) return key;
    return undefined;
  }

  async close(key: string, how?: { readonly staysSignedIn: boolean }): Promise<void> {
    const peer = this.#here.get(key);
    if (how?.staysSignedIn !== true) this.signedIn.delete(key);
    this.#here.delete(key);
    await peer?.close();
  }
}
