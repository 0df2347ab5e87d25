import type { Accepts } from "../core/fitness.ts";
import type { Log } from "../ports/log.ts";

/** What a peer is started with. */
export interface PeerOptions {
  /** Where to listen, host:port; port 0 picks a free one. */
  readonly listen: string;
  /** Peers to link with, host:port; they may come up later. Default none, at most 1024. */
  readonly peers?: readonly string[];
  /** The id wished for, 1n to 2n**63n-1n. Default: the one held before, else an assigned one. */
  readonly desiredId?: bigint;
  /**
   * Directory of the durable state; made with mode 0700 when absent. One process at a time.
   * Default $XDG_STATE_HOME/e3/<listen address>, or ~/.local/state/e3/<listen address>.
   */
  readonly state?: string;
  /** "memory" keeps nothing after the process ends, not even the key. Contradicts `state`. Default "lmdb". */
  readonly store?: "lmdb" | "memory";
  /**
   * Name that others may use in place of the id. At most 256 bytes of UTF-8, all of which show: neither control characters
   * nor those that change the direction of text. No number, no space at its ends, no @ and digits at its end. Default none.
   */
  readonly name?: string;
  /**
   * For which program of another kind this peer speaks, for people to see: "line 127.0.0.1:8085". 1 to 200 letters, digits,
   * signs and spaces of ASCII. Default: for none.
   */
  readonly via?: string;
  /**
   * Which contents that program can be given: what is sent to this peer alone or to a group, and is not accepted, is settled
   * as refused at its sender. Called in the middle of things, and has the same answer for the same content always. What is
   * for everyone is not asked about. Default: all.
   */
  readonly accepts?: Accepts;
  /** Keep mail for absent peers on behalf of others. Default true, and false at a leaf. */
  readonly custody?: boolean;
  /**
   * Be a leaf: attach to the peers listed, 1 to 3, and do nothing for others. It keeps no mail, passes nothing on, and
   * accepts no links; it knows of those peers that it has to do with. For whoever uses it, it is a peer like any other:
   * small, and cheap for the peers it is attached to. Default false.
   */
  readonly leaf?: boolean;
  /**
   * Tell senders what was read of theirs, which is what `markRead` says. With false it is noted here, and nobody hears of it.
   * Default true.
   */
  readonly readReceipts?: boolean;
  /**
   * Keep what this peer sends for its history: the last 1,000,000 messages, 256 MiB at most. What it receives is kept in any
   * case. Without it a history has no message of this peer's own from then on, and each send writes less. Default
   * true, and false with the memory store, which would keep it in memory.
   */
  readonly history?: boolean;
  /**
   * Links that this peer keeps by itself, whole numbers, 1 to 1024, min at most max. Below min it links with peers it learns
   * of; at max it refuses such links, or gives one up for another. Links with leaves do not count, and those in `peers`, of
   * this peer or of others, are kept even above max. Not for a leaf. Default: none by itself, or at least 1 with `bootstrap`.
   */
  readonly degree?: { readonly min: number; readonly max: number };
  /**
   * Addresses, host:port, that are asked for links and for further addresses while this peer has fewer than `degree.min`.
   * Unlike `peers` they are not kept dialled; its own address among them is passed over. Default none, at most 1024.
   */
  readonly bootstrap?: readonly string[];
  /** Allow listening off loopback although the traffic is not encrypted. Default false. */
  readonly insecure?: boolean;
  /** Where to log. Default: nowhere. */
  readonly log?: Log;
}
