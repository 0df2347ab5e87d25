import { expect, test } from "vitest";
import type { SessionState } from "../../src/core/sessions.ts";
import { createTestMesh } from "../../src/testing/mesh.ts";

test("a session as a program sees it", async () => {
  const mesh = createTestMesh();
  const left = await mesh.start("left", { desiredId: 1n });
  const right = await mesh.start("right", { desiredId: 2n, peers: ["left"] });
  await mesh.run(1_000);
  expect([left.sessions.current, left.sessions.requests]).toEqual([undefined, []]);
  left.sessions.request(2n);
  const asking: SessionState["state"] | undefined = left.sessions.current?.state;
  expect(asking).toBe("asking");
  await mesh.run(100);
  expect(right.sessions.requests).toEqual([1n]);
  right.sessions.reject(1n);
  await mesh.run(100);
  expect([left.sessions.current, right.sessions.requests]).toEqual([undefined, []]);
  right.sessions.request(1n);
  await mesh.run(100);
  left.sessions.accept(2n);
  const { since, ...rest } = left.sessions.current ?? {};
  expect(rest).toEqual({ peer: 2n, state: "open" });
  expect(since).toBeInstanceOf(Date);
  await mesh.run(100);
  expect(right.sessions.current?.state).toBe("open");
  left.sessions.end("enough");
  await mesh.run(100);
  expect(right.sessions.current).toBeUndefined();
});

test("a wrong id is refused, and a closed peer does nothing", async () => {
  const mesh = createTestMesh();
  const peer = await mesh.start("peer");
  expect(() => peer.sessions.request(0n)).toThrow(expect.objectContaining({ code: "bad-id" }));
  await mesh.until(peer.close());
  const closed: unknown = expect.objectContaining({ code: "closed" });
  for (const act of [
    () => peer.sessions.request(1n),
    () => peer.sessions.accept(1n),
    () => peer.sessions.reject(1n),
    () => peer.sessions.end(),
  ])
    expect(act).toThrow(closed);
});
