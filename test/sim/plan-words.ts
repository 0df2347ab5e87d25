import type { Deed, Fault, FaultKind, Plan, PlannedPeer, PlannedSend } from "./plan.ts";

/** A plan in words, a line for each of its parts, in order of time. */
export function planWords(plan: Plan): readonly string[] {
  const { nature, peers, sends, faults, seed, endMs } = plan;
  const [delay, write] = [nature.delayUs, nature.writeUs].map(([min, max]) => `${min / 1_000} to ${max / 1_000} ms`);
  const events = [
    ...sends.map((send) => ({ atMs: send.atMs, line: `${clock(send.atMs)} ${send.name}: ${sendWords(send)}` })),
    ...faults.map((fault) => ({ atMs: fault.atMs, line: `${clock(fault.atMs)} ${fault.name}: ${faultWords(fault)}` })),
  ];
  return [
    `seed ${seed}: frames travel ${delay}, writes take ${write}, bounds are ${nature.bounds}`,
    ...peers.map((peer) => `${clock(peer.joinsMs)} ${peerWords(peer)}`),
    ...events.toSorted((a, b) => a.atMs - b.atMs).map(({ line }) => line),
    `${clock(endMs)} all faults end, and the mesh must come to rest`,
  ];
}

/** Minutes, seconds and milliseconds. */
export function clock(ms: number): string {
  const whole = Math.floor(ms);
  const digits = (value: number, width: number): string => String(value).padStart(width, "0");
  const minutes = Math.floor(whole / 60_000);
  return `${String(minutes).padStart(3)}:${digits(Math.floor(whole / 1_000) % 60, 2)}.${digits(whole % 1_000, 3)}`;
}

function peerWords({ name, wish, dials, custody, leaf, clockMs }: PlannedPeer): string {
  const notes = [
    wish === 0n ? "takes any id" : `wishes for id ${wish}`,
    dials.length === 0 ? "dials nobody" : `dials ${dials.join(" and ")}`,
    ...(leaf === true ? ["is a leaf"] : custody ? [] : ["keeps no mail for others"]),
    ...(clockMs === 0 ? [] : [`has its clock ${span(Math.abs(clockMs))} ${clockMs > 0 ? "ahead" : "behind"}`]),
  ];
  return `${name} joins, ${notes.join(", ")}`;
}

function sendWords({ from, to, ttlMs, burst, padBytes, deed }: PlannedSend): string {
  if (deed !== undefined) return `${from} ${deedWords(deed, to)}`;
  const absent = to === 0n ? "everyone" : `${to}, whom nobody is`;
  const target = typeof to === "bigint" ? absent : to;
  const life = ttlMs === 0 ? "" : `, good for ${span(ttlMs)}`;
  const size = padBytes === 0 ? "" : `, of ${padBytes} bytes`;
  return `${from} sends ${burst === 1 ? "a message" : `${burst} messages`} to ${target}${life}${size}`;
}

/** What somebody does about groups and sessions, in words. */
function deedWords(deed: Deed, to: string | bigint): string {
  switch (deed.kind) {
    case "found":
      return `makes group ${deed.group} and invites ${deed.others.length === 0 ? "nobody" : deed.others.join(" and ")}`;
    case "invite":
      return `invites ${to} to group ${deed.group}`;
    case "leave":
      return `leaves group ${deed.group}`;
    case "say":
      return `says something in group ${deed.group}`;
    case "answer-groups":
      return `${deed.joins ? "accepts" : "rejects"} invitations to all groups it knows`;
    case "answer-sessions":
      return `${deed.accepts ? "accepts" : "rejects"} the first request for a session`;
    case "ask":
      return `asks ${to} for a session`;
    case "end":
      return "ends the session";
    case "talk":
      return "says something in the session";
  }
}

/** What a fault does, in words. */
export function faultWords(fault: Fault | FaultKind): string {
  switch (fault.kind) {
    case "cut":
    case "silence":
      return `${fault.kind} between ${fault.a} and ${fault.b} for ${span(fault.forMs)}`;
    case "drop":
      return `the wires between ${fault.a} and ${fault.b} drop`;
    case "reset":
      return `the wires between ${fault.a} and ${fault.b} are reset within a frame`;
    case "flap":
      return `the wires between ${fault.a} and ${fault.b} flap ${fault.times} times, every ${span(fault.everyMs)}`;
    case "both-dial":
      return `${fault.a} and ${fault.b} dial each other at once`;
    case "mute":
      return `nothing from ${fault.from} reaches ${fault.to} for ${span(fault.forMs)}`;
    case "clog":
      return `what ${fault.from} sends to ${fault.to} waits for ${span(fault.forMs)}`;
    case "connect":
      return `${fault.from} is told to dial ${fault.to}`;
    case "disconnect":
      return `${fault.from} is told to leave ${fault.to} alone`;
    case "partition": {
      const sides = [fault.side, fault.other].map((names) => names.join(" "));
      return `nothing passes ${fault.oneWay ? "from" : "between"} ${sides.join(fault.oneWay ? " to " : " and ")} for ${span(fault.forMs)}`;
    }
    case "weather":
      return `bad weather for ${span(fault.forMs)}: ${weatherWords(fault)}`;
    default:
      return `${fault.peer} ${ownWords(fault)}`;
  }
}

/** What happens to one peer. */
function ownWords(fault: Extract<FaultKind, { peer: string }>): string {
  switch (fault.kind) {
    case "crash": {
      const { at } = fault;
      return `crashes ${at === "once" ? "" : `${at.side} call ${at.call} from now `}${downWords(fault)}`;
    }
    case "power-cut":
      return `loses its power ${downWords(fault)}`;
    case "leave":
      return `leaves ${downWords(fault)}`;
    case "back-up":
      return "has its disk copied";
    case "pause":
      return `stands still for ${span(fault.forMs)}`;
    case "clock-step":
      return `has its clock set by ${span(fault.byMs)}`;
    case "clock-freeze":
      return `has its clock stand still for ${span(fault.forMs)}`;
    case "clock-drift":
      return `has its clock go ${fault.byPerMille} in a thousand too fast for ${span(fault.forMs)}`;
    case "disk-fail":
      return `has a disk that fails for ${span(fault.forMs)}`;
    case "disk-full":
      return `has a full disk for ${span(fault.forMs)}`;
    case "disk-stall":
      return `has a disk that stalls for ${span(fault.forMs)}`;
  }
}

function downWords({ downMs, store }: Extract<FaultKind, { downMs: number }>): string {
  return `and is back after ${span(downMs)}${store === "kept" ? "" : `, its store ${store}`}`;
}

function weatherWords({ weather }: Extract<FaultKind, { kind: "weather" }>): string {
  const { delayUs, tailPerMille, tailMs, lossPerMille, duplicatePerMille } = weather;
  const parts = [
    delayUs[1] > 0 ? `frames up to ${delayUs[1] / 1_000} ms slower` : "",
    tailPerMille > 0 ? `${tailPerMille} in a thousand up to ${tailMs} ms more` : "",
    lossPerMille > 0 ? `${lossPerMille} in a thousand lost` : "",
    duplicatePerMille > 0 ? `${duplicatePerMille} in a thousand twice` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "none to speak of" : parts.join(", ");
}

/** A span of time in its largest fitting unit. */
export function span(ms: number): string {
  const size = Math.abs(ms);
  for (const [unit, unitMs] of units) if (size >= unitMs) return `${Math.round((ms / unitMs) * 10) / 10} ${unit}`;
  return `${ms} ms`;
}

const units = [
  ["years", 365 * 86_400_000],
  ["days", 86_400_000],
  ["hours", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;
