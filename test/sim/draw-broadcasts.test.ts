import { expect, test } from "vitest";
import { draw, type DrawOptions } from "./draw.ts";

const options: DrawOptions = {
  peers: 5,
  messages: 20,
  forMs: 60_000,
  mix: "all",
};
const seeds = Array.from({ length: 50 }, (_, seed) => seed);

test("messages for everyone are added behind a plan that stays as it was", () => {
  for (const seed of seeds) {
    const [plain, loud] = [draw(seed, options), draw(seed, { ...options, broadcasts: 30 })];
    const added = loud.sends.slice(plain.sends.length);
    expect({ ...loud, sends: loud.sends.slice(0, plain.sends.length) }).toEqual(plain);
    expect(added.reduce((sum, { burst }) => sum + burst, 0)).toBe(30);
    expect(added.every(({ to, atMs }) => to === 0n && atMs >= 0 && atMs < plain.endMs)).toBe(true);
    expect(loud.sends.map(({ name }) => name)).toEqual(loud.sends.map((_, index) => `s${index + 1}`));
  }
});

test("none are drawn unless they are asked for", () => {
  for (const seed of seeds) expect(draw(seed, options).sends.some(({ to }) => to === 0n)).toBe(false);
});
