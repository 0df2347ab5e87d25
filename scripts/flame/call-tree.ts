/** A CPU profile as V8 writes it, as far as it is read here. Source: Chrome DevTools Protocol, Profiler.Profile. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** A function as it was called from the one above it: time in it and below it. */
export interface Call {
  readonly name: string;
  /** Part of the program: see partOf. */
  readonly part: Part;
  us: number;
  readonly calls: Map<string, Call>;
}

/** Whose code a function is. */
export type Part = "core" | "peer" | "adapters" | "program" | "grpc" | "node" | "engine";

/** Frames that are no work of the process, or only hold it together. */
const left = new Set(["(idle)", "(root)"]);

/** What was called from where, over the whole profile; time in which nothing ran is left out. */
export function callTree(profile: CpuProfile): Call {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const above = new Map<number, number>();
  for (const { id, children = [] } of profile.nodes) for (const child of children) above.set(child, id);
  const all: Call = { name: "all", part: "engine", us: 0, calls: new Map() };
  for (const [index, sample] of profile.samples.entries()) {
    const frames: { readonly functionName: string; readonly url: string }[] = [];
    for (let id: number | undefined = sample; id !== undefined; id = above.get(id)) {
      const frame = byId.get(id)?.callFrame;
      if (frame !== undefined) frames.unshift(frame);
    }
    if (frames.at(-1)?.functionName === "(idle)") continue;
    add(
      all,
      frames.filter(({ functionName }) => !left.has(functionName)),
      profile.timeDeltas[index] ?? 0,
    );
  }
  return all;
}

/** Whose code stands at an address. */
export function partOf(name: string, url: string): Part {
  if (/\/dist\/core\//.test(url)) return "core";
  if (/\/dist\/peer\//.test(url)) return "peer";
  if (/\/dist\/(adapters|ports|gen)\//.test(url)) return "adapters";
  if (/\/@grpc\//.test(url)) return "grpc";
  if (url.startsWith("node:")) return "node";
  return url === "" || name.startsWith("(") ? "engine" : "program";
}

function add(all: Call, frames: readonly { readonly functionName: string; readonly url: string }[], us: number): void {
  let call = all;
  call.us += us;
  for (const { functionName, url } of frames) {
    const name = functionName === "" ? "(anonymous)" : functionName;
    const part = partOf(name, url);
    const key = `${part} ${name}`;
    const next: Call = call.calls.get(key) ?? { name, part, us: 0, calls: new Map() };
    call.calls.set(key, next);
    next.us += us;
    call = next;
  }
}
