import type { Mutant } from "./mutant.ts";

/** Commits, and the loop between the core and the world. */
export const durability: readonly Mutant[] = [
  {
    name: "durable-at-once",
    says: "What waits for the disk runs at once.",
    file: "src/core/effects.ts",
    find: "if (this.#commit > this.#persisted) {",
    replace: "if (this.#commit < this.#persisted) {",
    breaks: "law 3: promises wait for the disk",
  },
  {
    name: "any-commit-is-all",
    says: "One durable commit stands for all that were asked for.",
    file: "src/core/effects.ts",
    find: "if (waiting.commit > this.#persisted) break;",
    replace: "",
    breaks: "law 3: promises wait for the disk",
  },
  {
    name: "persisted-runs-ahead",
    says: "The committer tells of what was gathered while it wrote.",
    file: "src/peer/committer.ts",
    find: "this.#owner.persisted(last);",
    replace: "this.#owner.persisted(this.#last);",
    breaks: "law 3: promises wait for the disk",
  },
  {
    name: "persisted-before-write",
    says: "The committer tells of a commit before it is written.",
    file: "src/peer/committer.ts",
    find: "this.#last = commit;",
    replace: "this.#last = commit;\n    this.#owner.persisted(commit);",
    breaks: "law 3: promises wait for the disk",
  },
  {
    name: "failed-write-skipped",
    says: "What a failed write had is not written again.",
    file: "src/peer/committer.ts",
    find: "for (const op of [...ops, ...since]) this.#gather(op); // invariant 2",
    replace: "for (const op of since) this.#gather(op);",
    breaks: "1: an accepted message is recoverable",
  },
  {
    name: "failed-write-replaces",
    says: "A failed write is repeated after what came later, and undoes it.",
    file: "src/peer/committer.ts",
    find: "for (const op of [...ops, ...since]) this.#gather(op); // invariant 2",
    replace: "for (const op of [...since, ...ops]) this.#gather(op);",
    breaks: "1: an accepted message is recoverable",
  },
  {
    name: "effects-out-of-order",
    says: "The driver does first what the core asked for last.",
    file: "src/peer/driver.ts",
    find: "for (const effect of this.#parts.core.step(event, this.#parts.clock.nowMs())) this.#perform(effect);",
    replace:
      "for (const effect of this.#parts.core.step(event, this.#parts.clock.nowMs()).toReversed()) this.#perform(effect);",
    breaks: "effects are performed in order",
  },
  {
    name: "later-frames-first",
    says: "What waits for a busy wire leaves in the reverse order.",
    file: "src/peer/link-queue.ts",
    find: "const packed = this.#packed.shift();",
    replace: "const packed = this.#packed.pop();",
    breaks: "frames leave in the order they were given",
  },
  {
    name: "busy-wire-drops-frames",
    says: "Frames for a busy wire are dropped.",
    file: "src/peer/link-queue.ts",
    find: "if (this.#bytes > shellLimits.linkCutBytes) return this.#overrun();",
    replace: "if (this.#writing) return;\n    if (this.#bytes > shellLimits.linkCutBytes) return this.#overrun();",
    breaks: "frames leave in the order they were given",
  },
];
