import { expect, test } from "vitest";
import { spokenText, withoutName } from "../../../src/bridges/registry-chat/spoken-text.ts";

test.each([
  ["&&MESSAGE&&|ali: Hi there!", "Hi there!"],
  ["&&MESSAGE&&|Hi there!", "Hi there!"],
  ["Hi there!", "Hi there!"],
  ["ali: Hi there!", "Hi there!"],
  ["&&MESSAGE&&|ali: ali: Hi there!", "ali: Hi there!"],
  ["&&MESSAGE&&|beyza: Hi there!", "beyza: Hi there!"],
  ["&&MESSAGE&&|ali: &&MESSAGE&&|ali: a|b", "&&MESSAGE&&|ali: a|b"],
  ["&&EXIT&&|ali", "&&EXIT&&|ali"],
])("of the payload %j ali said %j", (payload, text) => {
  expect(spokenText(payload, "ali")).toBe(text);
});

test("a name is taken off once, and no other name", () => {
  expect([withoutName("ali: ali: hi", "ali"), withoutName("alireza: hi", "ali")]).toEqual(["ali: hi", "alireza: hi"]);
});

test("the word of the command is text where it does not stand first", () => {
  expect(spokenText("look: &&MESSAGE&&|hi", "ali")).toBe("look: &&MESSAGE&&|hi");
});
