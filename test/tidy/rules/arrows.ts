import { importsOf } from "../imports.ts";
import { isUnder } from "../source.ts";
import type { Finding, Rule, Source } from "../source.ts";

/** What one room may import. Its own files are always allowed; longer paths win over shorter ones. */
interface Room {
  readonly room: string;
  /** Folders (ending in a slash) and files of src. */
  readonly may: readonly string[];
  /** Packages; "node:" stands for all of Node's own modules. */
  readonly packages: readonly string[];
}

const contracts = ["src/ports/", "src/core/", "src/gen/"];

/**
 * gen <- core <- ports <- {adapters | peer} <- compose <- faces
 *
 * A new room, or a new package in a room, is a line here: that is the place to discuss it.
 */
const rooms: readonly Room[] = [
  { room: "src/gen/", may: [], packages: ["@bufbuild/protobuf"] },
  { room: "src/core/", may: ["src/gen/"], packages: ["@bufbuild/protobuf"] },
  { room: "src/ports/", may: ["src/core/", "src/gen/"], packages: ["@bufbuild/protobuf"] },
  { room: "src/adapters/argon2/", may: contracts, packages: ["@node-rs/argon2"] },
  { room: "src/adapters/grpc/", may: contracts, packages: ["@grpc/grpc-js", "@bufbuild/protobuf", "node:"] },
  { room: "src/adapters/lmdb/", may: contracts, packages: ["lmdb", "node:"] },
  { room: "src/adapters/memory/", may: contracts, packages: [] },
  { room: "src/adapters/node/", may: contracts, packages: ["pino", "pino-pretty", "node:"] },
  { room: "src/peer/", may: contracts, packages: ["@bufbuild/protobuf"] },
  { room: "src/registry/", may: contracts, packages: ["@bufbuild/protobuf"] },
  { room: "src/compose.ts", may: ["src/peer/", "src/adapters/", "src/version.ts", ...contracts], packages: ["node:"] },
  {
    room: "src/compose-registry.ts",
    may: ["src/registry/", "src/adapters/", ...contracts],
    packages: ["node:"],
  },
  {
    room: "src/compose-member.ts",
    may: ["src/compose.ts", "src/peer/", "src/registry/", "src/adapters/", ...contracts],
    packages: [],
  },
  {
    room: "src/bridges/",
    may: [
      "src/peer/types.ts",
      "src/peer/group-types.ts",
      "src/peer/history-types.ts",
      "src/peer/session-types.ts",
      "src/peer/target.ts",
      "src/registry/types.ts",
      ...contracts,
    ],
    packages: ["@bufbuild/protobuf"],
  },
  {
    room: "src/compose-bridge.ts",
    may: ["src/compose.ts", "src/compose-member.ts", "src/bridges/", "src/peer/", "src/adapters/", ...contracts],
    packages: ["node:"],
  },
  { room: "src/version.ts", may: [], packages: ["node:"] },
  {
    room: "src/index.ts",
    may: [
      ...["src/compose.ts", "src/compose-member.ts", "src/compose-bridge.ts"],
      ...["src/peer/", "src/registry/", "src/bridges/", "src/ports/", "src/core/"],
    ],
    packages: [],
  },
  { room: "src/testing/", may: ["src/peer/", "src/adapters/memory/", ...contracts], packages: ["node:"] },
  {
    room: "src/cli/",
    may: [
      "src/compose.ts",
      "src/compose-registry.ts",
      "src/compose-member.ts",
      "src/compose-bridge.ts",
      "src/bridges/open.ts",
      "src/bridges/types.ts",
      "src/version.ts",
      "src/peer/types.ts",
      "src/peer/group-types.ts",
      "src/peer/history-types.ts",
      "src/peer/peer-options.ts",
      "src/peer/read-types.ts",
      "src/peer/session-types.ts",
      "src/peer/target.ts",
      "src/registry/types.ts",
      "src/core/",
      "src/ports/",
      "src/adapters/node/log.ts",
    ],
    packages: ["ini", "yargs", "yargs-parser", "node:"],
  },
];

function roomOf(path: string): Room | undefined {
  return rooms.filter((row) => isUnder(path, row.room)).toSorted((a, b) => b.room.length - a.room.length)[0];
}

function allowsPackage(row: Room, name: string): boolean {
  return row.packages.some(
    (allowed) => name === allowed || name.startsWith(allowed === "node:" ? "node:" : `${allowed}/`),
  );
}

function checkFile(file: Source): readonly Finding[] {
  const row = roomOf(file.path);
  if (row === undefined)
    return [{ path: file.path, line: 1, message: "no room of this name in test/tidy/rules/arrows.ts" }];
  return importsOf(file)
    .filter((item) =>
      item.isRelative ? !isUnder(item.target, row.room, ...row.may) : !allowsPackage(row, item.target),
    )
    .map((item) => ({ path: file.path, line: item.line, message: `${row.room} must not import ${item.target}` }));
}

/** Design, section 2: who may know whom. */
export const arrows: Rule = {
  law: "arrows between rooms point one way: gen <- core <- ports <- {adapters | peer} <- compose <- faces",
  check: (sources) =>
    sources.filter((file) => isUnder(file.path, "src/") && file.path.endsWith(".ts")).flatMap(checkFile),
  broken: [
    { files: { "src/core/a.ts": 'import { b } from "../ports/b.ts";\n' }, found: ["src/core/a.ts:1"] },
    { files: { "src/core/a.ts": '/** A. */\nimport { readFile } from "node:fs";\n' }, found: ["src/core/a.ts:2"] },
    { files: { "src/core/a.ts": 'const b = await import("lmdb");\n' }, found: ["src/core/a.ts:1"] },
    { files: { "src/core/a.ts": 'import "pino";\n' }, found: ["src/core/a.ts:1"] },
    { files: { "src/ports/a.ts": 'import type {\n  B,\n} from "../peer/types.ts";\n' }, found: ["src/ports/a.ts:1"] },
    {
      files: { "src/adapters/lmdb/a.ts": 'import { b } from "../memory/b.ts";\n' },
      found: ["src/adapters/lmdb/a.ts:1"],
    },
    {
      files: { "src/adapters/grpc/a.ts": 'import { b } from "../../peer/b.ts";\n' },
      found: ["src/adapters/grpc/a.ts:1"],
    },
    { files: { "src/adapters/memory/a.ts": 'import { open } from "lmdb";\n' }, found: ["src/adapters/memory/a.ts:1"] },
    { files: { "src/peer/a.ts": 'export { b } from "../adapters/node/b.ts";\n' }, found: ["src/peer/a.ts:1"] },
    { files: { "src/registry/a.ts": 'import { b } from "../adapters/lmdb/b.ts";\n' }, found: ["src/registry/a.ts:1"] },
    { files: { "src/registry/a.ts": 'import { b } from "../peer/b.ts";\n' }, found: ["src/registry/a.ts:1"] },
    { files: { "src/cli/a.ts": 'import { Driver } from "../peer/driver.ts";\n' }, found: ["src/cli/a.ts:1"] },
    { files: { "src/cli/a.ts": 'import { b } from "../adapters/lmdb/b.ts";\n' }, found: ["src/cli/a.ts:1"] },
    { files: { "src/index.ts": 'export { b } from "./adapters/node/b.ts";\n' }, found: ["src/index.ts:1"] },
    { files: { "src/cellar/a.ts": "export {};\n" }, found: ["src/cellar/a.ts:1"] },
  ],
  kept: [
    {
      "src/core/a.ts":
        'import { create } from "@bufbuild/protobuf/wkt";\nimport { b } from "./sub/b.ts";\n// import "pino";\n',
      "src/adapters/grpc/a.ts": 'import type { Wire } from "../../ports/transport.ts";\nimport net from "node:net";\n',
      "src/compose.ts": 'import { a } from "./adapters/lmdb/a.ts";\nimport { b } from "./peer/b.ts";\n',
      "src/cli/main.ts": 'import { c } from "../compose.ts";\nconst text = "import x from \'lmdb\'";\n',
    },
  ],
};
