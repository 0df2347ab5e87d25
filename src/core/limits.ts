import { sessionLimits, type SessionLimits } from "./session-limits.ts";
import { readLimits, type ReadLimits } from "./read-limits.ts";
import { spreadLimits, type SpreadLimits } from "./spread-limits.ts";
import { upkeepLimits, type UpkeepLimits } from "./upkeep-limits.ts";

/**
 * Every bound of the core in one place: unit, value, and why it is so.
 *
 * Tests shrink them; nothing else should need to. Source: design, "Rooms and arrows", law 6.
 */
export interface Limits extends UpkeepLimits, SessionLimits, SpreadLimits, ReadLimits {
  /** Largest body of one envelope, bytes. Keeps one envelope well below gRPC's 4 MiB message limit. */
  readonly bodyBytesMax: number;
  /** Largest frame accepted from a link, bytes. Equals the transport's message limit. */
  readonly frameBytesMax: number;
  /** Envelopes in one batch frame. Bounds the work one event may cause. */
  readonly batchCountMax: number;
  /**
   * Bytes in one batch frame. A batch above this leaves in several frames, so that the peers on the road work at once and not
   * one after the other: measured, with messages of 64 bytes and of 1 KiB.
   */
  readonly batchBytesMax: number;
  /** Messages in one envelope of this peer, and in one record of its store: few enough to lose where a record is damaged. */
  readonly bundleCountMax: number;
  /**
   * Bytes of bodies in one such envelope or record, where it has more than one: about as many as texts of 1 KiB may be, since each
   * costs the same at every peer. Well below bodyBytesMax: custodians take no envelope that is larger than that and a header.
   */
  readonly bundleBytesMax: number;
  /** Destinations in one envelope. */
  readonly destinationsMax: number;
  /** Hops a fresh envelope may make. Longer than the diameter of any mesh seen in practice. */
  readonly hopsMax: number;
  /** Links of this peer, both directions together. */
  readonly linksMax: number;
  /** Links that have not finished their handshake. */
  readonly handshakesMax: number;
  /** Time for a handshake, milliseconds. */
  readonly handshakeMs: number;
  /** Time between pings on a silent link, milliseconds. Design: a silent link is found in three of them. */
  readonly pingMs: number;
  /** Pings without any answer after which a link is dead. */
  readonly pingMissesMax: number;
  /** The same on a link with a leaf, milliseconds. A hub has thousands of those, and each ping costs as much as a message. */
  readonly leafPingMs: number;
  /** Addresses that a leaf keeps dialled: peers that it is attached to. Design: topology and routes. */
  readonly leafLinksMax: number;
  /** Least time between two adverts of a peer that tell of nothing but leaves, milliseconds: many that come at once share one. */
  readonly leafRestateMs: number;
  /** Ids, and nodes, that a leaf is told of anew when they change; beyond, the oldest asked for are left out. */
  readonly watchesMax: number;
  /** Ids, and nodes, that a leaf asks for between two changes of its links: what it has mail for or from. */
  readonly questionsMax: number;
  /** Peers that a leaf knows of: those it watches at leafLinksMax neighbours, and some that dispute their ids. */
  readonly hearsayMax: number;
  /** Shortest wait before an address is dialled again, milliseconds; it grows with the time it does not answer. */
  readonly redialMinMs: number;
  /** Longest wait before an address is dialled again, milliseconds: an address that comes up is found within it. */
  readonly redialMaxMs: number;
  /** Addresses kept dialled. */
  readonly dialTargetsMax: number;
  /** How long a starting peer waits for a neighbour to assign its id, milliseconds. Over at once when all it lists refuse. */
  readonly identityWaitMs: number;
  /** Peers in the topology. */
  readonly advertsMax: number;
  /** Peers whose names and addresses are remembered, for people, once they are forgotten or known. Some hundred bytes each. */
  readonly acquaintancesMax: number;
  /** Neighbours one advert may state. */
  readonly neighboursMax: number;
  /** Addresses and features one advert may state. */
  readonly advertListMax: number;
  /** Longest name, address or feature in an advert, bytes of UTF-8. */
  readonly advertTextBytesMax: number;
  /** Longest credential in an advert, bytes: a registry's has up to 300. All of them are held in memory. */
  readonly credentialBytesMax: number;
  /** How far ahead of this clock a neighbour's claim may be before that is noticed, milliseconds. Design: trust, 5 minutes. */
  readonly clockSkewMaxMs: number;
  /** Silence after which an id is free and an advert forgotten, milliseconds. Design: identity, 200 s. */
  readonly leaseMs: number;
  /** Ids remembered as held. */
  readonly leasesMax: number;
  /** Time between topology digests on a link, milliseconds. */
  readonly digestMs: number;
  /** Quiet after a change of the topology before links compare digests, milliseconds: what a race left out is made good. */
  readonly digestSoonMs: number;
  /** How long topology changes are gathered before presence is told anew, milliseconds. */
  readonly settleMs: number;
  /**
   * Peers in the topology for each millisecond that changes are gathered longer: what a settlement costs grows with them, a
   * microsecond each, and where something changes all the time it must not be all that a peer does.
   */
  readonly settlePeersPerMs: number;
  /** Envelopes remembered as seen: each of two generations holds this many. */
  readonly seenMax: number;
  /** Sends without a final status. */
  readonly outboxCountMax: number;
  /** Bytes of body of all sends without a final status: what an outbox costs in memory. */
  readonly outboxBytesMax: number;
  /** Lanes: targets written to. Full, those without unsettled sends make room for others. */
  readonly lanesMax: number;
  /** Messages of one lane on the way at a time. Fills a road of 1 ms at a million a second. */
  readonly windowCountMax: number;
  /**
   * The same on the way to a custodian or from one: each end waits for its disk, and what is behind is on its way
   * meanwhile. Four times what their target holds for an earlier one (heldCountMax), which few ever wait for: they leave in
   * order, and what is above that is sent again with those before it.
   */
  readonly parcelWindowCountMax: number;
  /** Bytes of body of one lane on the way at a time. Four such windows fill one link's queue at most. */
  readonly windowBytesMax: number;
  /** First wait before a retransmission, milliseconds, without any receipt; doubled up to resendMaxMs. */
  readonly resendMinMs: number;
  /**
   * Longest wait before a retransmission, milliseconds, beside the time that what is in flight takes to cross a slow road:
   * how late a repair is when nothing else tells of the road.
   */
  readonly resendMaxMs: number;
  /**
   * Bytes that a road carries in a second at least. What is in flight is given the time that it takes to cross such a
   * road before it is sent again; on a slower one some of it arrives twice, and is shown once.
   */
  readonly roadBytesPerSecond: number;
  /** Time to live of a send unless it says otherwise, and the longest allowed, milliseconds. Design: custody, 7 days. */
  readonly ttlMs: number;
  /** Final statuses remembered for explain. */
  readonly settledMax: number;
  /** Conversations whose marks are kept. */
  readonly marksMax: number;
  /** Envelopes of one conversation that wait for an earlier one. */
  readonly heldCountMax: number;
  /** Bytes of all envelopes that wait for an earlier one, over all conversations. */
  readonly heldBytesMax: number;
  /** How long a hole is waited for once its origin cannot be reached, milliseconds. */
  readonly gapWaitMs: number;
  /** Ranges of numbers given up on that may still arrive, and refusals to repeat, for one conversation. */
  readonly holesMax: number;
  /** Messages kept in the inbox log. The oldest go first, but none that was not shown: full of those, the peer takes no more. */
  readonly inboxCountMax: number;
  /** Messages of its own that a peer keeps for its history. The oldest go first; 0 keeps none. */
  readonly sentCountMax: number;
  /** Bytes of their records: what they cost on the disk, or in memory with the memory store. */
  readonly sentBytesMax: number;
  /** Bytes on their way to the store. Above, arriving messages are dropped unreceipted and come again. */
  readonly unpersistedBytesMax: number;
  /** Custodians asked to keep a message for an absent peer. */
  readonly custodians: number;
  /** Messages kept for others, in all. */
  readonly mailboxCountMax: number;
  /** Messages kept for one target, so that one absent peer cannot use up the mailbox. */
  readonly mailboxTargetCountMax: number;
  /** Messages kept from one sender, so that one sender cannot use it up either. */
  readonly mailboxSenderCountMax: number;
  /** Bytes of all envelopes kept for others: what a mailbox costs in memory. */
  readonly mailboxBytesMax: number;
  /** Groups that this peer is in, is invited to, or was in. Beyond, those it left or rejected make room, then invitations. */
  readonly groupsMax: number;
  /** Members of one group, former and invited ones too: each message is kept and receipted for each of them. */
  readonly groupMembersMax: number;
}

/** Bounds of what surrounds the core: the driver's queues and waits. They are no part of the protocol. */
export interface ShellLimits {
  /** Bytes queued on a link above which the core is asked to send no more over it. */
  readonly linkFullBytes: number;
  /** Bytes queued on a link below which the core may go on; well below the other, so that it is not asked in turns. */
  readonly linkReadyBytes: number;
  /**
   * Bytes queued on a link above which envelopes are dropped: what a neighbour that reads nothing costs. Resident memory
   * grows by two to three times as much, garbage and gaps between allocations included. Design: at most 64 MB.
   */
  readonly linkDropBytes: number;
  /** Bytes queued on a link above which it is cut: who reads nothing may still ask for answers, which nobody repeats. */
  readonly linkCutBytes: number;
  /** Foreign bytes that envelopes queued on a link keep alive, as views of what they came in; above it they are copied. */
  readonly linkPinnedBytesMax: number;
  /** Pieces of memory for frames, of batchBytesMax each, that a peer keeps between writes: for so many links that write at once. */
  readonly framesSpareMax: number;
  /** How long a link that hangs up may take to let what is queued leave, milliseconds. */
  readonly hangUpMs: number;
  /** How long writes that nothing depends on may wait for others to share a write with, milliseconds. */
  readonly storeWaitMs: number;
  /** First wait before a failed write to the store is repeated, milliseconds; doubled up to storeRetryMaxMs. */
  readonly storeRetryMinMs: number;
  /** Longest wait before a failed write is repeated, milliseconds: accepting resumes this soon once there is room. */
  readonly storeRetryMaxMs: number;
  /** Events by which a reader may fall behind before it loses the oldest. */
  readonly eventsBehindMax: number;
  /** Calls of the local API that wait for room in the outbox: all that eight connections may have open. */
  readonly waitingCallsMax: number;
  /** Bytes of what they are to send, which they hold meanwhile: a quarter of what the outbox itself holds. */
  readonly waitingCallsBytesMax: number;
  /** How long a peer that leaves waits for what is on its way, milliseconds. */
  readonly flushMs: number;
  /** How long a peer that leaves waits for its links to end, milliseconds. */
  readonly partingMs: number;
}

const seconds = 1_000;
const days = 24 * 3_600 * seconds;
const kib = 1_024;
const mib = 1_024 * kib;

/** The bounds of a peer unless a test shrinks them. */
export const defaultLimits: Limits = {
  bodyBytesMax: mib,
  frameBytesMax: 4 * mib,
  batchCountMax: 4_096,
  batchBytesMax: 32 * kib,
  bundleCountMax: 64,
  bundleBytesMax: 64 * kib,
  destinationsMax: 1_024,
  hopsMax: 64,
  linksMax: 10_000,
  handshakesMax: 1_024,
  handshakeMs: 10 * seconds,
  pingMs: seconds,
  pingMissesMax: 3,
  leafPingMs: 10 * seconds,
  leafLinksMax: 3,
  leafRestateMs: 100,
  watchesMax: 1_024,
  questionsMax: 16_384,
  hearsayMax: 8_192,
  redialMinMs: 100,
  redialMaxMs: 5 * seconds,
  dialTargetsMax: 1_024,
  ...{ ...upkeepLimits, ...sessionLimits, ...spreadLimits, ...readLimits },
  identityWaitMs: 5 * seconds,
  advertsMax: 20_000,
  acquaintancesMax: 1_024,
  neighboursMax: 10_000,
  advertListMax: 16,
  advertTextBytesMax: 256,
  credentialBytesMax: 1_024,
  clockSkewMaxMs: 300 * seconds,
  leaseMs: 200 * seconds,
  leasesMax: 40_000,
  digestMs: 30 * seconds,
  digestSoonMs: seconds,
  settleMs: 5,
  settlePeersPerMs: 400,
  seenMax: 65_536,
  outboxCountMax: 262_144,
  outboxBytesMax: 256 * mib,
  lanesMax: 100_000,
  windowCountMax: 1_024,
  parcelWindowCountMax: 16_384,
  windowBytesMax: 4 * mib,
  resendMinMs: 500,
  resendMaxMs: 30 * seconds,
  roadBytesPerSecond: 100_000,
  ttlMs: 7 * days,
  settledMax: 10_000,
  marksMax: 100_000,
  heldCountMax: 4_096,
  heldBytesMax: 64 * mib,
  gapWaitMs: 10 * seconds,
  holesMax: 64,
  inboxCountMax: 1_000_000,
  sentCountMax: 1_000_000,
  sentBytesMax: 256 * mib,
  unpersistedBytesMax: 64 * mib,
  custodians: 2,
  mailboxCountMax: 262_144,
  mailboxTargetCountMax: 131_072,
  mailboxSenderCountMax: 131_072,
  mailboxBytesMax: 256 * mib,
  groupsMax: 1_024,
  groupMembersMax: 256,
};

/** The bounds of the driver. */
export const shellLimits: ShellLimits = {
  linkFullBytes: 4 * mib,
  linkReadyBytes: mib,
  linkDropBytes: 16 * mib,
  linkCutBytes: 24 * mib,
  linkPinnedBytesMax: 8 * mib,
  framesSpareMax: 16,
  hangUpMs: 2 * seconds,
  storeWaitMs: 20,
  storeRetryMinMs: 100,
  storeRetryMaxMs: 5 * seconds,
  eventsBehindMax: 10_000,
  waitingCallsMax: 1_024,
  waitingCallsBytesMax: 64 * mib,
  flushMs: 2 * seconds,
  partingMs: 500,
};
