import type { Subject } from "./subject.ts";
import { e3Drain, e3Lmdb, e3Memory } from "./subjects/e3.ts";
import { gossipsub } from "./subjects/gossipsub.ts";
import { jetstreamDrain, jetstreamPublish, natsCore, natsRequest } from "./subjects/nats.ts";
import { rawAckEach, rawCumulative, rawMessageEach } from "./subjects/raw.ts";

/** Everybody that can be measured, in the order of the tables. */
export const subjects: readonly Subject[] = [
  e3Memory,
  natsCore,
  natsRequest,
  rawCumulative,
  rawAckEach,
  rawMessageEach,
  gossipsub,
  e3Lmdb,
  jetstreamPublish,
  e3Drain,
  jetstreamDrain,
];
