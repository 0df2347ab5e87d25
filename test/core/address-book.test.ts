import { expect, test } from "vitest";
import { AddressBook } from "../../src/core/address-book.ts";

const limits = { exchangeTellersMax: 2, exchangeAddressesMax: 3 };

test("each address is known once, whoever told it", () => {
  const book = new AddressBook(limits);
  book.tell("x", ["a", "b", "a"]);
  book.tell("y", ["b", "c"]);
  expect(book.addresses()).toEqual(["a", "b", "c"]);
  expect(book.addresses("y")).toEqual(["b", "c"]);
  expect(book.addresses("z")).toEqual([]);
});

test("what one tells replaces what it told, and nothing that others did", () => {
  const book = new AddressBook(limits);
  book.tell("x", ["a"]);
  book.tell("y", ["b"]);
  book.tell("y", ["c"]);
  expect(book.addresses()).toEqual(["a", "c"]);
});

test("however many one tells, and however many tell, few are kept (invariant 1)", () => {
  const book = new AddressBook(limits);
  for (let teller = 0; teller < 50; teller += 1)
    book.tell(
      `teller ${teller}`,
      Array.from({ length: 1_000 }, (_, index) => `${teller}/${index}`),
    );
  expect(book.addresses()).toEqual(["48/0", "48/1", "48/2", "49/0", "49/1", "49/2"]);
});

test("an address that is dialled has to be told again (invariant 2)", () => {
  const book = new AddressBook(limits);
  book.tell("x", ["a", "b"]);
  book.tell("y", ["a"]);
  book.drop("a");
  expect(book.addresses()).toEqual(["b"]);
  book.tell("y", ["a"]);
  expect(book.addresses()).toEqual(["b", "a"]);
});
