import { type Announcement, contentKey, nextHop } from "./announcement.ts";
import { Cache, type Kept, type Origin } from "./cache.ts";
import { Repetitions, type Way } from "./repetitions.ts";

/** What is to be done. */
export interface Outcome {
  readonly tellings: readonly Telling[];
  /** Announcements that go on, with the ttl that they go on with: to the mesh unless they came from it, and to original peers but the one they came from. */
  readonly spreadings: readonly Spreading[];
}

/** A module is to be told. */
export interface Telling {
  readonly module: number;
  /** What the module answers with. */
  readonly id: number;
  readonly announcement: Announcement;
}

/** An announcement goes on. */
export interface Spreading {
  readonly announcement: Announcement;
  readonly origin: Origin;
}

interface GateLimits {
  readonly cacheSize: number;
  readonly repeatMs: number;
  /** Types that one module can register; further ones are not heard. */
  readonly typesMax: number;
  /** What is remembered of contents heard, bytes. */
  readonly heardBytesMax: number;
}

/**
 * Gate: which announcements are told to which modules, and which go on.
 *
 *     heard ──► untold ──── a module registers the type ──► told ──── VALIDATION: valid ──► goes on
 *       │                                                    ▲ │
 *       └─────── modules have registered the type ───────────┘ └───── VALIDATION: invalid, or none ──► stays
 *
 * An announcement of a module here that no other module has registered goes on at once: whoever announces it vouches for
 * it, and nobody else here could.
 *
 * Invariants
 * 1. A module is told of an announcement once, and never of its own.
 * 2. Nothing that came from elsewhere goes on before a module here has registered its type and called it valid.
 * 3. What the first module to answer calls invalid does not go on, whatever others say.
 * 4. An announcement goes on once, and one hop less unless it began here.
 */
export class Gate {
  readonly #limits: GateLimits;
  readonly #cache: Cache;
  readonly #repetitions: Repetitions;
  /** Types by module. */
  readonly #registered = new Map<number, Set<number>>();

  constructor(limits: GateLimits) {
    this.#limits = limits;
    this.#cache = new Cache(limits.cacheSize);
    this.#repetitions = new Repetitions({ windowMs: limits.repeatMs, bytesMax: limits.heardBytesMax });
  }

  /** A module wants to be told of a type, and to judge it. What came before, and nobody was told of, is told now. */
  register(module: number, type: number): Outcome {
    const types = this.#registered.get(module) ?? new Set();
    this.#registered.set(module, types);
    if (types.size >= this.#limits.typesMax && !types.has(type)) return nothing;
    types.add(type);
    const untold = this.#cache.untold(type).filter(({ origin }) => !isOf(origin, module));
    return { tellings: untold.map((kept) => tell(kept, module)), spreadings: [] };
  }

  /** A module is gone. */
  leave(module: number): void {
    this.#registered.delete(module);
  }

  hear(announcement: Announcement, origin: Origin, nowMs: number): Outcome {
    const way = wayOf(origin);
    if (this.#repetitions.repeats(contentKey(announcement), way, nowMs)) return nothing;
    const like = this.#cache.untoldLike(announcement);
    if (like !== undefined) {
      // Nobody has heard it yet, so that twice is not more than once; a module's own goes on nevertheless.
      if (way === "peers") return nothing;
      this.#cache.delete(like.id);
    }
    const judges = this.#judges(announcement.type, origin);
    const isVouchedFor = origin.kind === "module" && judges.length === 0;
    const kept = this.#cache.add(announcement, origin, isVouchedFor ? "valid" : "waiting");
    return { tellings: judges.map((module) => tell(kept, module)), spreadings: isVouchedFor ? goOn(kept) : [] };
  }

  /** A module says whether what it was told of is well-formed. One that was not told of it has no say. */
  judge(module: number, id: number, isValid: boolean): Outcome {
    const kept = this.#cache.get(id);
    if (kept?.verdict !== "waiting" || !kept.told.has(module)) return nothing;
    kept.verdict = isValid ? "valid" : "invalid";
    return { tellings: [], spreadings: isValid ? goOn(kept) : [] };
  }

  #judges(type: number, origin: Origin): readonly number[] {
    const modules = [...this.#registered].filter(([module, types]) => types.has(type) && !isOf(origin, module));
    return modules.map(([module]) => module);
  }
}

const nothing: Outcome = { tellings: [], spreadings: [] };

function tell(kept: Kept, module: number): Telling {
  kept.told.add(module);
  return { module, id: kept.id, announcement: kept.announcement };
}

function goOn({ announcement, origin }: Kept): readonly Spreading[] {
  const onward = origin.kind === "module" ? announcement : nextHop(announcement);
  return onward === undefined ? [] : [{ announcement: onward, origin }];
}

function isOf(origin: Origin, module: number): boolean {
  return origin.kind === "module" && origin.module === module;
}

function wayOf(origin: Origin): Way {
  switch (origin.kind) {
    case "module":
      return "module";
    case "peer":
      return "peers";
    case "mesh":
      return origin.by === "module" ? "mesh" : "peers";
  }
}
