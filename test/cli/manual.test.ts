import { expect, test } from "vitest";
import { consult } from "../../src/cli/manual.ts";

test("the manual answers who asks for help, the version or completion", async () => {
  expect(await consult(["--help"], "1.2.3")).toContain("--desired-id");
  expect(await consult(["127.0.0.1:8081", "--version"], "1.2.3")).toBe("1.2.3");
  expect(await consult(["completion"], "1.2.3")).toContain("--get-yargs-completions");
});

test("the manual has nothing to say to a command line that asks for none of these", async () => {
  expect(await consult(["127.0.0.1:8081", "--json", "--help=false"], "1.2.3")).toBe("");
});
