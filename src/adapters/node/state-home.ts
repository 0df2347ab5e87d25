import { homedir } from "node:os";
import { join } from "node:path";

/** The directory below which state is kept unless told otherwise (XDG Base Directory Specification). */
export function stateHome(): string {
  const home = process.env["XDG_STATE_HOME"];
  const base = home === undefined || home === "" ? join(homedir(), ".local", "state") : home;
  return join(base, "e3");
}
