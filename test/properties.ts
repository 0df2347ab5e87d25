import fc from "fast-check";

// Properties draw the same cases in every run, so that a run says something about the code and nothing about luck. Others are
// drawn with E3_SEED=N, which is how to look for more.
const seed = Number(process.env["E3_SEED"] ?? 1);
if (!Number.isSafeInteger(seed)) throw new Error("E3_SEED must be a whole number, the seed of what properties draw");
fc.configureGlobal({ seed });
