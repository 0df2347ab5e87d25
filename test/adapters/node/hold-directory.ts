// A process that holds a state directory until it is killed, and says how opening it went.
import { createClock } from "../../../src/adapters/node/clock.ts";
import { openStateDirectory } from "../../../src/adapters/node/state-directory.ts";

await openStateDirectory(process.argv[2] ?? "");
console.log("held");
// A set alarm keeps the process alive.
createClock().setAlarm(Infinity, () => {});
