import { expect, test } from "vitest";
import { callTree, partOf, type CpuProfile } from "../../../scripts/flame/call-tree.ts";

function frame(functionName: string, url = "file:///x/dist/core/core.js"): CpuProfile["nodes"][number]["callFrame"] {
  return { functionName, url };
}

test("time counts for a function and for all that called it, and idle time for nobody", () => {
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame("(root)", ""), children: [2, 3] },
      { id: 2, callFrame: frame("step"), children: [4] },
      { id: 3, callFrame: frame("(idle)", "") },
      { id: 4, callFrame: frame("take") },
    ],
    samples: [2, 4, 3, 4],
    timeDeltas: [10, 20, 1_000, 5],
  };
  const all = callTree(profile);
  const step = all.calls.get("core step");
  expect([all.us, step?.us, step?.calls.get("core take")?.us]).toEqual([35, 35, 25]);
  expect(all.calls.size).toBe(1);
});

test("a function is told by whose code it is", () => {
  expect(partOf("step", "file:///x/dist/core/core.js")).toBe("core");
  expect(partOf("feed", "file:///x/dist/peer/driver.js")).toBe("peer");
  expect(partOf("write", "file:///x/dist/adapters/grpc/wire.js")).toBe("adapters");
  expect(partOf("write", "/x/node_modules/@grpc/grpc-js/build/src/call.js")).toBe("grpc");
  expect(partOf("emit", "node:events")).toBe("node");
  expect(partOf("(garbage collector)", "")).toBe("engine");
  expect(partOf("send", "file:///x/bench/e3.mjs")).toBe("program");
});
