import { E3Error } from "../../src/core/error.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import type { SimPeerOptions } from "../sim/sim-peer-parts.ts";
import type { Cargo } from "./frame-words.ts";
import { answers } from "./questions.ts";
import type { Stage } from "./stage.ts";

/** How long a story looks on after something was done, milliseconds: shorter than any wait before something is sent again. */
const momentMs = 100;

type Found = Readonly<Record<string, string | undefined>>;

interface Command {
  readonly form: RegExp;
  readonly act: (stage: Stage, found: Found) => void;
  /** It asks, or prepares: no time passes. */
  readonly timeless?: true;
}

/** Does what one line of a transcript says; things divided by semicolons happen at one instant. @throws Error when it cannot. */
export function perform(stage: Stage, line: string): void {
  const parts = line.split(/; (?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const todo = parts.map((part) => commandOf(part));
  // All are understood before the first is done.
  for (const { command, found } of todo) command.act(stage, found);
  if (todo.some(({ command }) => command.timeless === undefined)) stage.pass(momentMs);
}

function commandOf(text: string): { readonly command: Command; readonly found: Found } {
  for (const command of commands) {
    const match = command.form.exec(text);
    if (match !== null) return { command, found: match.groups ?? {} };
  }
  throw new Error(`there is no command "${text}"; test/story/README.md lists those there are`);
}

const letters = "[a-z](?:, [a-z])*(?: and [a-z])?";
const duration = "\\d+(?:\\.\\d+)? (?:ms|s|minutes?|days?)";

function form(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`);
}

const commands: readonly Command[] = [
  {
    form: form(`show (?<topics>[a-z]+(?:, [a-z]+)*(?: and [a-z]+)?)`),
    act: (stage, { topics = "" }) => stage.show(topicsOf(topics)),
    timeless: true,
  },
  {
    form: form(`limit (?<name>\\w+) to (?<value>\\d+)`),
    act: (stage, { name = "", value }) => stage.limit(limitOf(name), Number(value)),
    timeless: true,
  },
  {
    form: form(`(?<names>${letters}) meet in a (?<shape>line|ring|star)`),
    act: (stage, { names = "", shape }) => stage.begin(linksOf(listOf(names), shape ?? "")),
    timeless: true,
  },
  {
    form: form(`(?<name>[a-z]) starts(?<options>(?:, [^,]+)*)`),
    act: (stage, { name = "", options = "" }) => void stage.start(name, optionsOf(stage, name, options)),
  },
  { form: form(`(?<name>[a-z]) starts again`), act: (stage, { name = "" }) => stage.peer(name).start() },
  { form: form(`(?<name>[a-z]) crashes`), act: (stage, { name = "" }) => stage.peer(name).crash() },
  { form: form(`(?<name>[a-z]) loses power`), act: (stage, { name = "" }) => stage.peer(name).crash(false) },
  { form: form(`(?<name>[a-z]) loses its disk`), act: (stage, { name = "" }) => stage.peer(name).loseDisk() },
  { form: form(`(?<name>[a-z]) leaves`), act: (stage, { name = "" }) => stage.peer(name).leave() },
  {
    form: form(`(?<name>[a-z]) dials (?<other>[a-z])`),
    act: (stage, { name = "", other = "" }) => stage.peer(name).connect(stage.peer(other)),
  },
  {
    form: form(`(?<name>[a-z]) hangs up on (?<other>[a-z])`),
    act: (stage, { name = "", other = "" }) => stage.peer(name).disconnect(stage.peer(other)),
  },
  {
    form: form(
      `(?<name>[a-z]) sends (?<texts>"[^"]*"(?:(?:, | and )"[^"]*")*) to (?<to>[a-z]|\\d+)(?:, to live (?<ttl>${duration}))?`,
    ),
    act: send,
  },
  {
    form: form(`(?<act>cut|drop|silence|heal) (?<a>[a-z]) - (?<b>[a-z])`),
    act: (stage, { act = "", a = "", b = "" }) => linkActs[act]?.(stage, a, b),
  },
  { form: form("heal everything"), act: (stage) => stage.world.healAll() },
  {
    form: form(`split (?<side>${letters}) from (?<other>${letters})`),
    act: (stage, { side = "", other = "" }) => {
      const [here, there] = [side, other].map((names) => listOf(names).map((name) => stage.peer(name)));
      stage.world.partition(here ?? [], there ?? []);
    },
  },
  {
    form: form(
      `lose the next (?:(?<count>\\d+) )?(?<cargo>message|receipt|parcel|advert)s?(?: from (?<from>[a-z]))?(?: to (?<to>[a-z]))?`,
    ),
    act: (stage, { count = "1", cargo, from, to }) => {
      const loss = { cargo: cargoOf(cargo), from, to };
      stage.lose(Array.from({ length: Number(count) }, () => loss));
    },
    timeless: true,
  },
  {
    form: form(`wait (?<time>${duration})`),
    act: (stage, { time = "" }) => stage.pass(msOf(time)),
    timeless: true,
  },
  ...answers.map(({ form: asked, act }): Command => ({ form: asked, act, timeless: true })),
];

const linkActs: Readonly<Record<string, (stage: Stage, a: string, b: string) => void>> = {
  cut: (stage, a, b) => stage.world.cut(stage.peer(a), stage.peer(b)),
  drop: (stage, a, b) => stage.world.drop(stage.peer(a), stage.peer(b)),
  silence: (stage, a, b) => stage.world.silence(stage.peer(a), stage.peer(b)),
  heal: (stage, a, b) => stage.world.heal(stage.peer(a), stage.peer(b)),
};

function send(stage: Stage, { name = "", texts = "", to = "", ttl }: Found): void {
  const target = stage.idOf(to);
  for (const [, text = ""] of texts.matchAll(/"([^"]*)"/g)) {
    try {
      stage.peer(name).send(target, text, ttl === undefined ? undefined : msOf(ttl));
    } catch (error) {
      if (!(error instanceof E3Error)) throw error;
      stage.tell("people", name, `cannot send "${text}": ${error.message}`);
    }
  }
}

function linksOf(names: readonly string[], shape: string): readonly (readonly [string, readonly string[]])[] {
  const [first = ""] = names;
  return names.map((name, index) => {
    const before = names[index - 1];
    const dials = before === undefined ? [] : [shape === "star" ? first : before];
    // The last one of a ring closes it.
    return [name, shape === "ring" && index === names.length - 1 ? [...dials, first] : dials];
  });
}

function optionsOf(stage: Stage, name: string, text: string): SimPeerOptions {
  let options: SimPeerOptions = { id: stage.names.idOf(name) };
  for (const option of text.split(", ").slice(1)) {
    const [, kind, value = ""] = /^(dials|wishes for|keeps|as) (.*)$/.exec(option) ?? [];
    if (kind === "dials") options = { ...options, dials: listOf(value) };
    else if (kind === "wishes for" && /^(?:\d+|nothing)$/.test(value))
      options = { ...options, id: value === "nothing" ? 0n : BigInt(value) };
    else if (kind === "keeps" && value === "no mail") options = { ...options, custody: false };
    else if (option === "as a leaf") options = { ...options, leaf: true };
    else throw new Error(`a peer cannot start so that it "${option}"`);
  }
  return options;
}

function listOf(names: string): readonly string[] {
  return names.split(/, | and /);
}

function msOf(time: string): number {
  const [count, unit = ""] = time.split(" ");
  const inMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, minute: 60_000, day: 86_400_000 };
  return Number(count) * (inMs[unit.replace(/(?<=\w{2})s$/, "")] ?? 1);
}

const topics: ReadonlySet<string> = new Set(["people", "mail", "links", "topology", "floors", "times"]);

function topicsOf(list: string): readonly string[] {
  const names = listOf(list);
  const strange = names.find((name) => !topics.has(name));
  if (strange !== undefined) throw new Error(`a story cannot show ${strange}, only ${[...topics].join(", ")}`);
  return names;
}

function cargoOf(name: string | undefined): Cargo {
  return name === "message" || name === "receipt" || name === "parcel" ? name : "advert";
}

function limitOf(name: string): keyof Limits {
  const found = limitNames.find((known) => known === name);
  if (found === undefined) throw new Error(`there is no limit ${name}; src/core/limits.ts lists those there are`);
  return found;
}

const limitNames: readonly (keyof Limits)[] = Object.keys(defaultLimits).filter((name) => isLimit(name));

function isLimit(name: string): name is keyof Limits {
  return name in defaultLimits;
}
