import type { BridgeRequest } from "../bridges/open.ts";
import type { Bridge } from "../bridges/types.ts";
import type { PeerOptions } from "../peer/peer-options.ts";
import type { Peer } from "../peer/types.ts";
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
  /** Those opened beside it. */
  readonly bridges: readonly Bridge[];
  /** Closes the bridges and the peer, once its user is signed out. */
  close(): Promise<void>;
  /** Has the notices of the registry heard, those from before first. To be called once. */
  onNotice(hear: (notice: RegistryNotice) => void): void;
}

/** How it is opened. */
export interface ChatPeerParts {
  readonly options: PeerOptions;
  readonly signIn: SignIn | undefined;
  /** Default none. */
  readonly bridges?: readonly BridgeRequest[];
  /** Where the users of bridges sign in. Default: nowhere. */
  readonly registry?: string | undefined;
  readonly host: Host;
  readonly departure: Departure;
  readonly log: Log;
}

/**
 * Opens the peer of a chat, and the bridges beside it; where a registry is asked for, its user is signed in first.
 * @throws E3Error as createPeer, createMember and openBridges; nothing is left open then.
 */
export async function openChatPeer(parts: ChatPeerParts): Promise<ChatPeer> {
  const { options, signIn, host, bridges: requests = [], registry, log } = parts;
  const opened = signIn === undefined ? await openPlain(parts) : await openMember(parts, signIn);
  if (requests.length === 0) return opened;
  try {
    const at = registry === undefined ? {} : { registry };
    const running = await host.openBridges(requests, { host: opened.peer, options, log, ...at });
    const close = async (): Promise<void> => {
      await running.close();
      await opened.close();
    };
    return { ...opened, bridges: running.bridges, close };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openPlain({ options, host, log }: ChatPeerParts): Promise<ChatPeer> {
  const peer = await host.createPeer({ ...options, log });
  return { peer, membership: undefined, bridges: [], onNotice: () => {}, close: () => peer.close() };
}

async function openMember({ options, host, departure, log }: ChatPeerParts, signIn: SignIn): Promise<ChatPeer> {
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
    ...{ peer, membership, bridges: [], close: () => member.close() },
    onNotice(tell) {
      hear = (news) => tell({ news, registry: membership.registry, user: membership.user });
      for (const news of early) hear(news);
    },
  };
}
