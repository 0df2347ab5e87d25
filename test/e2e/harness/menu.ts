import type { Mesh } from "./mesh.ts";
import type { TestPeer } from "./peer.ts";
import { freePort } from "./port.ts";

const choicePrompt = "Enter choice: ";

/** Somebody at a menu, in a process of its own. */
export class TestMenu {
  readonly name: string;
  readonly port: number;
  readonly peer: TestPeer;

  private constructor(name: string, port: number, peer: TestPeer) {
    this.name = name;
    this.port = port;
    this.peer = peer;
  }

  /** A menu that is not started yet, and will ask for its name and port. */
  static async plan(mesh: Mesh, name: string, options: readonly string[] = []): Promise<TestMenu> {
    const port = await freePort();
    const plan = { listen: `127.0.0.1:${port}`, words: ["menu"], options, plain: true };
    return new TestMenu(name, port, await mesh.peer(name, plan));
  }

  /** Starts it, answers for name and port, and waits for the menu. @returns what was shown until then. */
  async start(): Promise<readonly string[]> {
    this.peer.launch();
    return this.answer(this.name, `${this.port}`);
  }

  get address(): string {
    return this.peer.listen;
  }

  /** Types answers, and waits until the menu asks for a choice again. @returns what was shown meanwhile. */
  async answer(...answers: readonly string[]): Promise<readonly string[]> {
    const since = this.peer.stdout.end;
    for (const answer of answers) this.peer.type(answer);
    await this.peer.stdout.until("the next choice", (line) => line === choicePrompt, { since });
    return this.peer.stdout.items(since);
  }

  /** Sends by the menu. @returns what was shown of it. */
  async send(to: Pick<TestMenu, "port">, text: string): Promise<readonly string[]> {
    return this.answer("1", "127.0.0.1", `${to.port}`, text);
  }

  /** The table, as it is shown. */
  async query(): Promise<readonly string[]> {
    const shown = await this.answer("2");
    return shown.filter((line) => /^(?:Connected Peers:|No connected peers|\d+\. \d+\.)/.test(line));
  }

  /** Waits until a line was shown. */
  async sees(line: string): Promise<void> {
    await this.peer.stdout.until(JSON.stringify(line), (shown) => shown === line);
  }

  /** The line by which others see a message of this one. */
  says(text: string): string {
    return `${this.address} ${this.name} ${text}`;
  }
}

/** The table that shows these. */
export function tableOf(...menus: readonly TestMenu[]): readonly string[] {
  return ["Connected Peers:", ...menus.map(({ address }, index) => `${index + 1}. ${address}`)];
}
