/** A command that can be typed while a peer runs. */
export interface SlashCommand {
  readonly name: SlashName;
  /** How it is written. */
  readonly form: string;
  readonly describe: string;
}

/** Name of a slash command, without the slash. */
export type SlashName = "who" | "search" | "peers" | "connect" | "explain" | "clear" | "help" | "exit";

/** The commands, in the order of /help. */
export const slashCommands: readonly SlashCommand[] = [
  { name: "who", form: "/who", describe: "say who is there, and since when who is not" },
  { name: "search", form: "/search name", describe: "look for a peer by name or id" },
  { name: "peers", form: "/peers", describe: "list the peers known" },
  { name: "connect", form: "/connect host:port", describe: "link with another peer, now or when it comes up" },
  { name: "explain", form: "/explain number [name]", describe: "say where a message is and what happens next" },
  { name: "clear", form: "/clear", describe: "clear the screen" },
  { name: "help", form: "/help", describe: "print this" },
  { name: "exit", form: "/exit", describe: "leave in good order" },
];

/** How a message is typed. */
export const sendForm = "77252666718255106 your text";

/** The lines of /help, aligned. */
export function slashHelp(): readonly string[] {
  const rows = [
    { form: "NAME TEXT", describe: 'send TEXT to peer NAME: "Ali Reza" your text' },
    { form: "ID TEXT", describe: `send TEXT to peer ID: ${sendForm}` },
    ...slashCommands.map(({ form, describe }) => ({ form, describe })),
  ];
  const width = Math.max(...rows.map(({ form }) => form.length));
  return rows.map(({ form, describe }) => `  ${form.padEnd(width)}  ${describe}`);
}
