import { join } from "node:path";
import { repository } from "./build.ts";
import { runNode } from "./run.ts";
import type { TestPeer } from "./peer.ts";

/** A JSON object as a stock gRPC tool prints it. */
export type Printed = Readonly<Record<string, unknown>>;

export interface CurlOptions {
  readonly reflection?: "grpc-v1" | "grpc-v1alpha";
  /** For streams: enough when so many objects were printed. */
  readonly objects?: number;
}

const buf = join(repository, "node_modules/@bufbuild/buf/bin/buf");
const common = ["curl", "--protocol", "grpc", "--http2-prior-knowledge"];

/** Calls a method as a person with a stock tool would, knowing nothing but what reflection tells. */
export async function curl(
  peer: TestPeer,
  method: string,
  request: object = {},
  options: CurlOptions = {},
): Promise<readonly Printed[]> {
  const words = [...common, ...reflect(options), "-d", JSON.stringify(request), `http://${peer.listen}/${method}`];
  const wanted = options.objects ?? Number.POSITIVE_INFINITY;
  const enough = (lines: readonly string[]): boolean => objectsIn(lines.join("\n")).length >= wanted;
  const { code, stdout, stderr } = await runNode([buf, ...words], { noInput: true, group: true, enough });
  const objects = objectsIn(stdout);
  if (code !== 0 && objects.length < wanted) throw new Error(`buf ${words.join(" ")}\nended with ${code}\n${stderr}`);
  return objects;
}

/** The methods that reflection lists. */
export async function listMethods(peer: TestPeer, options: CurlOptions = {}): Promise<readonly string[]> {
  const words = [...common, ...reflect(options), "--list-methods", `http://${peer.listen}`];
  const { code, stdout, stderr } = await runNode([buf, ...words], { noInput: true, group: true });
  if (code !== 0) throw new Error(`buf ${words.join(" ")}\nended with ${code}\n${stderr}`);
  return stdout.split("\n").map((line) => line.trim());
}

function reflect({ reflection }: CurlOptions): readonly string[] {
  return reflection === undefined ? [] : ["--reflect-protocol", reflection];
}

/** Splits printed JSON objects, however they are laid out. An object that is not complete yet is left out. */
function objectsIn(text: string): readonly Printed[] {
  const objects: Printed[] = [];
  let start = 0;
  for (let end = text.indexOf("}", start); end >= 0; end = text.indexOf("}", end + 1)) {
    try {
      objects.push(JSON.parse(text.slice(start, end + 1)) as Printed);
      start = end + 1;
    } catch {
      // An inner brace, or one within a string: the object goes on.
    }
  }
  return objects;
}
