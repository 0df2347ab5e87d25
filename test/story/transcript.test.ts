import { expect, test } from "vitest";
import { play, readTranscript } from "./transcript.ts";

const opening = "Something is proved.\n\n";

function played(body: string): string {
  return play(readTranscript("x.story", opening + body)).slice(opening.length);
}

test("a story that tells what happens is played as it stands, prose and all", () => {
  const text = `${opening}Two peers.

> a and b meet in a line
> a sends "hi" to b
    a       #1 to b: accepted
    a -> b  #1 from a to b (64 hops left)
    b       reads "hi", #1 from a
    b -> a  receipt from b to a: has a's #1
    a       #1 to b: delivered

That is all.
`;
  expect(play(readTranscript("x.story", text))).toBe(text);
});

test("a wrong expectation comes out different, in the lines that are wrong and no other", () => {
  const right = played('> a starts\n> a sends "hi" to a\n');
  const wrong = right.replace('reads "hi"', 'reads "ho"');
  expect(wrong).not.toBe(right);
  expect(played(wrong)).toBe(right);
});

test("what is missing and what is too much comes out different too", () => {
  const right = played("> a starts\n");
  expect(right).toBe("> a starts\n    a       is ready as 1\n");
  expect(played("> a starts\n    a       is ready as 1\n    a       is glad\n")).toBe(right);
});

test("a story is told the same each time", () => {
  const body = '> a, b and c meet in a ring\n> a sends "hi" to c\n> b crashes\n> wait 10 s\n> b starts again\n';
  expect(played(body)).toBe(played(body));
});

test.each([
  ["no sentence\n\n> a starts\n", "x.story:1: it opens with one sentence"],
  ["One thing is proved. Another too.\n\n> a starts\n", "x.story:1: it opens with one sentence"],
  [`${opening}> a starts`, "x.story:3: it ends with one line break"],
  [`${opening}> a starts\n\n`, "x.story:5: it ends with one line break"],
  [`${opening}Prose.\n    a       is ready as 1\n`, "x.story:4: output stands directly below a command"],
  [`${opening}> a starts\n\n    a       is ready as 1\n`, "x.story:5: output stands directly below a command"],
  [`${opening}> a starts\n  a       is ready as 1\n`, 'x.story:4: a command begins with "> "'],
  [`${opening}>a starts\n`, 'x.story:3: a command begins with "> "'],
  [`${opening}> a starts \n`, "x.story:3: the line ends with blanks"],
  [`${opening}Nothing.\n`, "x.story: nothing happens in it"],
])("a malformed file is refused, by the line: %j", (text, message) => {
  expect(() => readTranscript("x.story", text)).toThrow(message);
});

test.each([
  ["a jumps", 'there is no command "a jumps"; test/story/README.md lists those there are'],
  ["a starts, dances", 'a peer cannot start so that it "dances"'],
  ["a starts, wishes for fame", 'a peer cannot start so that it "wishes for fame"'],
  ["show tables", "a story cannot show tables, only people, mail"],
  ["limit patience to 3", "there is no limit patience; src/core/limits.ts lists those there are"],
  ["a crashes", "there is no peer a yet"],
  ['a sends "hi" to b', "there is no peer a yet"],
  ["cut a - b", "there is no peer a yet"],
])("what cannot be done is an error that names the line: %s", (command, message) => {
  expect(() => played(`Prose.\n\n> ${command}\n`)).toThrow(`x.story:5: ${message}`);
});

test("what a peer cannot do in its state is an error that names the line", () => {
  expect(() => played('> a starts\n> a crashes\n> a sends "hi" to b\n')).toThrow("x.story:5: a is down");
  expect(() => played("> a starts\n> limit linksMax to 1\n")).toThrow("x.story:4: limits come before the first peer");
});

test("a loss that never came about is an error: the story says something happens that does not", () => {
  expect(() => played("> a starts\n> lose the next 2 receipts\n")).toThrow(
    "x.story: 2 frames were to be lost and never came",
  );
});

test("a send that is refused is told with its reason", () => {
  expect(played('> limit outboxCountMax to 1\n> a starts\n> a sends "one" and "two" to b\n')).toContain(
    'a       cannot send "two": ',
  );
});

test("what stands between semicolons happens at one instant, also when somebody says a semicolon", () => {
  expect(played('> a and b meet in a line\n> a sends "x; y" to b; b sends "z" to a\n')).toMatch(
    /b {7}reads "x; y", #1 from a[^]*a {7}reads "z", #1 from b|a {7}reads "z"[^]*b {7}reads "x; y"/,
  );
});

test("what is not shown is not told", () => {
  const silent = played('> show links\n> a and b meet in a line\n> a sends "hi" to b\n');
  expect(silent).toBe('> show links\n> a and b meet in a line\n> a sends "hi" to b\n');
});

test("times count from the command on", () => {
  const body = '> show people and times\n> a starts\n> a sends "soon over" to b, to live 2.5 s\n> wait 4 s\n';
  expect(played(body)).toContain("    2.4 s  a       #1 to b: expired");
});

test("a lost frame is told as lost, and comes again", () => {
  const lines = played(
    '> a and b meet in a line\n> lose the next message from a to b\n> a sends "hi" to b\n> wait 1 s\n',
  );
  expect(lines).toContain(
    "#1 from a to b (64 hops left) (lost)\n> wait 1 s\n    a -> b  #1 from a to b, again (64 hops left)",
  );
});
