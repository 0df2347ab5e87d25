import yargs from "yargs";
import { examples, summary, usage } from "./help-text.ts";
import { flags, parserConfiguration, textOptions } from "./option-table.ts";

/**
 * What is printed for a command line that asks for help, the version or a completion script. Loading this takes as long
 * as node itself takes to start, so it is for who asks.
 *
 * @param argv without the node and script paths.
 * @returns empty when it asks for none of these.
 * @throws Error when the command line cannot be understood.
 */
export async function consult(argv: readonly string[], version: string): Promise<string> {
  let printed = "";
  let failed: Error | undefined;
  await manual(version).parseAsync([...argv], {}, (error, _argv, output) => {
    printed = output;
    failed = error;
  });
  if (failed) throw failed;
  return printed;
}

function manual(version: string) {
  const described = yargs()
    .scriptName("e3")
    .exitProcess(false)
    .detectLocale(false)
    .showHelpOnFail(false)
    .parserConfiguration(parserConfiguration)
    .usage(`${usage}\n\n${summary}`)
    .completion("completion", "Print a completion script for bash or zsh")
    .help("help", "Print this help")
    .version("version", "Print the version", version)
    .alias("help", "h")
    .epilogue(examples)
    .wrap(80);
  for (const [name, { describe, standard }] of Object.entries(textOptions)) {
    described.option(name, { type: "string", describe, defaultDescription: standard });
  }
  for (const [name, describe] of Object.entries(flags)) described.option(name, { type: "boolean", describe });
  return described;
}
