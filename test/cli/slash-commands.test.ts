import { expect, test } from "vitest";
import { parseLine } from "../../src/cli/line.ts";
import { sendForm, slashCommands, slashHelp } from "../../src/cli/slash-commands.ts";

test("the help lists every command, in one column of forms and one of descriptions, in 80 columns", () => {
  const lines = slashHelp();
  for (const { form } of slashCommands) expect(lines.join("\n")).toContain(`  ${form} `.trimEnd());
  const columns = lines.map((line) => /^ {2}\S.*? {2,}/.exec(line)?.[0].length);
  expect(new Set(columns).size).toBe(1);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("each form, as it is written, is understood as its command", () => {
  const examples = { "host:port...": "127.0.0.1:8082", "[count]": "3", number: "3", "[name]": "ali", name: "ali" };
  for (const { name, form } of slashCommands) {
    const typed = Object.entries(examples).reduce((text, [word, value]) => text.replace(` ${word}`, ` ${value}`), form);
    const kinds: Readonly<Record<string, string>> = { all: "broadcast", accept: "answer", reject: "answer" };
    expect(parseLine(typed).kind).toBe(kinds[name] ?? name);
  }
  expect(parseLine(sendForm).kind).toBe("send");
});
