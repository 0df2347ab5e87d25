/** An address that is being dialled, or is linked with. What comes of it need not be looked at: nothing breaks then. */
export interface Connecting {
  /**
   * Resolves with the id of the peer there, once there is a link with it; at once when there is one already, whoever
   * dialled. Rejects with the first that is known of these, while the address is dialled on except where it says so:
   *
   * - E3Error "unanswered": nobody answered in time; the reason is the last one heard of;
   * - "refused": the peer there does not want the link; its reason is in the message;
   * - "protocol": who answers there is no e3 peer, or speaks another version;
   * - "bad-address": it is this peer's own address, and not dialled any more;
   * - "resource-exhausted": this peer has as many links as it can keep;
   * - "closed": the peer closed, or the address was disconnected by hand, and is not dialled any more;
   * - the signal's reason, when that is an Error; else E3Error "closed".
   *
   * What the other end, or the machine, gave as the reason is the error's `cause`, a string.
   */
  readonly linked: Promise<bigint>;
}

/** How long the outcome of a connect is waited for. It is dialled on in any case. */
export interface ConnectOptions {
  /**
   * How long nobody may answer, milliseconds, 1 to 3,600,000; a peer that comes up meanwhile is found. Default 5,000.
   * @throws E3Error "bad-option" from connect when out of range.
   */
  readonly withinMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}
