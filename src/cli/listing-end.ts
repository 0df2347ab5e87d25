/** The last line of an answer that has any number of lines, none included. */
export interface JsonListingEnd {
  readonly event: "end";
  /** Which answer: to /peers, /who, /group, /history with a name and without one, or /explain. */
  readonly of: "peers" | "who" | "groups" | "history" | "conversations" | "explain";
  /** Lines that came before this one. */
  readonly count: number;
  /** With a history: the id of the peer or group, or "everyone". */
  readonly with?: string;
  /** With a history of which there is more: `/history NAME COUNT before CURSOR` lists what comes before it. */
  readonly before?: string;
}
