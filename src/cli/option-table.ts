/** An option that takes a value, as the help shows it. */
interface TextOption {
  readonly describe: string;
  /** What stands when the option is absent, where it is short enough for the margin. */
  readonly standard?: string;
}

/** Options with a value, in the order of the help. */
export const textOptions: Readonly<Record<TextOptionName, TextOption>> = {
  "desired-id": {
    describe:
      "Id to ask for, 1 to 9223372036854775807. If another peer holds it, an assigned id stands, and e3 says so. " +
      "Default: the id held before, else an assigned one",
  },
  name: {
    describe: "Name that others may use in place of the id, at most 256 bytes. No number. Default: none",
  },
  state: {
    describe:
      "Directory of key, id and messages; made if absent, used by one process at a time. " +
      "Default: $XDG_STATE_HOME/e3/LISTEN, else ~/.local/state/e3/LISTEN",
  },
  store: {
    describe: "lmdb keeps everything over restarts and crashes; memory forgets all at exit, even the key",
    standard: "lmdb",
  },
  degree: {
    describe:
      "Links that the peer keeps by itself, MIN..MAX, 1 to 1024: it finds further peers below MIN, and takes no " +
      "strangers at MAX. Default: none, or 1 and more with --bootstrap",
  },
  bootstrap: {
    describe:
      "Addresses, with commas between them, to ask for links while there are fewer than MIN. Not kept dialled. " +
      "Default: none",
  },
  "log-level": {
    describe: "What goes to standard error: trace, debug, info, warn, error or silent. A registry's default: info",
    standard: "warn",
  },
  "max-live": {
    describe: "Users that a registry has online at a time, 1 to 100000; further ones are refused",
    standard: "10000",
  },
  registry: {
    describe: "Address of a registry of users, HOST:PORT, to sign in at: id and name are the user's. Default: none",
  },
  user: {
    describe:
      "The user to sign in as. Its password is asked for, unless the state directory holds a session. Default: none",
  },
  "password-file": {
    describe: "File that holds the password; a newline at its end does not count. Default: it is asked for",
  },
  "password-fd": {
    describe: "Number of an open file descriptor, 3 or above, to read the password from. Default: it is asked for",
  },
  bridge: {
    describe:
      "Let programs of another wire take part, WIRE=HOST:PORT, with commas between several; WIRE is cs2, udp-chat, " +
      "registry-chat, gossip or line. Default: none",
  },
  config: {
    describe: "File in INI format with a section for each bridge to open. Default: none",
  },
  listen: {
    describe: "Where the programs of a bridge find it, HOST:PORT. Default: where they look for it themselves",
  },
  peer: {
    describe: "Peers that a bridge links with, HOST:PORT, with commas between several. Default: none",
  },
  greet: {
    describe: "Addresses, with commas between them, whose peers a menu says hello to at the start. Default: none",
  },
};

/** Options that are there or not, with their help. */
export const flags: Readonly<Record<FlagName, string>> = {
  json: "Print one JSON object per line and nothing else",
  "no-custody": "Keep no mail for absent peers on behalf of others",
  "no-history": "Keep nothing of what this peer sends for its history",
  "no-read-receipts": "Tell nobody what is read here; in a terminal senders learn it otherwise",
  leaf: "Attach to 1 to 3 peers and do nothing for others: forward nothing, keep no mail, accept no links",
  "sign-up": "Make the user at the registry, with the password given",
  insecure: "Listen off loopback although the traffic is not encrypted: anyone on the network can read it and join",
};

/** How words become options, for yargs and its parser alike. */
export const parserConfiguration = {
  "boolean-negation": false,
  "camel-case-expansion": false,
  "dot-notation": false,
  // Ids are words, never numbers: a double holds only 53 of their 63 bits.
  "parse-numbers": false,
  "parse-positional-numbers": false,
} as const;

/** How much is logged, from most to nothing. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;

/** One of logLevels. */
export type LogLevel = (typeof logLevels)[number];

/** Name of an option with a value. */
export type TextOptionName =
  | "desired-id"
  | "name"
  | "state"
  | "store"
  | "degree"
  | "bootstrap"
  | "log-level"
  | "max-live"
  | "bridge"
  | "config"
  | "listen"
  | "peer"
  | "greet"
  | "registry"
  | "user"
  | "password-file"
  | "password-fd";

/** Name of an option that is there or not. */
export type FlagName = "json" | "no-custody" | "no-history" | "no-read-receipts" | "leaf" | "insecure" | "sign-up";
