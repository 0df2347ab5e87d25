import type { Mutant } from "./mutant.ts";

/** Sessions: asked for, answered, ended. */
export const sessions: readonly Mutant[] = [
  {
    name: "session-busy-not-told",
    says: "Who asks a peer that is in a session hears nothing.",
    file: "src/core/sessions.ts",
    find: '    this.#answer(partner, "busy", "", nowMs);\n    this.#requests.answered(id);\n',
    replace: "    this.#requests.answered(id);\n",
    breaks: "who is in a session is busy",
    drawn: "deeds",
  },
  {
    name: "session-two-at-once",
    says: "A second session begins while there is one.",
    file: "src/core/sessions.ts",
    find: "    if (current !== undefined && current.id !== from) return this.#refuse(partner, nowMs);\n",
    replace: "",
    breaks: "a peer is in one session",
    also: [
      {
        file: "src/core/sessions.ts",
        find: '    if (answer === "accept") this.#checkFree();\n',
        replace: "",
      },
    ],
    drawn: "deeds",
  },
  {
    name: "session-end-not-told",
    says: "Who ends a session does not tell the other end.",
    file: "src/core/sessions.ts",
    find: '    this.#send(current.id, { kind: "end", session: current.session, reason }, nowMs);\n',
    replace: "",
    breaks: "16: both ends know how a session stands",
    drawn: "deeds",
  },
];
