import { E3Error } from "../../core/error.ts";
import type { ByteStream } from "../../ports/sockets.ts";
import type { BridgeWorld } from "../types.ts";
import { leadsTo } from "./leads-to.ts";
import { LineParser } from "./line-parser.ts";
import { encodeLine } from "./write-line.ts";

/** How long a program may take to answer whether it is a twin, milliseconds; most programs do not answer at all. */
export const answerMs = 5_000;

/** A program that was asked is not asked again for so long, milliseconds: it may be one whose user sees the question. */
export const askedEveryMs = 60_000;

interface Parts {
  readonly world: BridgeWorld;
  /** Where this bridge listens. */
  readonly ours: () => string;
  /** Addresses of the programs on its list. */
  readonly listed: readonly string[];
}

/**
 * Twins: two bridges of one mesh, each of which has the other on its list of programs to write to. To each the other is a
 * program, and what it writes there of what is for everyone would be said to everyone once more.
 *
 *     in the mesh: a guest says that it is this bridge's program at THEIRS ──► asked at THEIRS ── names that guest ──► twin
 *
 * The guest of a program on the list says in the mesh at which bridge it is listed. But any peer can say that, of any program,
 * which would be told nothing any more. So the program is asked, by `connect`, a word that every program of the wire knows: a
 * twin answers with the id of that guest for its team, which no other program does, whoever says what in the mesh.
 */
export class Twins {
  readonly #parts: Parts;
  /** By twin: as which peer it has this bridge in the mesh, by its own answer. */
  readonly #named = new Map<string, bigint>();
  readonly #askedAtMs = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Whether the program at an address is a twin; it is asked where a peer says so. Rejects with E3Error "address-unavailable" or
   * "closed" where it cannot be asked.
   * @param signal ends the wait for its answer, as "closed".
   */
  async has(theirs: string, signal: AbortSignal): Promise<boolean> {
    const claimed = this.#claimed(theirs);
    const named = this.#named.get(theirs);
    if (named !== undefined && claimed.includes(named)) return true;
    // Another may have its id next, which nobody named: a twin that is back is asked anew.
    this.#named.delete(theirs);
    if (claimed.length === 0 || !this.#mayAsk(theirs)) return false;
    const id = await this.#ask(theirs, signal);
    if (signal.aborted) throw new E3Error("closed", "nothing more is written to the program");
    if (id === undefined) {
      this.#warn(theirs, claimed);
      return false;
    }
    // What names a peer at all is a bridge, which may be asked again at once: the mesh may not show that peer yet, or any more.
    this.#askedAtMs.delete(theirs);
    const isTwin = claimed.includes(id);
    if (isTwin) this.#named.set(theirs, id);
    return isTwin;
  }

  /** Ids of the peers that say that they are this bridge, on the list of one at the program's address. */
  #claimed(theirs: string): readonly bigint[] {
    const { world, ours, listed } = this.#parts;
    if (!listed.includes(theirs)) return [];
    const peers = world.host
      .peers()
      .filter(({ via, reachable }) => reachable && isClaim(via, { ours: ours(), theirs }));
    return peers.map(({ id }) => id);
  }

  #mayAsk(theirs: string): boolean {
    const askedAtMs = this.#askedAtMs.get(theirs) ?? -Infinity;
    return this.#parts.world.deadlines.nowMs - askedAtMs >= askedEveryMs;
  }

  /** @returns the peer that it says this bridge is in the mesh; undefined when it says none. */
  async #ask(theirs: string, signal: AbortSignal): Promise<bigint | undefined> {
    const { world, ours } = this.#parts;
    const { sockets, limits, guests, host, deadlines } = world;
    const stream = await sockets.dial(theirs, { ...limits, silenceMs: answerMs });
    const drop = (): void => stream.destroy();
    signal.addEventListener("abort", drop);
    this.#askedAtMs.set(theirs, deadlines.nowMs);
    try {
      const team = namingTeam(guests.get(theirs)?.id ?? host.id);
      await stream.write(encodeLine({ address: ours(), team, bracketed: false }, "connect"));
      return await answerOn(stream);
    } finally {
      signal.removeEventListener("abort", drop);
      stream.end();
    }
  }

  #warn(at: string, claimed: readonly bigint[]): void {
    const ids = claimed.slice(0, shownMax).map((id) => `${id}`);
    const told = "a peer says that a program on the list is a bridge; the program does not, and is told all";
    this.#parts.world.log.warn(told, { wire: "line", at, ids });
  }
}

/** Where a program is that is on the list of the bridge that listens at `ours`, for people and twins to see. */
export function listedAt(address: string, ours: string): string {
  return `${address} listed at ${ours}`;
}

/**
 * Whether what a peer says of where its program is would make it the guest that a twin has for this bridge.
 * @param ours where this bridge listens. @param theirs the program of its list that may be a bridge.
 */
export function isClaim(via: string, { ours, theirs }: { readonly ours: string; readonly theirs: string }): boolean {
  const [, address, bridge] = form.exec(via) ?? [];
  return address !== undefined && bridge !== undefined && leadsTo(address, ours) && leadsTo(theirs, bridge);
}

/** In place of a team, between twins: as whom one has the other in the mesh. */
export function namingTeam(id: bigint): string {
  return `e3:${id}`;
}

/** The peer that such a team names; undefined when it is a team like any other. */
export function namedBy(team: string): bigint | undefined {
  const digits = naming.exec(team)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

/** What is answered to the question, as long as it is one line. */
async function answerOn(stream: ByteStream): Promise<bigint | undefined> {
  const parser = new LineParser();
  for await (const chunk of stream.chunks()) {
    const { items, fault } = parser.push(chunk);
    const [line] = items;
    if (line?.kind === "connected") return namedBy(line.author.team);
    if (line !== undefined || fault !== undefined) return undefined;
  }
  return undefined;
}

const form = /^line (\S+) listed at (\S+)$/;
const naming = /^e3:([1-9][0-9]{0,18})$/;

/** Of many who say so, so many are logged. */
const shownMax = 3;
