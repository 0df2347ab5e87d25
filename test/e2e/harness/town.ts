import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mesh } from "./mesh.ts";
import type { TestPeer } from "./peer.ts";
import { freeAddress } from "./port.ts";
import { TestRegistry } from "./registry.ts";
import { runE3 } from "./run.ts";

/** A registry in a process, and users whose peers know no address but the registry's. */
export class Town implements AsyncDisposable {
  readonly mesh: Mesh;
  readonly registry: TestRegistry;

  private constructor(mesh: Mesh, registry: TestRegistry) {
    this.mesh = mesh;
    this.registry = registry;
  }

  /** @param options of the registry, which is ready then. */
  static async open(mesh: Mesh, ...options: readonly string[]): Promise<Town> {
    const town = new Town(mesh, new TestRegistry(await freeAddress(), mesh.stateOf("registry"), options));
    await town.registry.start();
    return town;
  }

  /** The options of a user; with a password, from a file that ends with a newline. */
  as(user: string, password?: string, ...more: readonly string[]): readonly string[] {
    const there = ["--registry", this.registry.listen, "--user", user, ...more];
    if (password === undefined) return there;
    const path = join(this.mesh.root, `${user}.password`);
    writeFileSync(path, `${password}\n`);
    return [...there, "--password-file", path];
  }

  /** Starts the peer of a new user. */
  signUp(user: string): Promise<TestPeer> {
    return this.mesh.start(user, { options: this.as(user, passwordOf(user), "--sign-up") });
  }

  /** Starts the peer of a user again, on its state, with the password. */
  signIn(peer: TestPeer): Promise<TestPeer> {
    const options = ["--state", this.mesh.stateOf(peer.name), ...this.as(peer.name, passwordOf(peer.name))];
    return peer.restart({ options });
  }

  /** Tries to, with a peer that has nothing else. @returns the exit code, and what is said. */
  async refusal(...options: readonly string[]): Promise<readonly [number | null, string]> {
    const { code, stderr } = await runE3([await freeAddress(), "--state", this.mesh.stateOf("refused"), ...options]);
    return [code, stderr];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry.kill9();
  }
}

/** The password of a user of a town. */
export function passwordOf(user: string): string {
  return `the password of ${user}`;
}

/** What a peer said of its registry, in order, over all its starts. */
export function said(peer: TestPeer): readonly string[] {
  const lines = peer.stdout.items().filter((line) => line.startsWith('{"event":"registry"'));
  return lines.map((line) => (JSON.parse(line) as { readonly state: string }).state);
}

/** Waits until a peer has said this of its registry so many times. */
export async function untilSaid(peer: TestPeer, state: string, times = 1): Promise<string> {
  const match = (line: string): boolean => line.startsWith(`{"event":"registry","state":"${state}"`);
  return peer.stdout.until(`the registry to be ${state}`, match, { times, boundMs: 60_000 });
}
