import { sameAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import type { Peer } from "../peer/types.ts";
import { hasCode } from "./errors.ts";
import type { Output } from "./output.ts";

interface Parts {
  readonly peer: Pick<Peer, "connect" | "listen">;
  readonly output: Pick<Output, "connecting" | "connected">;
  readonly failed: (error: unknown) => void;
}

/** Links with peers at these addresses. What comes of each is shown when it is known; other commands do not wait for that. */
export function connectAll(addresses: readonly string[], { peer, output, failed }: Parts): void {
  for (const address of new Set(addresses)) {
    try {
      if (sameAddress(address, peer.listen))
        throw new E3Error("bad-address", `${address} is this peer's own address; name that of another`);
      const { linked } = peer.connect(address);
      output.connecting(address);
      const missed = (error: unknown): void => {
        // It was called off, or the peer leaves: whoever did that knows.
        if (!hasCode(error, "closed")) failed(error);
      };
      void linked.then((id) => output.connected(address, id)).catch(missed);
    } catch (error) {
      failed(error);
    }
  }
}
