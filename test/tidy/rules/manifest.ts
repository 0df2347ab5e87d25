import { lineOf } from "../source.ts";
import type { Finding, Rule, Source } from "../source.ts";

/** What is read of package.json and of each package in package-lock.json. */
interface Manifest {
  readonly packages?: Readonly<Record<string, Manifest>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
}

const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

function at(file: Source, words: string, message: string): Finding {
  return { path: file.path, line: lineOf(file.text, Math.max(0, file.text.indexOf(words))), message };
}

function checkPins(file: Source, manifest: Manifest): readonly Finding[] {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  return Object.entries(wanted)
    .filter(([, version]) => !exact.test(version))
    .map(([name, version]) => at(file, `"${name}": "${version}"`, `${name} ${version}: pin one version`));
}

/** An optional package that is not listed, were it only for another machine, makes `npm ci` refuse the whole file. */
function checkLock(file: Source, lock: Manifest): readonly Finding[] {
  const packages = lock.packages ?? {};
  return Object.entries(packages).flatMap(([path, one]) => [
    ...(one.resolved === undefined
      ? []
      : [at(file, `"resolved": "${one.resolved}"`, `${path} is resolved to one host`)]),
    ...Object.keys(one.optionalDependencies ?? {})
      .filter((name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages))
      .map((name) => at(file, `"${name}":`, `${name}, optional for ${path}, is not listed`)),
  ]);
}

/** The same installation everywhere, from whichever registry. */
export const manifest: Rule = {
  law: "versions are pinned exactly, and the lock file is whole and names no host",
  check: (sources) =>
    sources.flatMap((file) => {
      if (file.path === "package.json") return checkPins(file, JSON.parse(file.text) as Manifest);
      return file.path === "package-lock.json" ? checkLock(file, JSON.parse(file.text) as Manifest) : [];
    }),
  broken: [
    {
      files: { "package.json": '{\n"dependencies": { "a": "1.2.3" },\n"devDependencies": { "b": "^1.2.3" }\n}\n' },
      found: ["package.json:3"],
    },
    {
      files: { "package-lock.json": '{\n"packages": {\n"a": { "resolved": "https://example.org/a" } } }\n' },
      found: ["package-lock.json:3"],
    },
    {
      files: {
        "package-lock.json": '{ "packages": {\n"node_modules/a": {\n"optionalDependencies": { "a-b": "1.0.0" } } } }\n',
      },
      found: ["package-lock.json:3"],
    },
  ],
  kept: [
    {
      "package.json": '{ "dependencies": { "a": "1.2.3" } }\n',
      "package-lock.json":
        '{ "packages": { "node_modules/a": { "optionalDependencies": { "b": "1.0.0" } }, "node_modules/b": {} } }\n',
    },
  ],
};
