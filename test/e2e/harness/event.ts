/** One line of a peer's `--json` output. */
export type PeerEvent =
  | {
      readonly event: "ready";
      readonly id: string;
      readonly listen: string;
      readonly desired: "granted" | "refused" | null;
      /** Where programs of other wires find it; absent when it has no bridges. */
      readonly bridges?: readonly { readonly wire: string; readonly listen: string }[];
    }
  | {
      readonly event: "message";
      readonly from: string;
      readonly number: string;
      readonly text: string;
      readonly time: string;
    }
  | { readonly event: "status"; readonly to: string; readonly number: string; readonly status: Status }
  | { readonly event: "peer"; readonly id: string; readonly state: "up" | "down" }
  | { readonly event: "id"; readonly id: string; readonly reason: string }
  | { readonly event: "error"; readonly code: string; readonly message: string };

export type Status = "accepted" | "stored" | "delivered" | "spread" | "expired" | "refused";
export type EventName = PeerEvent["event"];
export type EventOf<Name extends EventName> = Extract<PeerEvent, { event: Name }>;
/** Some fields of an event: it matches every event that has them with the same values. */
export type Pattern<Name extends EventName> = { readonly event: Name } & Partial<EventOf<Name>>;

/** What a line of `--json` output turned out to be. */
export type Line =
  | { readonly kind: "event"; readonly event: PeerEvent }
  // Answers to slash commands: objects with a name of their own, whose fields are not this suite's business.
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "violation"; readonly why: string };

const id = /^[1-9]\d{0,18}$/;
const target = /^([1-9]\d{0,18}|everyone)$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const any = /^[^]*$/;

/** The promised fields of each event, and what their values look like. A value null stands as "null". */
const promised: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  ready: { id, listen: /^.+:\d+$/, desired: /^(granted|refused|null)$/ },
  message: { from: id, number: id, text: any, time },
  status: { to: target, number: id, status: /^(accepted|stored|delivered|spread|expired|refused)$/ },
  peer: { id, state: /^(up|down|renamed)$/ },
  id: { id, reason: /./ },
  error: { code: /^[a-z-]+$/, message: /./ },
};

/** Reads one line and holds it against the schema. */
export function readLine(line: string): Line {
  const fields = parseObject(line);
  if (fields === undefined) return { kind: "violation", why: `not a JSON object: ${line.slice(0, 200)}` };
  const name = fields["event"];
  if (typeof name !== "string") return { kind: "violation", why: `no event name: ${line.slice(0, 200)}` };
  const shape = promised[name];
  if (shape === undefined) return { kind: "answer", text: line };
  for (const [field, pattern] of Object.entries(shape)) {
    const value = fields[field] === null ? "null" : fields[field];
    if (typeof value !== "string" || !pattern.test(value))
      return {
        kind: "violation",
        why: `${name}.${field} is not a string like ${pattern.source}: ${line.slice(0, 200)}`,
      };
  }
  return { kind: "event", event: fields as unknown as PeerEvent };
}

/** Whether the event has all fields of the pattern. */
export function matches<Name extends EventName>(pattern: Pattern<Name>, event: PeerEvent): event is EventOf<Name> {
  const fields = new Map<string, unknown>(Object.entries(event));
  return Object.entries(pattern).every(([field, value]) => fields.get(field) === value);
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
