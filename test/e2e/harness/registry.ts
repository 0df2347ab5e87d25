import { program } from "./build.ts";
import { Child, type Exit } from "./child.ts";
import { Trail } from "./trail.ts";

/** What a registry says when it is ready. */
export interface RegistryReady {
  readonly event: "registry";
  readonly id: string;
  readonly listen: string;
  /** Base64. */
  readonly key: string;
}

/** A registry in a process of its own, over all its starts. */
export class TestRegistry implements AsyncDisposable {
  readonly listen: string;
  readonly stdout = new Trail<string>(() => this.describe());
  readonly stderr = new Trail<string>(() => this.describe());
  readonly #args: readonly string[];
  #child: Child | undefined;

  constructor(listen: string, state: string, options: readonly string[] = []) {
    this.listen = listen;
    this.#args = [program, "registry", listen, "--state", state, "--json", ...options];
  }

  /** Starts it, again if need be, and waits until it is ready. */
  async start(): Promise<RegistryReady> {
    const since = this.stdout.end;
    this.#child = new Child({
      args: this.#args,
      onStdout: (line) => this.stdout.push(line),
      onStderr: (line) => this.stderr.push(line),
    });
    const line = await this.stdout.until("the registry to be ready", () => true, { since });
    return JSON.parse(line) as RegistryReady;
  }

  /** Ends it as a power cut would end the process. */
  async kill9(): Promise<void> {
    await this.#child?.kill9();
  }

  /** Asks it to leave, and waits for the end. */
  async stop(signal: NodeJS.Signals): Promise<Exit> {
    this.#child?.signal(signal);
    if (this.#child === undefined) throw new Error("the registry was never started");
    return this.#child.untilExit(() => this.describe());
  }

  describe(): string {
    return [`registry at ${this.listen}`, ...this.stdout.items(), ...this.stderr.items().slice(-25)].join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill9();
  }
}
