/** What every subject is asked to do. */
export interface Scenario {
  /** Bytes of text, or of body, in one message. */
  readonly bodyBytes: number;
  /** Processes in the line, both ends included. */
  readonly line: number;
  /** Receivers. */
  readonly fanout: number;
}

/** The one that all others differ from in one respect. */
export const baseline: Scenario = { bodyBytes: 64, line: 3, fanout: 1 };

/** Messages sent and not yet receipted. */
const inFlightMax = 1_024;

/** Bytes of body in flight: large messages are bounded by this, in e3 (limits.ts) and here, for all subjects alike. */
const inFlightBytesMax = 4 * 1_024 * 1_024;

/** How many deliveries of this scenario are kept in flight: whole messages to all receivers. */
export function inFlightOf({ bodyBytes, fanout }: Scenario): number {
  const most = Math.min(inFlightMax, Math.max(1, Math.floor(inFlightBytesMax / bodyBytes)));
  return Math.max(1, Math.floor(most / fanout)) * fanout;
}

/** In words, for tables. */
export function describe(scenario: Scenario): string {
  const { bodyBytes, line, fanout } = scenario;
  const receivers = fanout === 1 ? "" : `, ${fanout} receivers`;
  return `line of ${line}${receivers}, ${bodyBytes} bytes, ${inFlightOf(scenario)} in flight`;
}

/** In short, for file names and plots. */
export function labelOf({ bodyBytes, line, fanout }: Scenario): string {
  return `${bodyBytes}B-line${line}-fanout${fanout}`;
}
