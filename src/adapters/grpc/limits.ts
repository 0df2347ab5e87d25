import type { ChannelOptions } from "@grpc/grpc-js";

/**
 * Every bound of the gRPC adapter in one place, and the grpc-js options made of them.
 *
 * Left alone, grpc-js 1.14 lets one connection open as many streams as it likes, never finds out that the other end is
 * gone, and tells a writer that its frame has left while it still sits in a retry buffer. Source: design, law 6.
 */
export interface GrpcLimits {
  /** Largest message and frame, bytes. gRPC's own default for receiving, 4 MiB, here for sending as well. */
  readonly messageBytesMax: number;
  /** Calls open at a time on one connection. A link needs one; 128 is the default of nginx. */
  readonly streamsPerConnectionMax: number;
  /** Connections accepted at a time. Above the core's own 10,000 links, so that the core refuses first, with a reason. */
  readonly connectionsMax: number;
  /** Links accepted and dialled at a time; the same reason. */
  readonly wiresMax: number;
  /** Memory of one HTTP/2 session, MiB (the unit of node:http2). Above it new streams are refused. Design: a stalled neighbour costs 64 MB. */
  readonly sessionMemoryMiB: number;
  /** Flow-control window of a connection and of each stream, bytes. HTTP/2's 64 KiB would hold a 50 ms road to 1.3 MB/s. */
  readonly windowBytes: number;
  /** Silence on an accepted connection before the server pings it, milliseconds. Links ping each other sooner; this is for all others. */
  readonly serverPingMs: number;
  /** Silence on a dialled connection with calls before the client pings it, milliseconds. Servers may refuse less than 5 minutes (gRPC proposal A8). */
  readonly clientPingMs: number;
  /** Wait for the answer to such a ping before the connection is dropped, milliseconds. gRPC's default: the answer waits behind all that is on a slow road. */
  readonly pingTimeoutMs: number;
  /** How long a connection without calls is kept, milliseconds: this also ends connections that never speak HTTP/2. */
  readonly idleMs: number;
  /** Time for a dialled address to answer, milliseconds. As long as a link's whole handshake. */
  readonly dialMs: number;
  /** Time between looks whether bytes of an unfinished frame arrive, milliseconds. Half of the time between a link's pings. */
  readonly progressMs: number;
  /** How long a closing wire or server waits for the other end, milliseconds. Transport's contract: a second. */
  readonly graceMs: number;
}

/** The bounds of a peer; each value's reason is with its name above. */
export const defaultGrpcLimits: GrpcLimits = {
  messageBytesMax: 4 * 1_024 * 1_024,
  streamsPerConnectionMax: 128,
  connectionsMax: 16_384,
  wiresMax: 16_384,
  sessionMemoryMiB: 64,
  windowBytes: 4 * 1_024 * 1_024,
  serverPingMs: 30_000,
  clientPingMs: 300_000,
  pingTimeoutMs: 20_000,
  idleMs: 60_000,
  dialMs: 10_000,
  progressMs: 500,
  graceMs: 1_000,
};

/** Options of the one server. grpc-js 1.14 cannot police pings; its window is set in injector.ts. */
export function serverOptions(limits: GrpcLimits): ChannelOptions {
  return {
    "grpc.max_receive_message_length": limits.messageBytesMax,
    "grpc.max_send_message_length": limits.messageBytesMax,
    "grpc.max_concurrent_streams": limits.streamsPerConnectionMax,
    "grpc-node.max_session_memory": limits.sessionMemoryMiB,
    "grpc.keepalive_time_ms": limits.serverPingMs,
    "grpc.keepalive_timeout_ms": limits.pingTimeoutMs,
    "grpc.max_connection_idle_ms": limits.idleMs,
    // max_connection_age stays unset, which means for ever: a link is meant to last.
    // Channelz counts every message for a debugging service that nobody here serves.
    "grpc.enable_channelz": 0,
    // Orca load reports are for xDS balancers.
    "grpc.server_call_metric_recording": 0,
  };
}

/** Options of every channel: a link's own, and a service client's. */
export function clientOptions(limits: GrpcLimits): ChannelOptions {
  return {
    "grpc.max_receive_message_length": limits.messageBytesMax,
    "grpc.max_send_message_length": limits.messageBytesMax,
    "grpc-node.max_session_memory": limits.sessionMemoryMiB,
    "grpc-node.flow_control_window": limits.windowBytes,
    "grpc.keepalive_time_ms": limits.clientPingMs,
    "grpc.keepalive_timeout_ms": limits.pingTimeoutMs,
    "grpc.keepalive_permit_without_calls": 0,
    "grpc.client_idle_timeout_ms": limits.idleMs,
    // A connection of its own for each channel, closed with it.
    "grpc.use_local_subchannel_pool": 1,
    // An address is dialled as it is written: no proxy from the environment, no service config from DNS.
    "grpc.enable_http_proxy": 0,
    "grpc.service_config_disable_resolution": 1,
    // The core retries. Without a retry buffer, a write's callback means that the bytes left, not that they were queued.
    "grpc.enable_retries": 0,
    "grpc.retry_buffer_size": 0,
    "grpc.per_rpc_retry_buffer_size": 0,
    // Only a service client's channel outlives a failure; it is for people, who do not want to wait two minutes.
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 5_000,
    "grpc.enable_channelz": 0,
  };
}
