import { mailboxSize, outboxOn } from "../sim/records.ts";
import { listed } from "./names.ts";
import type { Stage } from "./stage.ts";

/** A question that a story asks of the peers. */
interface Question {
  readonly form: RegExp;
  readonly act: (stage: Stage, found: Readonly<Record<string, string | undefined>>) => void;
}

/** The questions there are. Nothing changes by asking. */
export const answers: readonly Question[] = [
  { form: /^who sees whom\?$/, act: sights },
  { form: /^what is kept\?$/, act: kept },
  { form: /^what does (?<name>[a-z]) say of #(?<number>\d+)\?$/, act: explained },
];

function sights(stage: Stage): void {
  for (const peer of stage.peers) {
    if (!peer.isUp) stage.answer(peer.name, "is down");
    else stage.answer(peer.name, `sees ${listed(peer.sees.map((id) => stage.names.holder(id)))}`);
  }
}

/** By the disks, so that it can be asked of peers that are down. */
function kept(stage: Stage): void {
  for (const { name, disk } of stage.peers) {
    const own = outboxOn(disk).length;
    const others = mailboxSize(disk);
    if (own + others > 0) stage.answer(name, `keeps ${own} of its own, ${others} for others`);
  }
}

function explained(stage: Stage, { name = "", number }: Readonly<Record<string, string | undefined>>): void {
  for (const { to, status, reason, next } of stage.peer(name).core.view.explain(Number(number))) {
    const is = reason === "" ? status : `${status}: ${reason}`;
    stage.answer(name, `#${number ?? ""} to ${stage.names.holder(to)}: ${is} (${next})`);
  }
}
