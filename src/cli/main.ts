#!/usr/bin/env node
import { nodeHost } from "./node-host.ts";
import { run } from "./run.ts";

// A reader that is gone (`e3 --help | head -1`) is no reason for a stack trace.
process.stdout.on("error", () => {});
const code = await run(process.argv.slice(2), nodeHost);
// What was promised is written by now; anything that still holds the process open is not worth waiting for.
process.stdout.write("", () => process.exit(code));
