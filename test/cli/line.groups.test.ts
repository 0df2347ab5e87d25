import { expect, test } from "vitest";
import { parseLine } from "../../src/cli/line.ts";

test.each([
  ["/group", { kind: "groups" }],
  ["/group team ali 72", { kind: "group", name: "team", members: ["ali", 72n] }],
  ['/group "my friends" "Ali Reza"', { kind: "group", name: "my friends", members: ['"Ali Reza"'] }],
  ["/group team", { kind: "group", name: "team", members: [] }],
  ["/invite team ali bob", { kind: "invite", group: "team", members: ["ali", "bob"] }],
  ["/invite 900 72", { kind: "invite", group: 900n, members: [72n] }],
  ["/leave team", { kind: "leave", group: "team" }],
  ["/leave 900\r", { kind: "leave", group: 900n }],
  ['/leave "my friends"', { kind: "leave", group: '"my friends"' }],
])("%j is read", (line, command) => {
  expect(parseLine(line)).toEqual(command);
});

test.each([
  ["/invite", "/invite misses something"],
  ["/invite team", "/invite misses something"],
  ["/leave", "/leave misses something"],
  ["/leave team now", "/leave is given too much"],
  ["/group team 0", "is zero"],
  ["/invite team 99999999999999999999", "above the maximum"],
])("%j is refused, and says why", (line, message) => {
  const command = parseLine(line);
  expect(command.kind === "bad" ? command.error.message : "").toContain(message);
});
