import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import { checkKind, checkKinds, kinds, oneOf, type Kinds } from "../core/kinds.ts";
import { suggest } from "../core/suggest.ts";
import type { Bridge, BridgeWorld, WireName } from "./types.ts";

/** A bridge that is asked for. */
export interface BridgeRequest {
  readonly wire: WireName;
  /** What is said of it on the command line and in its section of a configuration file: `listen` for one. */
  readonly settings: Readonly<Record<string, string>>;
}

/** All wires, in the order of the help. */
export const wireNames: readonly WireName[] = ["cs2", "udp-chat", "registry-chat", "gossip", "line"];

/** The name of a wire, as typed. @throws E3Error "bad-option". */
export function parseWire(text: string): WireName {
  const wire = wireNames.find((known) => known === text);
  if (wire !== undefined) return wire;
  const near = suggest(text, wireNames);
  const right = near === undefined ? `it is one of ${wireNames.join(", ")}` : `did you mean ${near}?`;
  throw new E3Error("bad-option", `unknown wire ${quoteText(text)}; ${right}`);
}

/** @throws E3Error "bad-option" for what asks for no bridge. */
export function checkRequests(requests: readonly BridgeRequest[]): void {
  checkKind(requests, { fits: Array.isArray, right: "a list of { wire, settings }" }, "the bridges asked for");
  for (const request of requests) {
    checkKinds(request, requestKinds, "a bridge");
    for (const [name, value] of Object.entries(request.settings)) checkKind(value, kinds.text, `the setting ${name}`);
  }
}

const requestKinds: Kinds = { wire: oneOf(wireNames), settings: kinds.object };

/**
 * Opens a bridge; the code of its wire is loaded only now.
 *
 * @throws (as a rejection) E3Error "bad-option" or "bad-address" for settings that make no sense, "port-in-use" or
 * "address-unavailable" when it cannot listen, and what opening a guest of its own throws.
 */
export async function openBridge({ wire, settings }: BridgeRequest, world: BridgeWorld): Promise<Bridge> {
  switch (wire) {
    case "gossip": {
      const { openGossipBridge } = await import("./gossip/open.ts");
      const { gossipOptions } = await import("./gossip/options.ts");
      return openGossipBridge(world, gossipOptions(settings));
    }
    case "udp-chat": {
      const { openUdpChatBridge } = await import("./udp-chat/open.ts");
      const { udpChatOptions } = await import("./udp-chat/options.ts");
      return openUdpChatBridge(world, udpChatOptions(settings));
    }
    case "registry-chat": {
      const { openRegistryChatBridge } = await import("./registry-chat/open.ts");
      const { registryChatOptions } = await import("./registry-chat/options.ts");
      return openRegistryChatBridge(world, registryChatOptions(settings));
    }
    case "line": {
      const { openLineBridge } = await import("./line/open.ts");
      const { lineOptions } = await import("./line/options.ts");
      return openLineBridge(world, lineOptions(settings));
    }
    case "cs2": {
      const { openCs2Bridge } = await import("./cs2/open.ts");
      const { cs2Options } = await import("./cs2/options.ts");
      return openCs2Bridge(world, cs2Options(settings));
    }
  }
}
