import type { StoredNeighbour } from "../ports/session-store.ts";
import { Bootstrap, type BootstrapPeer } from "./bootstrap.ts";
import type { RegistryClient } from "./client.ts";
import { sealedBytes } from "./sealed-bytes.ts";

/** What newcomers are brought in with. */
export interface NewcomersParts {
  readonly client: Pick<RegistryClient, "fetchPending">;
  readonly peer: BootstrapPeer;
  /** Addresses that the peer's user listed. */
  readonly listed: readonly string[];
  /** Takes note of a SignedCredential, encoded. */
  readonly learn: (credential: Uint8Array) => void;
}

/** Newcomers: fetches those who wait at the registry, has them brought into the mesh, and reports those who are in. */
export class Newcomers {
  readonly #parts: NewcomersParts;
  readonly #bootstrap: Bootstrap;
  /** Those who are in, which the registry does not know yet. */
  #reports: readonly bigint[] = [];

  constructor(parts: NewcomersParts) {
    this.#parts = parts;
    this.#bootstrap = new Bootstrap(parts.peer, parts.listed);
  }

  /** Bootstrap.recall. */
  recall(neighbours: readonly StoredNeighbour[], nowMs: number): void {
    this.#bootstrap.recall(neighbours, nowMs);
  }

  /** Sees who has come in. */
  look(nowMs: number): void {
    const done = this.#bootstrap.look(nowMs);
    if (done.length > 0) this.#reports = [...this.#reports, ...done].slice(-reportsMax);
  }

  /** Reports, and takes as many as there is room for. Rejects as the client does; what was to be reported then waits. */
  async fetch(token: string, nowMs: () => number): Promise<void> {
    const reports = this.#reports;
    if (!this.#bootstrap.hasRoom && reports.length === 0) return;
    const { newcomers } = await this.#parts.client.fetchPending(token, reports);
    this.#reports = this.#reports.filter((id) => !reports.includes(id));
    for (const { credential } of newcomers) if (credential !== undefined) this.#parts.learn(sealedBytes(credential));
    const guests = newcomers.map(({ id, addresses, credential: sealed }) => ({
      ...{ id, addresses },
      credential: sealed === undefined ? new Uint8Array() : sealedBytes(sealed),
    }));
    this.#bootstrap.take(guests, nowMs());
  }
}

/** Newcomers in one report. */
const reportsMax = 256;
