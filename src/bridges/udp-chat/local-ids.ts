import { E3Error } from "../../core/error.ts";
import type { Notebook } from "../../ports/notebook.ts";
import { noteLimits } from "../limits.ts";

const idsMax = noteLimits.localIds;

interface Use {
  /** The peer is here, or its user is. */
  readonly isInUse: (meshId: bigint) => boolean;
  /** A number was taken from a peer that is not. */
  readonly onForgotten: (meshId: bigint, id: string) => void;
}

/** Id under which the bridge itself says something to a node: no peer has it. */
export const bridgeId = "0";

/**
 * LocalIds: what peers of the mesh are called on this wire, by numbers of four digits, the same after any restart.
 *
 * Where there are too many, one that is not in use any more makes room.
 */
export class LocalIds {
  readonly #notebook: Notebook;
  readonly #use: Use;
  readonly #byMeshId = new Map<bigint, string>();
  readonly #byLocalId = new Map<string, bigint>();

  constructor(notebook: Notebook, use: Use) {
    this.#notebook = notebook;
    this.#use = use;
    for (const [key, value] of notebook.entries()) {
      if (key.startsWith(prefix) && /^[0-9]{1,19}$/.test(value)) this.#add(BigInt(value), key.slice(prefix.length));
    }
  }

  /**
   * The number of a peer, made when it has none; then it is noted before this resolves.
   *
   * @throws E3Error "resource-exhausted" when all are in use, and what the notebook rejects with.
   */
  async of(meshId: bigint): Promise<string> {
    const known = this.#byMeshId.get(meshId);
    if (known !== undefined) return known;
    if (this.#byMeshId.size >= idsMax) await this.#makeRoom();
    const made = this.#byMeshId.get(meshId) ?? this.#free(meshId);
    this.#add(meshId, made);
    try {
      await this.#notebook.set(prefix + made, meshId.toString());
    } catch (error) {
      this.#remove(meshId, made);
      throw error;
    }
    return made;
  }

  /** The number of a peer that has one. */
  known(meshId: bigint): string | undefined {
    return this.#byMeshId.get(meshId);
  }

  /** The first free one from where the id points: so that most peers are called the same on each bridge. */
  #free(meshId: bigint): string {
    for (let step = 0n; step < 9_000n; step++) {
      const candidate = (1_000n + ((meshId + step) % 9_000n)).toString();
      if (!this.#byLocalId.has(candidate)) return candidate;
    }
    throw exhausted();
  }

  async #makeRoom(): Promise<void> {
    for (const [meshId, localId] of this.#byMeshId) {
      if (this.#use.isInUse(meshId)) continue;
      this.#remove(meshId, localId);
      this.#use.onForgotten(meshId, localId);
      await this.#notebook.delete(prefix + localId);
      return;
    }
    throw exhausted();
  }

  #add(meshId: bigint, localId: string): void {
    this.#byMeshId.set(meshId, localId);
    this.#byLocalId.set(localId, meshId);
  }

  #remove(meshId: bigint, localId: string): void {
    this.#byMeshId.delete(meshId);
    this.#byLocalId.delete(localId);
  }
}

const prefix = "id ";

function exhausted(): E3Error {
  return new E3Error("resource-exhausted", `${idsMax} peers have a number on this wire, and all are here`);
}
