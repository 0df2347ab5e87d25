import type { Bearer, Membership, RegistryFinding, Standing } from "../../src/registry/types.ts";

/** A share in a registry that says what a test sets. */
export class FakeMembership implements Membership {
  user = "ali";
  id = 77252666718255104n;
  registry = "127.0.0.1:8090";
  state: Membership["state"] = "signed-in";
  finding: RegistryFinding = { kind: "unknown" };
  /** By id; of others it knows nothing. */
  readonly known = new Map<bigint, Standing>();
  readonly searched: string[] = [];
  closed = 0;

  search(word: string): Promise<RegistryFinding> {
    this.searched.push(word);
    return Promise.resolve(this.finding);
  }

  standings(peers: readonly Bearer[]): readonly Standing[] {
    return peers.map(({ id }) => this.known.get(id) ?? { kind: "unknown" });
  }

  setBusy(): void {}

  signOut(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}
