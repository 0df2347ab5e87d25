/** Bytes of a file in which a mistake may lie. */
export interface Field {
  readonly at: number;
  readonly bytes: number;
}

/** Where records lie. */
export interface RecordsAt {
  readonly table: string;
  readonly page: number;
  /** Why the page cannot be a leaf of the table; undefined when it can. */
  readonly faultOf: (page: Buffer) => string | undefined;
}

/** What may be known of a flaw. */
export interface FlawDetails {
  /** lmdb can live with it. Default false. */
  readonly isHarmless?: boolean;
  /** Records that tell, by their sums, whether a change is the right one. */
  readonly records?: RecordsAt | undefined;
  /** What may be so where no change explains it, and nothing is damaged. */
  readonly orElse?: string;
  /** A glance that tells whether a change can be the right one. Default: only another check of the whole can. */
  readonly isMended?: () => boolean;
}

/** Something in a file that cannot be as it is. */
export class Flaw extends Error {
  /** Where the mistake may lie. */
  readonly fields: readonly Field[];
  readonly details: FlawDetails;

  constructor(message: string, fields: readonly Field[], details: FlawDetails = {}) {
    super(message);
    this.fields = fields;
    this.details = details;
  }
}
