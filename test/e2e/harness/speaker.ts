import type { TestPeer } from "./peer.ts";
import type { PythonClient } from "./python.ts";

/** A program of some wire, or a peer, and how it says and is shown something. */
export interface Speaker {
  /** What it is called where names are; its id where there are none. */
  readonly label: string;
  /** Its id in the mesh. */
  readonly id: string;
  /** Says something to one. */
  readonly say: (to: Speaker, text: string) => void | Promise<void>;
  /** Resolves when it is shown what another one said to it alone. */
  readonly sees: (from: Speaker, text: string) => Promise<unknown>;
  /** Resolves when it is shown what another one said to everyone. */
  readonly hears: (from: Speaker, text: string) => Promise<unknown>;
}

/** What a peer of the mesh is called among the nodes of udp-chat, where that is free. */
function nodeIdOf({ id }: Speaker): string {
  return `${1_000n + (BigInt(id) % 9_000n)}`;
}

/** A peer of the mesh. */
export function peerSpeaker(peer: TestPeer): Speaker {
  const { id } = peer;
  const sees = (from: Speaker, text: string) => peer.until({ event: "message", from: from.id, text });
  return { label: id, id, say: (to, text) => peer.type(`${to.id} ${text}`), sees, hears: sees };
}

/** A program of cs2, with this id. */
export function cs2Speaker(program: PythonClient, id: string): Speaker {
  const sees = (from: Speaker, text: string) => program.until(`[${from.id}] ${text}`);
  return { label: id, id, say: (to, text) => program.type(`${to.id} ${text}`), sees, hears: sees };
}

/** A program of the line. It finds somebody at the address that its last line to them came with. */
export function lineSpeaker(program: PythonClient, label: string, id: string): Speaker {
  const addresses = new Map<string, string>();
  const sees = async (from: Speaker, text: string): Promise<void> => {
    const line = await program.match(new RegExp(`^<?127\\.0\\.0\\.1:\\d+>? ${from.label} ${text}$`));
    addresses.set(from.id, line.split(" ")[0] ?? "");
  };
  return { label, id, say: (to, text) => program.type(`${addresses.get(to.id)} ${text}`), sees, hears: sees };
}

/** A node of udp-chat. */
export function udpSpeaker(program: PythonClient, label: string, id: string): Speaker {
  return {
    ...{ label, id },
    async say(to, text) {
      const node = nodeIdOf(to);
      await program.match(new RegExp(`^(connected to .*\\b${node}\\b|\\[${node} to all\\])`));
      program.type(`${node} ${text}`);
    },
    sees: (from, text) => program.until(`[${nodeIdOf(from)}] ${text}`),
    hears: (from, text) => program.until(`[${nodeIdOf(from)} to all] ${text}`),
  };
}

/** A program of registry-chat. In a private chat what is said comes to the program's own port, else by way of its registry. */
export function registrySpeaker(program: PythonClient, label: string, id: string): Speaker {
  const sees = (from: Speaker, text: string) => program.match(new RegExp(`^(private )?${from.label}: ${text}$`));
  return {
    ...{ label, id, sees, hears: sees },
    async say(to, text) {
      const since = program.lines.end;
      program.type(`CHAT REQUEST ${to.label}`);
      await program.match(new RegExp(`^${to.label}> CLIENTOK ${to.label} is not asked`), since);
      program.type(text);
      await to.sees(this, text);
      program.type("EXIT");
      await program.match(new RegExp(`^${label}> CLIENTEXIT you left`), since);
    },
  };
}
