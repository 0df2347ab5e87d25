import { expect, test } from "vitest";
import { TerminalPrompt } from "../../src/cli/terminal-prompt.ts";

function prompt(): TerminalPrompt {
  return new TerminalPrompt((id) => (id === 5n ? "ali" : `${id}`));
}

test("unread messages are counted, and those who wrote them named, three at most", () => {
  const shown = prompt();
  expect(shown.text).toBe("> ");
  shown.unread([
    { with: 5n, count: 2 },
    { with: 6n, count: 1 },
  ]);
  expect(shown.text).toBe("(3 unread: ali, 6) > ");
  shown.unread([5n, 6n, 7n, 8n].map((id) => ({ with: id, count: 1 })));
  expect(shown.text).toBe("(4 unread: ali, 6, 7, …) > ");
  shown.unread([]);
  expect(shown.text).toBe("> ");
});

test("what was read last stands there until something new is said", () => {
  const shown = prompt();
  shown.becomes("ali> ");
  expect(shown.read({ by: 5n, to: 5n, number: 3n })).toBe(true);
  expect(shown.text).toBe("(ali read #3) ali> ");
  shown.read({ by: 5n, to: 9n, number: 1n });
  expect(shown.text).toBe("(ali read #1 in 9) ali> ");
  expect([shown.read(undefined), shown.read(undefined)]).toEqual([true, false]);
  expect(shown.text).toBe("ali> ");
});
