import type { Log } from "../../ports/log.ts";
import type { ByteStream, Sockets } from "../../ports/sockets.ts";
import type { Deadlines } from "../deadlines.ts";
import type { BridgeLimits } from "../limits.ts";
import { type Announcement, sharedBytesMax } from "./announcement.ts";
import { isDialable } from "./ipv4.ts";
import type { GossipMessage } from "./message.ts";
import type { GossipOptions } from "./options.ts";
import { PeerAddresses } from "./peer-addresses.ts";
import { type PeerLink, PeerLinks } from "./peer-links.ts";
import { readStream } from "./read-stream.ts";
import { writeMessage } from "./write-message.ts";

interface Parts {
  /** Where this end listens, host:port, as others are told. */
  readonly own: string;
  readonly options: Pick<GossipOptions, "bootstrapper" | "degree" | "pullMs">;
  readonly sockets: Sockets;
  readonly deadlines: Deadlines;
  readonly limits: BridgeLimits;
  readonly log: Log;
  /** An announcement has come over a link. */
  readonly onAnnouncement: (announcement: Announcement, link: number) => Promise<void>;
}

/**
 * Overlay: the links with original peers, by push and pull.
 *
 * Below the degree's min, addresses that are known are dialled, and peers are asked for more; whoever is dialled is told
 * where this end listens, and asked at once. Whoever dials is a link, too. One that is lost is replaced.
 */
export class Overlay {
  readonly #parts: Parts;
  readonly #addresses: PeerAddresses;
  readonly #links: PeerLinks;
  #dialling = 0;
  #isClosed = false;
  /** The link asked last, in turn. */
  #asked = 0;
  readonly #refillTimer = {};
  readonly #pullTimer = {};

  constructor(parts: Parts) {
    this.#parts = parts;
    const { own, options } = parts;
    this.#addresses = new PeerAddresses({ own, bootstrapper: options.bootstrapper, countMax: addressesMax });
    this.#links = new PeerLinks(options.degree.max);
    this.#refill();
    this.#askLater();
  }

  /** Takes a connection that a peer dialled. */
  accept(stream: ByteStream): void {
    if (this.#isClosed) return stream.destroy();
    void this.#hold(this.#links.add(stream, undefined));
  }

  /** Sends an announcement to all peers but the one it came from. */
  spread(announcement: Announcement, except?: number): void {
    const { log } = this.#parts;
    const { type, data } = announcement;
    if (data.length > sharedBytesMax)
      return log.warn("an announcement is too long for original peers", {
        type,
        bytes: data.length,
        most: sharedBytesMax,
      });
    const frame = writeMessage({ kind: "content", announcement });
    for (const link of this.#links.chosen) if (link.number !== except) write(link, frame);
  }

  close(): void {
    this.#isClosed = true;
    const { deadlines } = this.#parts;
    deadlines.clear(this.#refillTimer);
    deadlines.clear(this.#pullTimer);
    for (const { stream } of this.#links.all) stream.destroy();
  }

  async #hold(link: PeerLink): Promise<void> {
    const { deadlines, limits, log } = this.#parts;
    const { stream } = link;
    log.debug("an original peer is linked", { remote: stream.remote });
    const onMessage = (message: GossipMessage): Promise<void> => this.#hear(message, link);
    await readStream({ stream, deadlines, greetingMs: limits.greetingMs, log, onMessage });
    this.#links.delete(link);
    log.debug("an original peer is gone", { remote: stream.remote, address: link.address });
    this.#release(link);
    this.#refill();
  }

  #release({ address, hasSpoken }: PeerLink): void {
    if (address === undefined || this.#links.has(address)) return;
    const { nowMs } = this.#parts.deadlines;
    if (hasSpoken) this.#addresses.letGo(address, nowMs);
    else this.#addresses.fail(address, nowMs);
  }

  async #hear(message: GossipMessage, link: PeerLink): Promise<void> {
    if (!link.hasSpoken && link.address !== undefined) this.#addresses.prove(link.address);
    link.hasSpoken = true;
    switch (message.kind) {
      case "pull":
        this.#meet(link, message.address);
        return this.#answer(link, message.address);
      case "push":
        return this.#meet(link, message.address);
      case "response":
        for (const address of message.addresses.slice(0, learntMax)) this.#addresses.learn(address);
        return this.#refill();
      case "content":
        return this.#parts.onAnnouncement(message.announcement, link.number);
      case "announce":
      case "notify":
      case "notification":
      case "validation":
        this.#parts.log.debug("a message of the API is passed over", {
          remote: link.stream.remote,
          kind: message.kind,
        });
    }
  }

  /** The peer says where it listens. */
  #meet(link: PeerLink, address: string): void {
    // The address known leads back here, by another name than its own.
    if (address === this.#parts.own) return link.stream.destroy();
    this.#addresses.learn(address);
    if (!isDialable(address)) return;
    this.#links.name(link, address);
    if (link.address === address) this.#addresses.use(address);
  }

  #answer(link: PeerLink, except: string): void {
    const addresses = this.#addresses.answering.filter((address) => address !== except);
    write(link, writeMessage({ kind: "response", addresses }));
  }

  /** Dials while there are too few links and there is somebody to dial; else later. */
  #refill(): void {
    const { deadlines, options } = this.#parts;
    deadlines.clear(this.#refillTimer);
    if (this.#isClosed) return;
    while (this.#links.chosen.length + this.#dialling < options.degree.min) {
      const address = this.#addresses.take(deadlines.nowMs);
      if (address === undefined) {
        const { nextDueMs } = this.#addresses;
        if (nextDueMs < Infinity) deadlines.set(this.#refillTimer, nextDueMs - deadlines.nowMs, () => this.#refill());
        return;
      }
      void this.#dial(address);
    }
  }

  async #dial(address: string): Promise<void> {
    const { sockets, deadlines, limits, log } = this.#parts;
    this.#dialling += 1;
    const { streamsMax, unsentBytesMax, dialMs } = limits;
    try {
      const stream = await sockets.dial(address, { streamsMax, unsentBytesMax, dialMs, silenceMs: 0 });
      this.#dialling -= 1;
      if (this.#isClosed) return stream.destroy();
      const link = this.#links.add(stream, address);
      this.#addresses.use(address);
      this.#introduce(link);
      void this.#hold(link);
    } catch (error) {
      this.#dialling -= 1;
      log.debug("an original peer does not answer", { address, error });
      this.#addresses.fail(address, deadlines.nowMs);
    }
    this.#refill();
  }

  #introduce(link: PeerLink): void {
    const { own } = this.#parts;
    // Who listens everywhere cannot say where.
    if (isDialable(own)) write(link, writeMessage({ kind: "push", address: own }));
    write(link, writeMessage({ kind: "pull", address: own }));
  }

  /** While there are too few links, asks one of them after the other. */
  #askLater(): void {
    const { deadlines, options } = this.#parts;
    deadlines.set(this.#pullTimer, options.pullMs, () => {
      const { chosen } = this.#links;
      const next = chosen.find(({ number }) => number > this.#asked) ?? chosen[0];
      if (next !== undefined && chosen.length < options.degree.min) {
        this.#asked = next.number;
        this.#introduce(next);
      }
      this.#askLater();
    });
  }
}

/** Addresses of original peers known at a time: eight times the usual degree. */
const addressesMax = 256;
/** Addresses learnt from one answer, so that one peer cannot fill the table at once. */
const learntMax = 64;

function write({ stream }: PeerLink, frame: Uint8Array): void {
  // A peer that does not read, or is gone: its reading ends, and the link with it.
  stream.write(frame).catch(() => stream.destroy());
}
