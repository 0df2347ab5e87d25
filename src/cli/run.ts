import { parseArguments } from "./arguments.ts";
import { reportOf } from "./errors.ts";
import type { Host } from "./host.ts";

/**
 * Carries out a command line.
 *
 * What a word in front asks for is loaded only then: --version and --help load neither gRPC nor a store.
 *
 * @param argv without the node and script paths.
 * @returns the exit code: 0, 1 when the machine does not allow it, 2 when the command line is wrong.
 */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  try {
    if (argv.length === 0) {
      const help = await parseArguments(["--help"], host.version());
      host.writeError(help.kind === "print" ? `${help.text}\n` : "");
      return 2;
    }
    const asked = await parseArguments(argv, host.version());
    if (asked.kind === "print") {
      host.stdout.write(`${asked.text}\n`);
      return 0;
    }
    if (asked.kind === "registry") {
      const { registryOptions } = await import("./registry-options.ts");
      const options = registryOptions(asked.options);
      const { serveRegistry } = await import("./registry.ts");
      return await serveRegistry(options, host);
    }
    if (asked.kind === "menu") {
      const { menuOptions } = await import("./menu-options.ts");
      const command = menuOptions(asked.options);
      const { runMenu } = await import("./menu-session.ts");
      return await runMenu(command, host);
    }
    if (asked.kind === "bridge") {
      const { bridgeCommand } = await import("./bridge-options.ts");
      const command = await bridgeCommand(asked.options, host);
      const { serveBridges } = await import("./bridge.ts");
      return await serveBridges(command, host);
    }
    const { chatOptions } = await import("./options.ts");
    const options = chatOptions(asked.options);
    const { chat } = await import("./chat.ts");
    const { memberOptions, registryOption } = await import("./member-options.ts");
    const signIn = memberOptions(asked.options);
    const { texts } = asked.options;
    if (texts.bridge === undefined && texts.config === undefined) return await chat(options, host, { signIn });
    const { bridgesBeside } = await import("./bridge-options.ts");
    const bridges = await bridgesBeside(asked.options, host);
    return await chat(options, host, { signIn, bridges, registry: registryOption(asked.options) });
  } catch (error) {
    return await tell(error, argv, host);
  }
}

/** Says why it did not start: on standard error, and as JSON where that is asked for. */
async function tell(error: unknown, argv: readonly string[], host: Host): Promise<number> {
  const { code, message, exitCode, stack } = reportOf(error);
  const { escapeText } = await import("../core/escape.ts");
  const hint = exitCode === 2 ? "\ne3 --help tells more" : "";
  host.writeError(`e3: ${escapeText(message)}${hint}\n`);
  if (wantsDetail(argv)) host.writeError(`${stack}\n`);
  if (argv.includes("--json")) {
    const { jsonLine } = await import("./output-json.ts");
    host.stdout.write(`${jsonLine({ event: "error", code, message })}\n`);
  }
  return exitCode;
}

/** The level as typed: the command line may be the very thing that is wrong. */
function wantsDetail(argv: readonly string[]): boolean {
  const level = argv.join("\n").match(/^--log-level[=\n](.*)$/m)?.[1];
  return level === "debug" || level === "trace";
}
