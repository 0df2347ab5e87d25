import { MemberState } from "../gen/e3/v1/envelope_pb.ts";
import type { PeerService } from "../gen/e3/v1/peer_pb.ts";
import type { ServiceHandlers } from "../ports/services.ts";
import type { GroupEvent, GroupInfo, GroupState } from "./group-types.ts";
import type { Peer } from "./types.ts";

type Handlers = ServiceHandlers<typeof PeerService>;
type Names = "createGroup" | "inviteToGroup" | "answerInvitation" | "leaveGroup" | "listGroups";

/** What PeerService offers about groups. */
export function groupHandlers(ready: Promise<Peer>): Pick<Handlers, Names> {
  return {
    createGroup: async ({ name, members }) => ({ group: await (await ready).groups.create(name, members) }),
    inviteToGroup: async ({ group, members }) => {
      (await ready).groups.invite(group, members);
      return {};
    },
    answerInvitation: async ({ group, accept }) => {
      const { groups } = await ready;
      if (accept) groups.accept(group);
      else groups.reject(group);
      return {};
    },
    leaveGroup: async ({ group }) => {
      (await ready).groups.leave(group);
      return {};
    },
    listGroups: async () => ({ groups: (await ready).groups.list().map(wireGroup) }),
  };
}

/** What happens in groups, as WatchEvents says it. */
export function wireGroupEvent(event: GroupEvent) {
  const { group } = event;
  if (event.kind === "receipt") {
    const { number, member, status, recipients, delivered: deliveredCount, waiting } = event;
    const counts = { recipients, deliveredCount, waiting: [...waiting] };
    return { case: "receipt", value: { group, number, member, delivered: status === "delivered", ...counts } } as const;
  }
  const { name, own, invitedBy } = event;
  const member = { id: event.member, state: wireStates[event.state], invitedBy };
  return { case: "group", value: { group, name, member, own: wireStates[own] } } as const;
}

function wireGroup({ id, name, state, members }: GroupInfo) {
  const listed = members.map((member) => {
    return { id: member.id, state: wireStates[member.state], invitedBy: member.invitedBy };
  });
  return { id, name, state: wireStates[state], members: listed };
}

const wireStates: Readonly<Record<GroupState, MemberState>> = {
  invited: MemberState.INVITED,
  joined: MemberState.JOINED,
  rejected: MemberState.REJECTED,
  left: MemberState.LEFT,
};
