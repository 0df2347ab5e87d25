import { E3Error } from "../../core/error.ts";
import { errnoOf } from "./durable-file.ts";

/** What it means that an address cannot be listened on: E3Error "port-in-use" or "address-unavailable". */
export function listenFault(address: string, cause: Error): E3Error {
  if (errnoOf(cause) === "EADDRINUSE")
    return new E3Error("port-in-use", `another program listens on ${address}; choose another port`, { cause });
  const why = errnoOf(cause) ?? cause.message;
  return new E3Error("address-unavailable", `${address} cannot be listened on (${why})`, { cause });
}
