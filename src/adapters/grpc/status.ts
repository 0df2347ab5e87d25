import { status as Status } from "@grpc/grpc-js";
import { E3Error, type ErrorCode } from "../../core/error.ts";

/** A gRPC status as grpc-js takes it from a handler. */
export interface StatusAnswer {
  readonly code: Status;
  readonly details: string;
}

/**
 * The gRPC status of every error code. Total: a new code fails to compile here.
 *
 * UNAVAILABLE invites a retry, FAILED_PRECONDITION says that somebody has to act first. Source: the status codes page of
 * grpc.io.
 */
export const statusOf: Readonly<Record<ErrorCode, Status>> = {
  "bad-option": Status.INVALID_ARGUMENT,
  "bad-address": Status.INVALID_ARGUMENT,
  "bad-id": Status.INVALID_ARGUMENT,
  "bad-content": Status.INVALID_ARGUMENT,
  "too-large": Status.INVALID_ARGUMENT,
  "not-loopback": Status.FAILED_PRECONDITION,
  "port-in-use": Status.FAILED_PRECONDITION,
  "address-unavailable": Status.FAILED_PRECONDITION,
  "state-unreadable": Status.FAILED_PRECONDITION,
  "state-foreign": Status.FAILED_PRECONDITION,
  "state-in-use": Status.FAILED_PRECONDITION,
  "store-newer": Status.FAILED_PRECONDITION,
  "store-failed": Status.UNAVAILABLE,
  "resource-exhausted": Status.RESOURCE_EXHAUSTED,
  "unknown-group": Status.NOT_FOUND,
  "not-a-member": Status.FAILED_PRECONDITION,
  "not-invited": Status.FAILED_PRECONDITION,
  "no-members": Status.FAILED_PRECONDITION,
  "unknown-peer": Status.NOT_FOUND,
  absent: Status.FAILED_PRECONDITION,
  "in-session": Status.FAILED_PRECONDITION,
  "no-session": Status.FAILED_PRECONDITION,
  "ambiguous-name": Status.FAILED_PRECONDITION,
  "unknown-number": Status.NOT_FOUND,
  "user-exists": Status.ALREADY_EXISTS,
  "bad-credentials": Status.UNAUTHENTICATED,
  "signed-out": Status.UNAUTHENTICATED,
  "signed-in-elsewhere": Status.ABORTED,
  unanswered: Status.UNAVAILABLE,
  refused: Status.FAILED_PRECONDITION,
  closed: Status.UNAVAILABLE,
  protocol: Status.FAILED_PRECONDITION,
};

/** Longest text sent along with a status, in UTF-16 units: it travels in a header, and headers are bounded. */
const detailsMax = 1_024;

/** What a caller is told of an error: its own mistakes in full, ours without any details. */
export function toStatus(error: unknown): StatusAnswer {
  if (!(error instanceof E3Error)) return { code: Status.INTERNAL, details: "internal error" };
  return { code: statusOf[error.code], details: headerSafe(error.message) };
}

/** A lone surrogate would make the percent-encoding of the header throw, so it is replaced. */
function headerSafe(text: string): string {
  return text.slice(0, detailsMax).replace(/\p{Surrogate}/gu, "\ufffd");
}
