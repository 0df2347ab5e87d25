import { expect, test } from "vitest";
import { MenuBook } from "../../src/cli/menu-book.ts";

const [a, b] = [
  { id: 1n, address: "127.0.0.1:8080" },
  { id: 2n, address: "127.0.0.1:9090" },
] as const;

test("whom one hears from is in the table, whatever it says", () => {
  const book = new MenuBook();
  expect(book.heard(a, "hello")).toBe("is here");
  expect(book.heard(b, undefined)).toBe("is here");
  expect(book.table).toEqual([b, a]);
});

test("whom one writes to is not in the table, but may be connected to, and then is", () => {
  const book = new MenuBook();
  book.heard(a, "hello");
  book.wrote(a, "hello");
  book.wrote(b, "hello");
  expect([book.table, book.known]).toEqual([[a], [a, b]]);
  book.connected(b);
  expect([book.table, book.known]).toEqual([
    [b, a],
    [b, a],
  ]);
});

test.each(["exit", "Exit", " EXIT\t"])(
  "who says %j is gone from the table, and comes back with its next word",
  (text) => {
    const book = new MenuBook();
    book.heard(a, "hello");
    book.heard(b, "hello");
    book.wrote(a, "hello");
    expect(book.heard(a, text)).toBe("goes");
    expect([book.table, book.known]).toEqual([[b], [b]]);
    book.heard(a, "back");
    expect(book.table).toEqual([a, b]);
  },
);

test.each(["exit now", "the exit is left", "exits", "/exit", '"exit"', "exit.", "quit", ""])(
  "%j is text and removes nobody",
  (text) => {
    const book = new MenuBook();
    book.heard(a, "hello");
    expect(book.heard(a, text)).toBe("is here");
    expect(book.table).toEqual([a]);
  },
);

test("who says exit to another keeps his own table", () => {
  const book = new MenuBook();
  book.heard(a, "hello");
  book.wrote(a, "exit");
  book.wrote(b, "hello");
  book.wrote(b, "exit");
  expect([book.table, book.known]).toEqual([[a], [a]]);
});

test("who is gone says exit in vain, and so does who was never there; whom one wrote to goes", () => {
  const book = new MenuBook();
  book.heard(a, "hello");
  expect([book.heard(a, "exit"), book.heard(a, "exit"), book.heard(b, "exit")]).toEqual(["goes", "is gone", "is gone"]);
  book.wrote(b, "hello");
  expect(book.heard(b, "exit")).toBe("goes");
  expect([book.table, book.known]).toEqual([[], []]);
});
