import { describe, expect, test } from "vitest";
import { useMesh, type Mesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { freeAddress } from "./harness/port.ts";
import { hasTmux, notesOf, TestTerminal } from "./harness/terminal.ts";
import { told } from "./harness/told.ts";
import { Typist } from "./harness/typist.ts";

const openMesh = useMesh();

/** Who talks while somebody types. */
interface Others {
  readonly bob: TestPeer;
  readonly cem: TestPeer;
}

/** The same, and ali, who types. */
interface Gathering extends Others {
  readonly ali: TestTerminal;
}

/** ali at a terminal, bob and cem who talk to ali. */
async function gather(mesh: Mesh, columns = 80): Promise<Gathering> {
  const listen = await freeAddress();
  const ali = await TestTerminal.open(mesh, "ali", { words: [listen, "--name", "ali", "--desired-id", "1"], columns });
  const bob = await mesh.start("bob", { id: "2", options: ["--name", "bob"], dials: [listen] });
  const cem = await mesh.start("cem", { id: "3", options: ["--name", "cem"], dials: [listen, bob] });
  await mesh.converged();
  for (const peer of [bob, cem]) {
    await peer.until({ event: "peer", id: "1", state: "up" });
    await ali.shows(`+ peer ${peer.id} ${peer.name} is up`);
  }
  return { ali, bob, cem };
}

/** Talks to ali without end, of what kind the turn has it: direct, or within a session, to everyone, to a group. */
class Talk {
  readonly #terminal: TestTerminal;
  readonly #kinds: readonly ((text: string) => string)[];
  readonly #said: string[] = [];

  /** @param addressed what bob begins with, so that it is for ali alone: the name, or within a session nothing. */
  constructor(terminal: TestTerminal, { bob, cem }: Others, addressed = "ali ") {
    this.#terminal = terminal;
    const kind = (peer: TestPeer, begin: string, label: string) => (text: string) => {
      peer.type(begin + text);
      return `[${label}] ${text}`;
    };
    this.#kinds = [
      kind(bob, addressed, "2 bob"),
      kind(cem, "* ", "3 cem to everyone"),
      kind(cem, "team ", "3 cem to team"),
      kind(cem, "ali ", "3 cem"),
    ];
  }

  /** The lines that ali should see of it. */
  get said(): readonly string[] {
    return this.#said;
  }

  /** Says the next thing, and waits for nothing. */
  readonly say = (): void => {
    const turn = this.#said.length;
    const speak = this.#kinds[turn % this.#kinds.length];
    if (speak) this.#said.push(speak(`word ${turn} of many, 你好`));
  };

  /** Waits until all of it is on the screen. */
  async heard(): Promise<void> {
    await this.#terminal.until("all that was said", (lines) => this.#said.every((line) => lines.includes(line)));
  }
}

/** Lines of notices, which no test here counts. */
const notice = /^(?:ready: |write "NAME|[+-] peer |\* |[✓⋯…] #)/;

/** Each message stands there once and whole, each entered line once, and of what was being typed nothing is left over. */
async function expectTidy(terminal: TestTerminal, typist: Typist, ...talks: readonly Talk[]): Promise<void> {
  for (const talk of talks) await talk.heard();
  const shown = (await terminal.lines()).map((line) => line.slice(notesOf(line).length));
  const lines = shown.filter((line) => !notice.test(line));
  const said = talks.flatMap((talk) => talk.said);
  expect(lines.filter((line) => line.startsWith("[")).toSorted()).toEqual(said.toSorted());
  expect(lines.filter((line) => !line.startsWith("["))).toEqual([...typist.entered, typist.line.trimEnd()]);
}

/** Types an acceptance, slowly; then all three are in the group. */
async function joinTeam({ ali, bob, cem }: Gathering, typist: Typist): Promise<void> {
  cem.type("/group team ali bob");
  await ali.until("the invitation", (lines) => lines.some((line) => line.includes("invites you to group team")));
  await typist.type("/accept team");
  await typist.enter();
  bob.type("/accept team");
  for (const member of ["1", "2"]) await told(cem, { event: "group", member, state: "joined" });
}

// Skipped: no tmux on this machine
describe.skipIf(!hasTmux)("what is typed at a terminal, key by key, while messages arrive", () => {
  test("stays whole through every correction, and goes out as it was typed", async () => {
    const gathering = await gather(await openMesh());
    await using ali = gathering.ali;
    const { bob, cem } = gathering;
    const typist = new Typist(ali, "> ");
    await joinTeam(gathering, typist);
    const talk = new Talk(ali, gathering);

    await typist.type("bob Hi 你好", talk.say);
    await typist.edit(["Left", "BSpace", "Home", "Right", "Left", "End", "Left", "DC"], talk.say);
    await typist.type("there, 世界: é ü 👍", talk.say);
    expect(await typist.enter()).toBe("bob Hi there, 世界: é ü 👍");
    await bob.until({ event: "message", from: "1", text: "Hi there, 世界: é ü 👍" });

    // What was entered comes back by its beginning, and may be sent anew, changed; so does what was begun meanwhile.
    await typist.type("bo", talk.say);
    await typist.recall("Up", "bob Hi there, 世界: é ü 👍", talk.say);
    await typist.recall("Down", "bo", talk.say);
    await typist.recall("Up", "bob Hi there, 世界: é ü 👍", talk.say);
    await typist.edit(["BSpace", "BSpace"], talk.say);
    await typist.type("!", talk.say);
    await typist.enter();
    await bob.until({ event: "message", from: "1", text: "Hi there, 世界: é ü!" });
    await typist.type("team for the team ", talk.say);
    await typist.enter();
    await bob.until({ event: "message", from: "1", text: "for the team " });
    await typist.type("to nobody", talk.say);
    await typist.edit(["C-u"], talk.say);
    await typist.type("* for everyone", talk.say);
    await typist.enter();
    for (const peer of [bob, cem]) await peer.until({ event: "message", from: "1", text: "for everyone" });
    await typist.type("never sent", talk.say);
    await expectTidy(ali, typist, talk);
    expect(bob.shown("1")).toHaveLength(4);
    await ali.press("C-c");
    expect(await ali.exitCode()).toBe(0);
  });

  test("stays where it is when a session begins and ends, with another prompt before it", async () => {
    const gathering = await gather(await openMesh());
    await using ali = gathering.ali;
    const { bob } = gathering;
    const typist = new Typist(ali, "> ");
    await joinTeam(gathering, typist);
    const talk = new Talk(ali, gathering);
    await typist.type("/chat b", talk.say);
    await talk.heard();
    await typist.type("ob", talk.say);
    await typist.enter();
    await told(bob, { event: "session", peer: "1", state: "asked" });
    await typist.type("bob is here, O", talk.say);
    await talk.heard();
    bob.type("/accept ali");
    await typist.prompted("bob> ");
    const within = new Talk(ali, gathering, "");
    await typist.type("K? 你好", within.say);
    await typist.edit(["Left", "Left", "Home"], within.say);
    await typist.type("“", within.say);
    await typist.edit(["End"], within.say);
    await typist.type("”", within.say);
    await typist.enter();
    await bob.until({ event: "message", from: "1", text: "“bob is here, OK? 你好”" });
    await typist.type("bob and this one is", within.say);
    await within.heard();
    bob.type("/end");
    await typist.prompted("> ");
    await typist.type(" for bob", talk.say);
    await typist.enter();
    await bob.until({ event: "message", from: "1", text: "and this one is for bob" });
    await expectTidy(ali, typist, talk, within);
  });

  test("stays whole over several rows, in which wide characters fit or do not, and through a burst", async () => {
    const gathering = await gather(await openMesh(), 44);
    await using ali = gathering.ali;
    const { bob } = gathering;
    const typist = new Typist(ali, "> ");
    await joinTeam(gathering, typist);
    const talk = new Talk(ali, gathering);
    await typist.type("bob a line that goes on and on, up to 42 and ", talk.say);
    await typist.type("beyond, 你好世界你好世界你好世界你好世界你好世界", talk.say);
    await typist.edit(["Home", "Right", "Left"], talk.say);
    for (let turn = 0; turn < 200; turn += 1) talk.say();
    await typist.edit(["DC", "DC", "DC"]);
    await typist.type("bob", talk.say);
    await typist.edit(["End", "BSpace"]);
    await typist.enter();
    const text = "a line that goes on and on, up to 42 and beyond, 你好世界你好世界你好世界你好世界你好世";
    await bob.until({ event: "message", from: "1", text });
    await typist.type("half", talk.say);
    await expectTidy(ali, typist, talk);
  });

  test("stays whole when the window is made wider or narrower", async () => {
    const gathering = await gather(await openMesh(), 44);
    await using ali = gathering.ali;
    const { bob } = gathering;
    const typist = new Typist(ali, "> ");
    await joinTeam(gathering, typist);
    const talk = new Talk(ali, gathering);
    for (const [columns, text] of [
      [60, "bob a line that goes on and on, up to 42 and "],
      [30, "beyond, 你好"],
      [50, "世界"],
    ] as const) {
      await typist.type(text, talk.say);
      // What arrives in the very moment may be drawn as if the window were as it was.
      await talk.heard();
      await ali.resize(columns);
      await typist.type("..");
    }
    await typist.enter();
    await bob.until({
      event: "message",
      from: "1",
      text: "a line that goes on and on, up to 42 and ..beyond, 你好..世界..",
    });
    await typist.type("half", talk.say);
    await expectTidy(ali, typist, talk);
  });

  test("is left with Ctrl-D at an empty prompt, as with /exit", async () => {
    const { ali, bob } = await gather(await openMesh());
    await using terminal = ali;
    await terminal.press("C-d");
    expect(await terminal.exitCode()).toBe(0);
    await bob.until({ event: "peer", id: "1", state: "down" });
    expect(await terminal.lines()).not.toContain("- peer 2 bob is down");
  });
});
