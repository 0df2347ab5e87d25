/**
 * The one error type of e3.
 *
 * It is thrown for what a local caller did wrong, or what the machine below denied (a port, a disk). What a remote peer
 * does wrong is a value instead: a refusal, a receipt, a dropped link with its reason (design: laws, 5).
 */
export type ErrorCode =
  /** An option is out of its range or contradicts another. */
  | "bad-option"
  /** Not host:port, or a port outside 1 to 65535 (0 is allowed where one listens). */
  | "bad-address"
  /** Not a whole number from 1 to 2^63-1. */
  | "bad-id"
  /** No content, or content that is not text where text is needed. */
  | "bad-content"
  /** The content is over the limit. */
  | "too-large"
  /** Listening off loopback without saying that it is meant. */
  | "not-loopback"
  /** Another process listens on the address. */
  | "port-in-use"
  /** The address cannot be listened on or dialled. */
  | "address-unavailable"
  /** The state directory cannot be read, written or created. */
  | "state-unreadable"
  /** The directory holds something, but not a peer's state. */
  | "state-foreign"
  /** Another process uses the state directory. */
  | "state-in-use"
  /** The state was written by a newer version of e3. */
  | "store-newer"
  /** The store failed to read or write. */
  | "store-failed"
  /** A bound is reached; what was refused was not accepted. */
  | "resource-exhausted"
  /** No peer, link or address of that name. */
  | "unknown-peer"
  /** No group of that name or id. */
  | "unknown-group"
  /** This peer is not in the group. */
  | "not-a-member"
  /** No invitation to the group is open. */
  | "not-invited"
  /** Nobody else has joined the group. */
  | "no-members"
  /** The peer is away, and what is asked for needs it to be there. */
  | "absent"
  /** This peer is in a session, or asks for one. */
  | "in-session"
  /** There is no session, and no request for one, of the kind that was meant. */
  | "no-session"
  /** Several peers have that name. */
  | "ambiguous-name"
  /** No send with that number. */
  | "unknown-number"
  /** A user of that name signed up already. */
  | "user-exists"
  /** The user name or the password is wrong; which of them is not told. */
  | "bad-credentials"
  /** The session with the registry has ended. */
  | "signed-out"
  /** The session with the registry has ended, since another peer signed in as the user. */
  | "signed-in-elsewhere"
  /** Nobody answered at the address within the time that was to be waited. */
  | "unanswered"
  /** The peer at the address does not want the link. */
  | "refused"
  /** The peer is closed, or what was waited for was called off. */
  | "closed"
  /** The other side does not speak this protocol. */
  | "protocol";

/** An error with a code that programs can act on and a message that says what would be right. */
export class E3Error extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "E3Error";
    this.code = code;
  }
}
