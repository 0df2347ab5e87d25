import type { Core } from "../../src/core/core.ts";

/** What a person has a peer do about groups and sessions. */
export type Act =
  | { readonly kind: "group-create" | "group-invite"; readonly group: bigint; readonly invited: readonly bigint[] }
  | { readonly kind: "group-answer"; readonly group: bigint; readonly state: "joined" | "rejected" }
  | { readonly kind: "group-leave"; readonly group: bigint }
  | { readonly kind: "session-ask"; readonly to: bigint }
  | { readonly kind: "session-answer"; readonly to: bigint; readonly answer: "accept" | "reject" }
  | { readonly kind: "session-end" };

/** Has a core do it; it takes effect with its next step. @throws E3Error as the core does. */
export function perform({ groups, sessions }: Pick<Core, "groups" | "sessions">, act: Act, nowMs: number): void {
  switch (act.kind) {
    case "group-create":
      return groups.create(act.group, `group ${act.group}`, act.invited);
    case "group-invite":
      return groups.invite(act.group, act.invited);
    case "group-answer":
      return groups.answer(act.group, act.state);
    case "group-leave":
      return groups.leave(act.group);
    case "session-ask":
      return sessions.request(act.to, nowMs);
    case "session-answer":
      return sessions.answer(act.to, act.answer, nowMs);
    case "session-end":
      return sessions.end("", nowMs);
  }
}
