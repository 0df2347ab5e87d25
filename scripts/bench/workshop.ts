import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { root } from "../lib/tree.ts";
import type { Answers, Setup } from "./order.ts";
import { Worker } from "./worker.ts";

const roles = ["e3", "raw", "nats", "nats-server"];

/** A process that is ready, and how it got so. */
export interface Ready {
  readonly worker: Worker;
  readonly opened: Answers["open"];
}

/**
 * Workshop: a directory on the disk of the checkout, the programs of the roles in it, and the processes of one measurement
 * at a time.
 */
export class Workshop {
  readonly #directory: string;
  /** Where profiles of e3's processes go; undefined when there are to be none. */
  readonly #profiles: string | undefined;
  #workers: Worker[] = [];
  #made = 0;
  #label = "";
  #accident = accident();

  private constructor(directory: string, profiles: string | undefined) {
    this.#directory = directory;
    this.#profiles = profiles;
  }

  /** @param profiles a directory, made when absent; undefined for no profiles. */
  static async open(profiles: string | undefined): Promise<Workshop> {
    const cache = join(root, "node_modules", ".cache");
    await mkdir(cache, { recursive: true });
    if (profiles !== undefined) await mkdir(profiles, { recursive: true });
    // Not a temporary directory of the system, which may be in memory: what is durable here is on a disk.
    const directory = await mkdtemp(join(cache, "e3-bench-"));
    await build({
      absWorkingDir: root,
      entryPoints: roles.map((role) => `scripts/bench/roles/${role}.ts`),
      outdir: directory,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "silent",
      plugins: [builtPackage],
    });
    return new Workshop(directory, profiles);
  }

  /** Names what follows: for profiles. */
  label(text: string): void {
    this.#label = text;
  }

  /** Rejects when a process ends that was not asked to. Another one after each clear. */
  get accident(): Promise<never> {
    return this.#accident.promise;
  }

  /** A new directory. */
  async directory(): Promise<string> {
    this.#made += 1;
    const path = join(this.#directory, `files-${this.#made}`);
    await mkdir(path);
    return path;
  }

  /** Starts a process. @throws Error when it does not get ready. */
  async start(name: string, setup: Setup): Promise<Ready> {
    const program = join(this.#directory, `${setup.role}.mjs`);
    const profile = setup.role === "e3" ? this.#profileWords(name) : [];
    const worker = new Worker({
      name: `${this.#label} ${name}`,
      program,
      nodeWords: profile,
      died: this.#accident.happens,
    });
    this.#workers.push(worker);
    return { worker, opened: await worker.ask({ kind: "open", setup }) };
  }

  /** Ends all processes, in the order in which they were started and in good order when all went well, and removes what they wrote. */
  async clear(allWell: boolean): Promise<void> {
    const workers = this.#workers;
    this.#workers = [];
    this.#accident = accident();
    // Those that talk leave before those that they talk to.
    if (allWell) for (const worker of workers.toReversed()) await worker.close().catch(() => undefined);
    await Promise.all(workers.map((worker) => worker.kill()));
    for (; this.#made > 0; this.#made -= 1)
      await rm(join(this.#directory, `files-${this.#made}`), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.clear(false);
    await rm(this.#directory, { recursive: true, force: true });
  }

  #profileWords(name: string): readonly string[] {
    if (this.#profiles === undefined) return [];
    const file = `${this.#label} ${name}`.replaceAll(/[^\w-]+/g, "-");
    return ["--cpu-prof", "--cpu-prof-dir", this.#profiles, "--cpu-prof-name", `${file}.cpuprofile`];
  }
}

interface Accident {
  readonly promise: Promise<never>;
  readonly happens: (error: Error) => void;
}

function accident(): Accident {
  let happens: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => (happens = reject));
  // It may happen when nobody waits for it.
  promise.catch(() => undefined);
  return { promise, happens };
}

/** What is measured is what is shipped: src/index.ts stands for dist/index.js, which is not part of the bundle. */
const builtPackage: Plugin = {
  name: "built-package",
  setup: (bundling) => {
    bundling.onResolve({ filter: /\/src\/index\.ts$/ }, ({ path }) => {
      const built = join(root, "dist", basename(path).replace(/\.ts$/, ".js"));
      return { path: pathToFileURL(built).href, external: true };
    });
  },
};
