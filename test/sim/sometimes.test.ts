import { expect, test } from "vitest";
import { meet } from "./meet.ts";
import { Sometimes, points } from "./sometimes.ts";
import type { SimPeer } from "./sim-peer.ts";
import { World, type WorldOptions } from "./world.ts";

interface Scene {
  readonly world: World;
  readonly a: SimPeer;
  readonly b: SimPeer;
  readonly c: SimPeer;
}

/** a, b and c in a line, who have met; what of the points is reached by what then happens. */
function reachedBy(happens: (scene: Scene) => void, options: Partial<WorldOptions> = {}): ReadonlySet<string> {
  const sometimes = new Sometimes();
  const world = new World({ seed: 1, observers: [sometimes], ...options });
  const a = world.peer("a", { id: 1n, dials: ["b"] });
  const b = world.peer("b", { id: 2n });
  const c = world.peer("c", { id: 3n, dials: ["b"] });
  meet(world, a, b, c);
  // Who sees whom is told a moment later.
  world.run(100);
  happens({ world, a, b, c });
  world.run(3_000);
  return sometimes.reached;
}

const calm = reachedBy(({ world, a }) => {
  a.send(3n, "hello");
  world.run(60_000);
});

test("there are at least sixty points, each with a name of its own", () => {
  const names = points.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(60);
});

test("a calm run comes by hardly any, and all it comes by are registered", () => {
  expect(calm.size).toBeLessThan(8);
  expect([...calm].filter((reached) => !points.some(({ name }) => name === reached))).toEqual([]);
});

/** Lives of c, with mail for it in the custody of b meanwhile. */
function away({ world, a, c }: Scene, meanwhile: () => void = () => {}): void {
  c.crash();
  world.run(1_000);
  a.send(3n, "later");
  world.run(1_000);
  meanwhile();
  c.start();
  world.run(10_000);
}

test.each<readonly [string, (scene: Scene) => void]>([
  ["a message was stored for a peer that was away", (scene) => away(scene)],
  ["a message that was stored was delivered", (scene) => away(scene)],
  ["a custodian handed over", (scene) => away(scene, () => scene.a.crash())],
  ["a handover after the origin had gone", (scene) => away(scene, () => scene.a.crash())],
  ["a sender told its custodians that mail is over", (scene) => away(scene)],
  ["a peer died with mail in its custody", (scene) => away(scene, () => scene.b.restart())],
  ["a peer left with sends in its outbox", (scene) => away(scene, () => scene.a.leave())],
  [
    "a damaged disk lost a send",
    ({ world, a }) => {
      a.send(9n, "to nobody");
      world.run(100);
      a.crash();
      for (let records = 20; records > 0; records -= 1) a.damageDisk();
    },
  ],
  [
    "a restored store was outrun by the life it had forgotten",
    ({ world, a }) => {
      a.backUp();
      a.restart();
      world.run(1_000);
      a.crash();
      a.ageDisk();
      a.start();
    },
  ],
  [
    "mail was bound to the first holder",
    ({ world, a }) => {
      a.send(7n, "whoever you are");
      world.run(100);
      world.peer("d", { id: 7n, dials: ["b"] });
    },
  ],
  [
    "both sides dialled and one link stayed",
    ({ a, c }) => {
      a.connect(c);
      c.connect(a);
    },
  ],
  [
    "a link that had gone silent was given up",
    ({ world, a, b }) => {
      world.silence(a, b);
      world.run(5_000);
    },
  ],
  [
    "a paused peer came back with stale timers",
    ({ world, c }) => {
      world.inflict("pause", ["c"], () => c.pause());
      world.run(10_000);
      c.resume();
    },
  ],
  ["a clock stepped by years", ({ a }) => a.shiftClock(-400 * 24 * 3_600_000)],
  [
    "a process began with its clock behind what its former life had seen",
    ({ a }) => {
      a.crash();
      a.shiftClock(-60_000);
      a.start();
    },
  ],
  [
    "an id was refused because it was held",
    ({ world }) => {
      world.peer("d", { id: 3n, dials: ["b"] });
    },
  ],
  [
    "a floor skipped a gap",
    ({ world, a, b, c }) => {
      world.cut(a, b);
      a.send(3n, "in vain", 500);
      world.run(1_000);
      a.send(3n, "after it");
      world.heal(a, b);
      world.run(10_000);
      expect(c.shown).toEqual(["1#2 after it (1 missing before)"]);
    },
  ],
  [
    "a store failed while mail came",
    ({ world, a, c }) => {
      c.disk.state = "full";
      for (let sent = 0; sent < 3; sent += 1) {
        a.send(3n, "hello");
        world.run(500);
      }
    },
  ],
  ["a peer lost sight of everybody", ({ world, a, b }) => world.cut(a, b)],
  [
    "a lease ended and its id was free",
    ({ world, c }) => {
      c.crash();
      world.run(210_000);
    },
  ],
])("%s: where it did, and not in a calm run", (name, happens) => {
  expect(points.map((point) => point.name)).toContain(name);
  expect(calm).not.toContain(name);
  expect(reachedBy(happens)).toContain(name);
});

test("a full mailbox refuses where its bound is low", () => {
  const many = (scene: Scene): void =>
    away(scene, () => {
      for (let text = 0; text < 5; text += 1) scene.a.send(3n, `text ${text}`);
      scene.world.run(1_000);
    });
  expect(reachedBy(many)).not.toContain("a full mailbox refused");
  expect(reachedBy(many, { limits: { mailboxCountMax: 3 } })).toContain("a full mailbox refused");
});
