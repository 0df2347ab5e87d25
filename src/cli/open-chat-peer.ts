import type { Peer, PeerOptions } from "../peer/types.ts";
import type { Log } from "../ports/log.ts";
import type { Membership, RegistryNews } from "../registry/types.ts";
import type { Departure } from "./departure.ts";
import type { Host } from "./host.ts";
import type { SignIn } from "./member-options.ts";
import { readPassword } from "./password.ts";
import type { RegistryNotice } from "./registry-sentences.ts";

/** What a chat is held with. */
export interface ChatPeer {
  readonly peer: Peer;
  /** Undefined without a registry. */
  readonly membership: Membership | undefined;
  /** Closes the peer, once its user is signed out. */
  close(): Promise<void>;
  /** Has the notices of the registry heard, those from before first. To be called once. */
  onNotice(hear: (notice: RegistryNotice) => void): void;
}

/** How it is opened. */
export interface ChatPeerParts {
  readonly options: PeerOptions;
  readonly signIn: SignIn | undefined;
  readonly host: Host;
  readonly departure: Departure;
  readonly log: Log;
}

/**
 * Opens the peer of a chat; where a registry is asked for, its user is signed in first.
 * @throws E3Error as createPeer and createMember.
 */
export async function openChatPeer({ options, signIn, host, departure, log }: ChatPeerParts): Promise<ChatPeer> {
  if (signIn === undefined) {
    const peer = await host.createPeer({ ...options, log });
    return { peer, membership: undefined, onNotice: () => {}, close: () => peer.close() };
  }
  const early: RegistryNews[] = [];
  let hear = (news: RegistryNews): unknown => early.push(news);
  const { registry, user, signUp } = signIn;
  const member = await host.createMember({
    ...{ ...options, log, registry, user, signUp },
    password: () => readPassword(signIn, host, departure),
    onNews: (news) => hear(news),
  });
  const { peer, membership } = member;
  return {
    ...{ peer, membership, close: () => member.close() },
    onNotice(tell) {
      hear = (news) => tell({ news, registry: membership.registry, user: membership.user });
      for (const news of early) hear(news);
    },
  };
}
