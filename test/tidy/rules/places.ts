import { findAll, isUnder } from "../source.ts";
import type { Ban, Rule } from "../source.ts";

const bans: readonly Ban[] = [
  {
    pattern: /(?<![\w.~*:)\]}/-])\/(?:work|home|root|Users|tmp|var|opt|mnt|srv)\/[\w.-]+/g,
    message: (word) => `${word}: use a path from the root, or a temporary directory`,
  },
  {
    pattern: /https?:\/\/[^\s/"']*(?:registry|artifactory|nexus)[^\s"']*/g,
    message: (word) => `${word}: npm's own settings say where packages come from`,
  },
];

/** A clone works wherever it lies. */
export const places: Rule = {
  law: "no file names a folder of one machine or the address of a package registry",
  // The rules themselves hold samples of what they forbid.
  check: (sources) =>
    sources
      .filter((file) => !isUnder(file.path, "test/tidy/rules/"))
      .flatMap((file) => bans.flatMap((ban) => findAll(file, file.text, ban))),
  broken: [
    { files: { "README.md": "# e3\ncd /home/me/e3\n" }, found: ["README.md:2"] },
    { files: { "scripts/a.ts": 'const a = "/tmp/e3";\n' }, found: ["scripts/a.ts:1"] },
    {
      files: { "package-lock.json": '{\n"resolved": "https://registry.example.org/a.tgz"\n}\n' },
      found: ["package-lock.json:2"],
    },
  ],
  kept: [{ "README.md": "#!/usr/bin/env bash\n~/.local/state/e3 src/work/a.ts https://example.org/home/x\n" }],
};
