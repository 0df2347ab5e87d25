import type { Core } from "../core/core.ts";
import { E3Error } from "../core/error.ts";
import { checkId } from "../core/ids.ts";
import { checkKind, kinds } from "../core/kinds.ts";
import type { Limits } from "../core/limits.ts";
import type { Clock } from "../ports/clock.ts";
import type { Driver } from "./driver.ts";
import type { GroupInfo, Groups } from "./group-types.ts";
import { checkGroupName } from "./options.ts";

interface Parts {
  readonly core: Core;
  readonly driver: Driver;
  readonly clock: Clock;
  readonly limits: Limits;
}

/** How long an id for a group is waited for, milliseconds. */
const newIdMs = 5_000;

/** PeerGroups: the public face of a core's groups. */
export class PeerGroups implements Groups {
  readonly #parts: Parts;
  readonly #checkOpen: () => void;

  /** @param checkOpen throws E3Error "closed" once the peer is. */
  constructor(parts: Parts, checkOpen: () => void) {
    this.#parts = parts;
    this.#checkOpen = checkOpen;
  }

  list(): readonly GroupInfo[] {
    return this.#parts.core.groups.list();
  }

  async create(name: string, members: readonly bigint[]): Promise<bigint> {
    const { core, driver, limits } = this.#parts;
    this.#checkOpen();
    checkGroupName(name, limits.advertTextBytesMax);
    checkMembers(members);
    core.groups.checkInvited(members);
    const id = await this.#newId();
    this.#checkOpen();
    core.groups.create(id, name, members);
    driver.kick();
    return id;
  }

  invite(group: bigint, members: readonly bigint[]): void {
    checkMembers(members);
    this.#change(() => this.#parts.core.groups.invite(group, members));
  }

  accept(group: bigint): void {
    this.#change(() => this.#parts.core.groups.answer(group, "joined"));
  }

  reject(group: bigint): void {
    this.#change(() => this.#parts.core.groups.answer(group, "rejected"));
  }

  leave(group: bigint): void {
    this.#change(() => this.#parts.core.groups.leave(group));
  }

  #change(change: () => void): void {
    this.#checkOpen();
    change();
    this.#parts.driver.kick();
  }

  /** The generator may have to wait for the disk, or for the clock. */
  async #newId(): Promise<bigint> {
    const { core, driver, clock } = this.#parts;
    let id = core.newId(clock.nowMs());
    const isThere = (): boolean => (id ??= core.newId(clock.nowMs())) !== undefined;
    if (id === undefined) {
      driver.kick();
      await new Promise<void>((done) => driver.wait(isThere, newIdMs, done));
    }
    if (id === undefined) throw new E3Error("store-failed", "no id could be made durable in time; try again later");
    return id;
  }
}

function checkMembers(members: readonly bigint[]): void {
  checkKind(members, kinds.ids, "the members to invite");
  for (const member of members) checkId(member);
}
