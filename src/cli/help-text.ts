/** First lines of --help. */
export const usage = `Usage: e3 LISTEN [PEER...] [options]
       e3 registry LISTEN [options]
       e3 menu [LISTEN] [options]
       e3 bridge WIRE [options]`;

/** What e3 does, for --help; at most 80 columns. */
export const summary = `Runs one peer of a mesh. It listens at LISTEN and links with each PEER, both
host:port; a PEER may come up later. A line "ID TEXT" or "NAME TEXT" on standard
input sends TEXT to that peer, wherever in the mesh it is and whether or not it
is up now; arriving messages are printed as "[ID] TEXT". Options and addresses
may come in any order. Type /help while it runs for its commands, Ctrl-C to
leave.

With "registry" it runs a registry of users instead: names, passwords, ids and
who is online. It takes --state, --max-live, --insecure, --json, --log-level.

With "menu" it runs a peer behind a menu: send, query, connect, quit. It asks
for a name and a port unless --name and LISTEN are given.

With "bridge" it lets programs of another wire take part in the mesh, each as a
peer of its own: cs2, udp-chat, registry-chat, gossip or line. It takes
--listen, --peer, --config, --registry, --state, --store, --insecure, --json and
--log-level.`;

/** Three terminals, for the end of --help; at most 80 columns. */
export const examples = `Examples, one line per terminal:
  e3 127.0.0.1:8083 --desired-id 77252666718255106
  e3 127.0.0.1:8082 --desired-id 77252666718255105 127.0.0.1:8083
  e3 127.0.0.1:8081 --desired-id 77252666718255104 127.0.0.1:8082
Then type in the last:
  77252666718255106 Hi there!

Exit codes: 0 left in good order, 1 the machine does not allow it (a port or
directory in use), 2 the command line is wrong.`;
