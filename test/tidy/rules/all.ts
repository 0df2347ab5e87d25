import type { Rule } from "../source.ts";
import { arrows } from "./arrows.ts";
import { barrels } from "./barrels.ts";
import { casts } from "./casts.ts";
import { coreWorld } from "./core-world.ts";
import { cycles } from "./cycles.ts";
import { docs } from "./docs.ts";
import { limitDocs } from "./limit-docs.ts";
import { manifest } from "./manifest.ts";
import { mirror } from "./mirror.ts";
import { peerWorld } from "./peer-world.ts";
import { places } from "./places.ts";
import { pointers } from "./pointers.ts";
import { sharing } from "./sharing.ts";
import { sizes } from "./sizes.ts";
import { skips } from "./skips.ts";
import { waiting } from "./waiting.ts";
import { words } from "./words.ts";

/** The laws of this repository that no other tool enforces. */
export const rules: readonly Rule[] = [
  arrows,
  cycles,
  coreWorld,
  peerWorld,
  casts,
  words,
  barrels,
  docs,
  limitDocs,
  sizes,
  mirror,
  waiting,
  sharing,
  skips,
  places,
  pointers,
  manifest,
];
