import { status as Status } from "@grpc/grpc-js";

const errnoReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
  EADDRNOTAVAIL: "address not available",
  ETIMEDOUT: "connection timed out",
  EMFILE: "too many open files",
};

/** Longest reason passed on, in UTF-16 units: some of the text may be the other end's. */
const reasonMax = 200;

/** Says in plain words why a call ended, from what grpc-js says. Empty when it ended well. */
export function plainReason(code: Status, details: string): string {
  if (code === Status.OK) return "";
  const errno = /\b(E[A-Z]{4,})\b/.exec(details)?.[1];
  if (errno !== undefined && errno in errnoReasons) return errnoReasons[errno] ?? errno;
  const sizes = /message larger than max \((\d+) vs\.? (\d+)\)/.exec(details);
  if (sizes !== null) return tooLarge(Number(sizes[1]), Number(sizes[2]));
  if (details.startsWith("Name resolution failed")) return "name not found";
  if (code === Status.UNIMPLEMENTED) return "the other end serves no links";
  if (notGrpc.test(details)) return "the other end does not speak gRPC";
  if (code === Status.UNAVAILABLE || details.includes("RST_STREAM")) return "connection lost";
  return printable(details);
}

/** Whether a call ended because what answered it is no gRPC server, or one that serves no links. */
export function isForeign(code: Status, details: string): boolean {
  if (code === Status.UNIMPLEMENTED) return true;
  return !/\bE[A-Z]{4,}\b/.test(details) && notGrpc.test(details);
}

const notGrpc = /protocol error|bad record|parse/i;

/** The reason for a frame above the limit, both in bytes. */
export function tooLarge(bytes: number, bytesMax: number): string {
  return `a frame of ${bytes} bytes is above the limit of ${bytesMax} bytes`;
}

/** Text that may be the other end's, made fit for logs and terminals. */
function printable(text: string): string {
  return text.slice(0, reasonMax).replace(/[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/gu, "\ufffd");
}
