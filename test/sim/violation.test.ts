import { expect, test } from "vitest";
import { fail } from "./fail.ts";
import { violationOf } from "./violation.ts";

function thrown(act: () => void): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

test.each([
  ["2: exactly once", "p3's #1: again"],
  ["law 3: an id is told once it is durable", "p1 tells 7"],
  ["3, 4: delivered is durable at the receiver", "1/2/3"],
  ["one final status", "1/2/3 is delivered, then expired"],
])("%s is told apart from its details", (invariant, detail) => {
  const error = new Error("in the world of seed 1", { cause: thrown(() => fail(invariant, detail)) });
  expect(violationOf(error, 12)).toEqual({ invariant, message: detail, atMs: 12 });
});

test("a mistake of the program goes by its message, whatever numbers are in it", () => {
  const [one, other] = [violationOf(new TypeError("no link 17"), 1), violationOf(new TypeError("no link 4"), 2)];
  expect(one.invariant).toBe("no mistake of the program: TypeError: no link N");
  expect(other.invariant).toBe(one.invariant);
  expect(one.message).toContain("violation.test.ts");
});
