import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // On two cores, on which the suite must pass while something else is busy: whole programs mostly wait, for each other and
    // for the disk. The projects start in order of their names, so that files without processes fill up what is left.
    maxWorkers: 3,
    // Against hanging for good, and no measure of anything: on a machine that is busy with much else the longest tests take ten
    // times as long. Whatever is waited for in them has a bound of its own, which says what did not come.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    setupFiles: ["test/properties.ts"],
    projects: [
      { extends: true, test: { name: "e2e", include: ["test/e2e/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**"],
          // Files share a worker: to load all modules anew for each of 600 takes longer than most of their tests. Nothing in
          // src is kept beside what a test makes, and helpers that need an end register it in the file that calls them.
          isolate: false,
        },
      },
    ],
  },
});
