/** A command that can be typed while a peer runs. */
export interface SlashCommand {
  readonly name: SlashName;
  /** How it is written. */
  readonly form: string;
  readonly describe: string;
}

/** Name of a slash command, without the slash. */
export type SlashName =
  | "all"
  | "chat"
  | "accept"
  | "reject"
  | "end"
  | "group"
  | "invite"
  | "leave"
  | "history"
  | "who"
  | "search"
  | "name"
  | "peers"
  | "connect"
  | "explain"
  | "clear"
  | "help"
  | "exit";

/** The commands, in the order of /help. */
export const slashCommands: readonly SlashCommand[] = [
  { name: "all", form: "/all your text", describe: "send to everyone, as * does" },
  { name: "chat", form: "/chat name", describe: "ask for a session: then what you type goes there" },
  { name: "accept", form: "/accept [name]", describe: "accept a session or an invitation to a group" },
  { name: "reject", form: "/reject [name]", describe: "reject it" },
  { name: "end", form: "/end [reason]", describe: "end the session, or no longer ask for it" },
  {
    name: "group",
    form: "/group [name who...]",
    describe: "make a group and invite to it; or list groups",
  },
  { name: "invite", form: "/invite group who...", describe: "invite more peers to a group" },
  { name: "leave", form: "/leave group", describe: "leave a group; the others go on" },
  {
    name: "history",
    form: "/history [name] [count]",
    describe: "what was said with it (* everyone); or what is unread",
  },
  { name: "who", form: "/who", describe: "say who is there, and since when who is not" },
  { name: "search", form: "/search name", describe: "look for a peer by name or id" },
  { name: "name", form: "/name your-name", describe: "call yourself so from now on" },
  { name: "peers", form: "/peers", describe: "list the peers known" },
  { name: "connect", form: "/connect host:port...", describe: "link with other peers, now or when they come up" },
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
    { form: "* TEXT", describe: "send TEXT to everyone: * your text" },
    { form: "TEXT", describe: "in a session: send TEXT there; //TEXT sends /TEXT" },
    ...slashCommands.map(({ form, describe }) => ({ form, describe })),
  ];
  const width = Math.max(...rows.map(({ form }) => form.length));
  return rows.map(({ form, describe }) => `  ${form.padEnd(width)}  ${describe}`);
}
