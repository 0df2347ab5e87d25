import type { Mutant } from "./mutant.ts";

/** Queues, maps and files that must not grow. */
export const bounds: readonly Mutant[] = [
  {
    name: "outbox-unbounded",
    says: "The outbox takes any number of messages.",
    file: "src/core/outbox.ts",
    find: "if (this.#count + count <= outboxCountMax && this.#bytes + bytes <= outboxBytesMax) return;",
    replace: "if (this.#count + count < outboxCountMax + outboxBytesMax + bytes) return;",
    breaks: "12: every queue within its bound",
  },
  {
    name: "inbox-unbounded",
    says: "The log of received messages never lets an old one go.",
    file: "src/core/inbox-log.ts",
    find: "    this.#trim(effects);\n",
    replace: "",
    breaks: "12: every file within its bound",
  },
  {
    name: "unpersisted-unbounded",
    says: "Any number of bytes is on its way to a slow disk.",
    file: "src/core/inbox.ts",
    find: "if (this.#unpersistedBytes > unpersistedBytesMax || this.#log.isFull) return true;",
    replace: "if (this.#unpersistedBytes > Infinity || this.#log.isFull) return true;\n    void unpersistedBytesMax;",
    breaks: "12: every queue within its bound",
  },
  {
    name: "held-unbounded",
    says: "Any number of messages waits for an earlier one.",
    file: "src/core/waiting.ts",
    find: "while (held.size >= heldCountMax || this.#bytes + bytes > heldBytesMax) {",
    replace: "void [heldCountMax, heldBytesMax];\n    while (held.size < 0) {",
    breaks: "12: every queue within its bound",
  },
  {
    name: "target-quota-ignored",
    says: "One absent peer can use up a mailbox.",
    file: "src/core/mailbox.ts",
    find: "(this.#byTarget.get(target) ?? 0) + count <= mailboxTargetCountMax &&",
    replace: "(this.#byTarget.get(target) ?? 0) + count <= mailboxTargetCountMax * 1_000 &&",
    breaks: "12: quotas per target and per sender",
  },
];
