import { join } from "node:path";
import { program } from "./build.ts";
import { Child, type Exit } from "./child.ts";
import type { Mesh } from "./mesh.ts";
import { Trail } from "./trail.ts";

/** What bridges say when they are ready. */
export interface BridgeReady {
  readonly event: "bridge";
  readonly wire: string;
  readonly listen: string;
  readonly id: string;
  readonly peer: string;
}

/** `e3 bridge` in a process of its own, over all its starts; its state is in the mesh's directory. */
export class TestBridge implements AsyncDisposable {
  readonly stdout = new Trail<string>(() => this.describe());
  readonly stderr = new Trail<string>(() => this.describe());
  readonly #args: readonly string[];
  #child: Child | undefined;

  /** @param words what stands behind `e3 bridge`. */
  constructor(mesh: Pick<Mesh, "root">, words: readonly string[]) {
    this.#args = [program, "bridge", ...words, "--state", join(mesh.root, `bridge-${words[0] ?? ""}`), "--json"];
  }

  /** Starts it, again if need be, and waits until it is ready. */
  async start(): Promise<BridgeReady> {
    const since = this.stdout.end;
    this.#child = new Child({
      args: this.#args,
      onStdout: (line) => this.stdout.push(line),
      onStderr: (line) => this.stderr.push(line),
    });
    const line = await this.stdout.until("the bridge to be ready", () => true, { since });
    return JSON.parse(line) as BridgeReady;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Ends it as a power cut would end the process. */
  async kill9(): Promise<void> {
    await this.#child?.kill9();
  }

  /** Asks it to leave, and waits for the end. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Exit> {
    this.#child?.signal(signal);
    if (this.#child === undefined) throw new Error("the bridge was never started");
    return this.#child.untilExit(() => this.describe());
  }

  describe(): string {
    return [this.#args.slice(1).join(" "), ...this.stdout.items(), ...this.stderr.items().slice(-25)].join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill9();
  }
}
