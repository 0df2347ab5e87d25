import type { Mutant } from "./mutant.ts";

/** Envelopes on the road: hops, copies, repetitions. */
export const forwarding: readonly Mutant[] = [
  {
    name: "hops-not-counted",
    says: "An envelope may make any number of hops.",
    file: "src/core/forwarder.ts",
    find: "const hopsLeft = Math.min(header.hopsLeft, limits.hopsMax) - 1;",
    replace: "const hopsLeft = Math.min(header.hopsLeft, limits.hopsMax);",
    breaks: "13: transmissions per message bounded",
  },
  {
    name: "sent-back",
    says: "An envelope is sent back where it came from.",
    file: "src/core/forwarder.ts",
    find: "return link === from ? undefined : link;",
    replace: "void from;\n    return link;",
    breaks: "13: transmissions per message bounded",
  },
  {
    name: "seen-suppresses-nothing",
    says: "Copies of an envelope are passed on as often as they come.",
    file: "src/core/seen.ts",
    find: "if (this.#newer.has(hash) || this.#older.has(hash)) return false;",
    replace: "",
    breaks: "13: transmissions per message bounded",
  },
  {
    name: "seen-suppresses-repetitions",
    says: "A repetition counts as seen because the first copy was.",
    file: "src/core/seen.ts",
    find: "let high = mix(mix(mix(this.#high, lower), upper), attempt);\n    let low = mix(mix(mix(this.#low ^ high, lower), upper), attempt);",
    replace:
      "let high = mix(mix(this.#high, lower), upper);\n    let low = mix(mix(this.#low ^ high, lower), upper);\n    void attempt;",
    breaks: "16: what can be delivered arrives",
  },
  {
    name: "seen-by-number-alone",
    says: "An envelope counts as seen when another conversation has had its number.",
    file: "src/core/seen.ts",
    find: "if (epoch !== this.#epoch || conversation !== this.#conversation || key !== this.#key) {",
    replace: "if (key !== this.#key) {",
    breaks: "16: what can be delivered arrives",
  },
  {
    name: "bodies-shifted",
    says: "Patching the hops of an envelope damages its body.",
    file: "src/core/forwarder.ts",
    find: "const isPatched = patchHops(envelope, hopsLeft);",
    replace: "const isPatched = patchHops(envelope, hopsLeft);\n    envelope[envelope.length - 1] = 63;",
    breaks: "11: every shown message was sent, byte for byte",
  },
];
