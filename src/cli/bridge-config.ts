import { parse } from "ini";
import { wireNames, type BridgeRequest } from "../bridges/open.ts";
import { E3Error } from "../core/error.ts";

/**
 * The bridges that a configuration file in INI format asks for: one for each section that has the name of a wire. Other
 * sections, and what stands before the first, are for other programs.
 *
 * @param name the file's, for errors. @throws E3Error "bad-option" when it asks for none, or for what no bridge understands.
 */
export function parseBridgeConfig(text: string, name: string): readonly BridgeRequest[] {
  const sections: Readonly<Record<string, unknown>> = parse(text);
  const requests = wireNames.flatMap((wire): readonly BridgeRequest[] => {
    const section = sections[wire];
    return section === undefined ? [] : [{ wire, settings: settingsOf(section, `${name}: [${wire}]`) }];
  });
  if (requests.length > 0) return requests;
  throw new E3Error(
    "bad-option",
    `${name} has no section for a bridge; expected ${wireNames.map(bracketed).join(", ")}`,
  );
}

/** @param where for errors. */
function settingsOf(section: unknown, where: string): Readonly<Record<string, string>> {
  if (typeof section !== "object" || section === null) throw new E3Error("bad-option", `${where} is no section`);
  const settings: Record<string, string> = {};
  for (const [key, value] of Object.entries(section)) {
    const isPlain = typeof value === "string" || typeof value === "boolean" || value === null;
    if (!isPlain) throw new E3Error("bad-option", `${where} ${key} is no single value; give it once`);
    settings[key] = String(value);
  }
  return settings;
}

function bracketed(name: string): string {
  return `[${name}]`;
}
