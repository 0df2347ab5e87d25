import { bounds } from "./bounds.ts";
import { broadcasts } from "./broadcasts.ts";
import { custody } from "./custody.ts";
import { delivery } from "./delivery.ts";
import { durability } from "./durability.ts";
import { forwarding } from "./forwarding.ts";
import { groups } from "./groups.ts";
import { ids } from "./ids.ts";
import type { Mutant } from "./mutant.ts";
import { sending } from "./sending.ts";
import { sessions } from "./sessions.ts";
import { topology } from "./topology.ts";

/** Every planted bug. */
export const mutants: readonly Mutant[] = [
  ...sending,
  ...delivery,
  ...custody,
  ...forwarding,
  ...ids,
  ...topology,
  ...durability,
  ...bounds,
  ...broadcasts,
  ...groups,
  ...sessions,
];
