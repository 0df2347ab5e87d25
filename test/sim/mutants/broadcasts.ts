import type { Mutant } from "./mutant.ts";

/** What is for everyone: pushed, repaired, kept, counted. */
export const broadcasts: readonly Mutant[] = [
  {
    name: "broadcast-pushed-back",
    says: "A message for everyone goes back over the link it came by.",
    file: "src/core/spread-pushes.ts",
    find: "if (link === from || link.full) continue; // never back",
    replace: "if (link.full) continue;",
    breaks: "13: nothing goes back where it came from",
    also: [
      {
        file: "src/core/spread-pushes.ts",
        find: "leaf ? links.up() : this.#trees.linksFrom(root, links)",
        replace: "links.up()",
      },
    ],
    drawn: "broadcasts",
  },
  {
    name: "broadcast-leaves-early",
    says: "A message for everyone leaves before it is durable.",
    file: "src/core/spread.ts",
    find: "    this.#pending.push({ number, envelope });\n",
    replace:
      "    if (this.#pushes.own(envelope)) this.#own.handed(number);\n    this.#pending.push({ number, envelope });\n",
    breaks: "law 3: nothing leaves before it is durable",
    drawn: "broadcasts",
  },
  {
    name: "broadcast-spread-at-once",
    says: "A message for everyone is told as spread as soon as it is durable.",
    file: "src/core/spread.ts",
    find: "this.#own.accepted(numbers, effects);",
    replace:
      'this.#own.accepted(numbers, effects);\n      for (const each of numbers) this.#own.settle(each, { status: "spread", reason: "" }, effects);',
    breaks: "3: spread is with another peer",
    drawn: "broadcasts",
  },
  {
    name: "broadcast-not-repaired",
    says: "What a push did not reach is never asked for.",
    file: "src/core/repair.ts",
    find: "if (last >= (next ?? first)) this.#lacks.offered(epoch, { link: link.number, first, last, missing });",
    replace: "void [next, last];",
    breaks: "16: when faults stop, whoever is there was shown what is for everyone",
    drawn: "broadcasts",
  },
  {
    name: "broadcast-begun-as-had",
    says: "A newcomer takes for had what the neighbour that it begins with has not any more.",
    file: "src/core/waiting.ts",
    find: "passOver(marks, to, holesMax);",
    replace: "if (next === marks.begin) marks.floor(to);\n      else passOver(marks, to, holesMax);",
    breaks: "16: when faults stop, the mesh comes to rest",
    drawn: "broadcasts",
  },
  {
    name: "broadcast-dropped-early",
    says: "What is for everyone is dropped long before its time.",
    file: "src/core/spread-log.ts",
    find: "if (kept.expiresAtMs > nowMs) {",
    replace: "if (kept.expiresAtMs > nowMs + 3_600_000_000) {",
    breaks: "1, 5: what is for everyone is kept for its time",
    also: [{ file: "src/core/spread-log.ts", find: "if (nowMs < this.#expiryMs) return [];", replace: "" }],
    drawn: "broadcasts",
  },
  {
    name: "broadcast-number-given-again",
    says: "The count of what was said to everyone is not written, and begins anew after a restart.",
    file: "src/core/spread-own.ts",
    find: "      this.#next = Math.max(1, Number(next));\n",
    replace: "      void next;\n",
    breaks: "a number is given once",
    also: [{ file: "src/core/spread-own.ts", find: "this.#next = Math.max(this.#next, number + 1);", replace: "" }],
    drawn: "broadcasts",
  },
  {
    name: "broadcast-hole-not-asked-for",
    says: "What a peer went on without is not asked for when somebody has it.",
    file: "src/core/repair.ts",
    find: "if (holes.length > 0) this.#mends.offered(epoch, offer, holes, isPart);",
    replace: "void [holes, offer, isPart];",
    breaks: "16: when faults stop, the mesh comes to rest",
    drawn: "broadcasts",
  },
];
