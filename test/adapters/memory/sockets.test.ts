import { createMemorySockets } from "../../../src/adapters/memory/sockets.ts";
import { createClock } from "../../../src/adapters/node/clock.ts";
import { Deadlines } from "../../../src/bridges/deadlines.ts";
import { socketsContract } from "../../contract/sockets.ts";

const deadlines = new Deadlines(createClock());

const after = (ms: number, ring: () => void): (() => void) => {
  const key = Symbol();
  deadlines.set(key, ms, ring);
  return () => deadlines.clear(key);
};

socketsContract("sockets in memory", () => createMemorySockets({ after }));
