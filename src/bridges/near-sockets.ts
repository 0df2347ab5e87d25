import { isLoopback, parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import type { Sockets } from "../ports/sockets.ts";

/** The same sockets, but that they listen on this machine's own addresses alone: older wires are not encrypted. */
export function nearSockets(sockets: Sockets): Sockets {
  return {
    async listen(address, limits, onStream) {
      return sockets.listen(checked(address), limits, onStream);
    },
    async bindDatagrams(address, onDatagram) {
      return sockets.bindDatagrams(checked(address), onDatagram);
    },
    dial: (address, limits) => sockets.dial(address, limits),
  };
}

/** @throws E3Error "not-loopback". */
function checked(address: string): string {
  if (isLoopback(parseAddress(address, { listen: true }))) return address;
  const found = `${address} can be reached from other machines, and what programs of this wire say is not encrypted`;
  throw new E3Error("not-loopback", `${found}; listen on 127.0.0.1, or allow it with the option insecure (--insecure)`);
}
