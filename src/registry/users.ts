import { foldName } from "../core/name.ts";
import type { User } from "./user.ts";

/**
 * Users: everyone who signed up, by name and by id.
 *
 * Invariant: no two have names that differ in nothing but case.
 */
export class Users {
  readonly #byFold = new Map<string, User>();
  readonly #folds = new Map<bigint, string>();

  /** Users there are. */
  get count(): number {
    return this.#byFold.size;
  }

  /** @param name in any case. */
  find(name: string): User | undefined {
    return this.#byFold.get(foldName(name));
  }

  findId(id: bigint): User | undefined {
    const fold = this.#folds.get(id);
    return fold === undefined ? undefined : this.#byFold.get(fold);
  }

  /** Adds a user, or takes what changed of one. Name and id never do. */
  put(user: User): void {
    const fold = foldName(user.name);
    this.#byFold.set(fold, user);
    this.#folds.set(user.id, fold);
  }
}
