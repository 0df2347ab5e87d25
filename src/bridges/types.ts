import type { Content, Message, Peer } from "../peer/types.ts";
import type { Log } from "../ports/log.ts";
import type { Notebook } from "../ports/notebook.ts";
import type { Sockets } from "../ports/sockets.ts";
import type { Deadlines } from "./deadlines.ts";
import type { BridgeLimits } from "./limits.ts";

/** The programs that bridges speak with, by the names of their wires. */
export type WireName = "cs2" | "udp-chat" | "registry-chat" | "gossip" | "line";

/** A bridge that runs. */
export interface Bridge {
  readonly wire: WireName;
  /** Where its programs find it, host:port; the first when there are several. */
  readonly listen: string;
  /** Lets its guests leave in good order. Idempotent. */
  close(): Promise<void>;
}

/** What a bridge is opened in. */
export interface BridgeWorld {
  /** The peer that guests are attached to: it sees the whole mesh. It is somebody else's to close. */
  readonly host: Peer;
  /** The host was started for bridges alone: nobody reads what is said to it, and programs need not be shown it. */
  readonly hidesHost?: boolean;
  readonly guests: GuestHouse;
  /** Facts that survive restarts, this wire's own. */
  readonly notebook: Notebook;
  readonly sockets: Sockets;
  readonly deadlines: Deadlines;
  readonly log: Log;
  readonly limits: BridgeLimits;
}

/** A program's user or the program itself, as a peer of the mesh. */
export interface GuestOptions {
  /** What it is known by on its wire: the same key is the same peer, with the same id, after any restart. */
  readonly key: string;
  /** What it is called in the mesh; empty for nothing. What cannot be a name becomes one that can. */
  readonly name: string;
  /** Where its program is, for people to see: an address as a rule. */
  readonly at: string;
  /** The id wished for; of no effect on a guest that has been here before. */
  readonly desiredId?: bigint;
  /**
   * The moment from which on what is said to everyone is for its program. Default: when it is opened. Of no effect on a guest that
   * has been here before: that knows its own.
   */
  readonly since?: string;
  /** It is forgotten when it leaves: its program has nothing to be known by. Default false. */
  readonly isBrief?: boolean;
  /** Which contents its program can be given. Others are settled as refused at their sender. Default: any text. */
  readonly accepts?: (content: Content) => boolean;
  /**
   * Signs it in with the registry of the bridge, which gives the id and the name. Without a password it goes on where it stayed
   * signed in, after a restart too; open rejects with "signed-out" where it did not.
   */
  readonly member?: { readonly user: string; readonly password?: string; readonly signUp: boolean };
}

/**
 * Where guests live: each is a small peer of its own, with a state of its own, attached to the host. One that ends by itself, as
 * a peer with a mistake in it does, or a user who signed in elsewhere, leaves: its events end, and open starts it again.
 */
export interface GuestHouse {
  /**
   * The guest of this key: started, or the same as before while it is open.
   * @throws (as a rejection) E3Error "resource-exhausted" when there are too many, what createPeer throws, and for a member
   * what createMember throws.
   */
  open(options: GuestOptions): Promise<Peer>;
  /** This moment, for a guest that is opened later. Never rejects. */
  moment(): Promise<string>;
  /**
   * Whether a message is for everyone and was said before the guest of this key, which is open, was here first, or its program: then it is not
   * for that, as it is not for who enters a room. Never rejects.
   */
  isOld(key: string, message: Message): Promise<boolean>;
  /**
   * Nobody is connected with the guest of this key now, until it is opened again: when there are too many, the one that has rested
   * longest leaves to make room. Its state stays, and so does what comes for it.
   * @param leave how it leaves, which is to close it. Default: it is closed.
   */
  rest(key: string, leave?: () => Promise<void>): void;
  /** The guest of this key, while it is open. */
  get(key: string): Peer | undefined;
  /** The key of the open guest that has this id. */
  keyOf(id: bigint): string | undefined;
  /**
   * It leaves in good order: others keep what comes for it. Nothing happens when it is not open.
   * @param how.staysSignedIn a member can be opened again without its password. Default: it signs out.
   */
  close(key: string, how?: { readonly staysSignedIn: boolean }): Promise<void>;
}
