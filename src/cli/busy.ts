import type { PeerInfo } from "../peer/types.ts";
import type { Membership, RegistryFinding } from "../registry/types.ts";
import type { Standings } from "./output.ts";

/**
 * Standings of peers, with who of the users present is in a session, as far as the registry says: in the mesh nobody is told
 * who talks with whom. Nobody is busy without an answer.
 */
export async function withBusy(
  standings: Standings,
  peers: readonly PeerInfo[],
  membership: Pick<Membership, "search"> | undefined,
): Promise<Standings> {
  const users = peers.filter(({ id, reachable }) => reachable && standings.get(id)?.kind === "verified");
  const asked = membership === undefined ? [] : users.slice(0, askedMax);
  const known = new Map(standings);
  const ask = async ({ id }: PeerInfo): Promise<void> => {
    const finding = await membership?.search(`${id}`);
    const standing = standings.get(id);
    const isBusy = (finding?.kind === "online" || finding?.kind === "self") && finding.busy;
    if (isBusy && standing !== undefined) known.set(id, { ...standing, isBusy });
  };
  await Promise.all(asked.map(ask));
  return known;
}

/** Standings of those that a search found, with whom the registry's answer to the same search says to be in a session. */
export function withBusyFinding(standings: Standings, finding: RegistryFinding): Standings {
  if ((finding.kind !== "online" && finding.kind !== "self") || !finding.busy) return standings;
  const standing = standings.get(finding.id);
  if (standing?.kind !== "verified") return standings;
  return new Map([...standings, [finding.id, { ...standing, isBusy: true }]]);
}

/** Users that the registry is asked about for one answer: each is a call. */
const askedMax = 64;
