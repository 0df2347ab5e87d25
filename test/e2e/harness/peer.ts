import { program } from "./build.ts";
import { Child, type Exit } from "./child.ts";
import { type EventName, type EventOf, matches, type Pattern, type PeerEvent, readLine } from "./event.ts";
import { Trail, type UntilOptions } from "./trail.ts";

/** How a peer is started. */
export interface PeerSetup {
  /** What the test calls it, for failure messages. */
  readonly name: string;
  /** host:port */
  readonly listen: string;
  readonly desiredId?: string | undefined;
  /** Addresses it dials. */
  readonly dials?: readonly string[] | undefined;
  /** Replaces the words made from listen, desiredId and dials. */
  readonly words?: readonly string[] | undefined;
  /** Options that follow. */
  readonly options: readonly string[];
  /** Plain output instead of --json. */
  readonly plain?: boolean | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Stands in for the real program, for tests of the harness itself. */
  readonly program?: readonly string[] | undefined;
}

const shownEvents = 15;
const shownLines = 25;

/** A peer in a process of its own, over all its starts. */
export class TestPeer {
  readonly name: string;
  readonly listen: string;
  /** Its --json output over all its starts. */
  readonly events: Trail<PeerEvent>;
  /** Its output as it is. */
  readonly stdout: Trail<string>;
  readonly stderr: Trail<string>;
  /** Lines on stdout that --json does not allow. */
  readonly violations: string[] = [];
  /** Where in `events` each start begins. */
  readonly starts: number[] = [];
  #setup: PeerSetup;
  #child: Child | undefined;
  #expectsEnd = false;

  constructor(setup: PeerSetup) {
    this.#setup = setup;
    this.name = setup.name;
    this.listen = setup.listen;
    this.events = new Trail(() => this.describe());
    this.stdout = new Trail(() => this.describe());
    this.stderr = new Trail(() => this.describe());
  }

  /** The id it holds now, as it said last. */
  get id(): string {
    const said = this.events.items().findLast((event) => event.event === "ready" || event.event === "id");
    if (said?.event !== "ready" && said?.event !== "id") throw new Error(`${this.name} has not said its id`);
    return said.id;
  }

  get running(): boolean {
    return this.#child?.running ?? false;
  }

  /** Starts the process, without waiting for it to be ready. */
  launch(): this {
    if (this.running) throw new Error(`${this.name} runs already`);
    this.starts.push(this.events.end);
    this.#expectsEnd = false;
    for (const trail of [this.events, this.stdout, this.stderr]) trail.reopen();
    const child = new Child({
      args: [...(this.#setup.program ?? [program]), ...commandWords(this.#setup)],
      env: this.#setup.env,
      onStdout: (line) => this.#read(line),
      onStderr: (line) => this.stderr.push(line),
    });
    this.#child = child;
    void child.exited.then(({ code, signal }) => {
      if (this.#child !== child || this.#expectsEnd) return;
      const why = `${this.name} ended by itself (code ${code}, signal ${signal})`;
      for (const trail of [this.events, this.stdout, this.stderr]) trail.close(why);
    });
    return this;
  }

  /** Starts the process and waits until it says that it is ready. */
  async start(): Promise<this> {
    this.launch();
    await this.until({ event: "ready" }, { since: this.starts.at(-1) ?? 0 });
    return this;
  }

  /** Starts it again on the same state, perhaps with other neighbours. */
  async restart(change: Partial<Pick<PeerSetup, "dials" | "desiredId" | "options">> = {}): Promise<this> {
    this.#setup = { ...this.#setup, ...change };
    return this.start();
  }

  /** Ends it as a power cut would end the process, and waits for the end. */
  async kill9(): Promise<void> {
    this.#expectsEnd = true;
    await this.#child?.kill9();
  }

  /** Asks it to leave and waits for the end. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Exit> {
    this.signal(signal);
    return this.exit();
  }

  /** Sends a signal; the end of the process is no surprise from here on. */
  signal(signal: NodeJS.Signals): void {
    this.#expectsEnd = true;
    this.#child?.signal(signal);
  }

  /** Waits for the end of the process. */
  async exit(): Promise<Exit> {
    this.#expectsEnd = true;
    if (this.#child === undefined) throw new Error(`${this.name} was never started`);
    return this.#child.untilExit(() => this.describe());
  }

  /** Types one line. */
  type(line: string | Uint8Array): void {
    this.#child?.write(line);
    this.#child?.write("\n");
  }

  /** Types one message for each text. */
  say(to: string, ...texts: readonly string[]): void {
    this.#child?.write(texts.map((text) => `${to} ${text}\n`).join(""));
  }

  endInput(): void {
    this.#child?.endInput();
  }

  /** Waits for an event with these fields. What was already seen counts, from `since` on. */
  async until<Name extends EventName>(pattern: Pattern<Name>, options: UntilOptions = {}): Promise<EventOf<Name>> {
    const what = `${this.name} to print ${JSON.stringify(pattern)}`;
    const event = await this.events.until(what, (seen) => matches(pattern, seen), options);
    if (!matches(pattern, event)) throw new Error("unreachable: the event was chosen by the same pattern");
    return event;
  }

  /** All events with these fields between two positions; over all its starts unless told otherwise. */
  all<Name extends EventName>(pattern: Pattern<Name>, since = 0, end?: number): readonly EventOf<Name>[] {
    return this.events.items(since, end).filter((event) => matches(pattern, event));
  }

  /** The texts it showed, over all its starts. */
  shown(from?: string): readonly string[] {
    return this.all(from === undefined ? { event: "message" } : { event: "message", from }).map(({ text }) => text);
  }

  /** What a person needs to see when a test failed. */
  describe(): string {
    const events = this.events
      .items()
      .slice(-shownEvents)
      .map((event) => `  ${JSON.stringify(event)}`);
    const output = this.#setup.plain === true ? this.stdout.items().slice(-shownLines) : [];
    const errors = this.stderr.items().slice(-shownLines);
    return [
      `${this.name} at ${this.listen}, ${this.running ? "running" : "ended"}, started ${this.starts.length} times`,
      `last of ${this.events.end} events:`,
      ...events.map(shorten),
      ...(output.length > 0 ? ["last output:", ...output.map((line) => `  ${shorten(line)}`)] : []),
      "last of stderr:",
      ...errors.map((line) => `  ${shorten(line)}`),
    ].join("\n");
  }

  #read(line: string): void {
    this.stdout.push(line);
    if (this.#setup.plain === true) return;
    const read = readLine(line);
    if (read.kind === "event") this.events.push(read.event);
    if (read.kind === "violation") this.violations.push(`${this.name}: ${read.why}`);
  }
}

function commandWords({ listen, desiredId, dials = [], words, options, plain }: PeerSetup): readonly string[] {
  const desired = desiredId === undefined ? [] : ["--desired-id", desiredId];
  return [...(words ?? [listen, ...desired, ...dials]), ...options, ...(plain === true ? [] : ["--json"])];
}

function shorten(line: string): string {
  return line.length > 300 ? `${line.slice(0, 300)}... (${line.length} characters)` : line;
}
