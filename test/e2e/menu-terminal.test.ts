import { describe, expect, test } from "vitest";
import { TestMenu } from "./harness/menu.ts";
import { useMesh, type Mesh } from "./harness/mesh.ts";
import { freePort } from "./harness/port.ts";
import { hasTmux, TestTerminal } from "./harness/terminal.ts";
import { Typist } from "./harness/typist.ts";

const openMesh = useMesh();

const menu = ["***** Menu *****", "1. Send message", "2. Query active peers", "3. Connect to active peers", "0. Quit"];
const [choice, host] = ["Enter choice: ", "Enter the recipient's IP address: "];
const [port, text] = ["Enter the recipient's port number: ", "Enter your message: "];

/** A menu at a terminal, which was told its name and port, key by key. */
interface Seat {
  readonly terminal: TestTerminal;
  readonly typist: Typist;
  readonly port: number;
}

async function sitDown(mesh: Mesh, name: string): Promise<Seat> {
  const own = await freePort();
  const terminal = await TestTerminal.open(mesh, name, { words: ["menu"] });
  const typist = new Typist(terminal, "Enter your name: ");
  await typist.prompted("Enter your name: ");
  await typist.type(name);
  await typist.enter("Enter your port number: ");
  await typist.type(`${own}`);
  await typist.enter(choice);
  return { terminal, typist, port: own };
}

/** Types a message and all that is asked for before, slowly, and corrects it. @param between what happens before each key. */
async function write({ typist }: Seat, to: TestMenu, between: () => void): Promise<void> {
  await typist.type("1", between);
  await typist.enter(host);
  await typist.type("127.0.0.11", between);
  await typist.edit(["BSpace"], between);
  await typist.enter(port);
  await typist.type(`${to.port}`, between);
  await typist.edit(["Left", "Right"], between);
  await typist.enter(text);
  await typist.type("hullo, 你好 there!", between);
  await typist.edit(["Home", "Right", "DC"], between);
  await typist.type("e", between);
  await typist.enter(choice);
}

// Skipped: no tmux on this machine
describe.skipIf(!hasTmux)("a menu at a terminal", () => {
  test("is the interface of the assignment, line by line, with the answers behind the questions", async () => {
    const mesh = await openMesh();
    const other = await TestMenu.plan(mesh, "P2");
    await other.start();
    const seat = await sitDown(mesh, "P1");
    await using terminal = seat.terminal;
    await write(seat, other, () => {});
    await other.sees(`127.0.0.1:${seat.port} P1 hello, 你好 there!`);
    await seat.typist.type("2");
    await seat.typist.enter();
    await seat.typist.type("3");
    await seat.typist.enter();
    await terminal.shows(`Connected to ${other.address}`);
    await seat.typist.type("2");
    await seat.typist.enter();
    await terminal.shows(`1. ${other.address}`);
    await seat.typist.type("0");
    await terminal.press("Enter");
    await terminal.until("the end", (lines) => lines.at(-1) === "ended with 0");
    const question = { host: `${host}127.0.0.1`, port: `${port}${other.port}`, text: `${text}hello, 你好 there!` };
    expect((await terminal.lines()).slice(0, -1)).toEqual([
      ...["Enter your name: P1", `Enter your port number: ${seat.port}`, `Server listening on port ${seat.port}`],
      ...[...menu, `${choice}1`, question.host, question.port, question.text, `Message delivered to ${other.address}`],
      ...[...menu, `${choice}2`, "No connected peers"],
      ...[...menu, `${choice}3`, `Connected to ${other.address}`],
      ...[...menu, `${choice}2`, "Connected Peers:", `1. ${other.address}`],
      ...[...menu, `${choice}0`, "Exiting"],
    ]);
    expect(await terminal.exitCode()).toBe(0);
    expect(await other.query()).toEqual(["Connected Peers:", `1. 127.0.0.1:${seat.port}`]);
  });

  test("loses nothing of an answer that is being typed while messages arrive from all sides", async () => {
    const mesh = await openMesh();
    const others = await Promise.all(["P2", "P3", "P4"].map((name) => TestMenu.plan(mesh, name)));
    await Promise.all(others.map((other) => other.start()));
    const [second] = others;
    if (second === undefined) throw new Error("three were started");
    const seat = await sitDown(mesh, "P1");
    await using terminal = seat.terminal;
    const said: string[] = [];
    const sending = others.map(() => Promise.resolve<unknown>(undefined));
    const say = (): void => {
      const turn = said.length % others.length;
      const other = others[turn];
      const words = `word ${said.length}, 你好`;
      if (other === undefined) return;
      said.push(other.says(words));
      // Each sends as fast as its menu lets it.
      sending[turn] = sending[turn]?.then(() => other.send(seat, words)) ?? Promise.resolve();
    };
    await write(seat, second, say);
    await second.sees(`127.0.0.1:${seat.port} P1 hello, 你好 there!`);
    await Promise.all(sending);
    await seat.typist.type("2");
    await seat.typist.enter();
    await terminal.until("the table", (lines) =>
      others.every((other) => lines.some((line) => line.endsWith(`. ${other.address}`))),
    );
    const lines = await terminal.lines();
    expect(lines.filter((line) => line.includes("word ")).toSorted()).toEqual(said.toSorted());
    expect(lines.filter((line) => line.startsWith("Enter "))).toEqual([
      ...seat.typist.entered,
      seat.typist.line.trimEnd(),
    ]);
    await terminal.press("C-c");
    expect(await terminal.exitCode()).toBe(0);
  });
});
