const MIB = 1024 * 1024;

/**
 * Everything that a stranger could make grow has a limit here; the memory of the logs has its own, set by the
 * user. Where Kafka has a default, the value is Kafka's.
 */
export const LIMITS = {
  /** One request (Kafka: socket.request.max.bytes). */
  frameBytes: 100 * MIB,
  /** Unfinished and waiting requests of all connections together. */
  inboundBytes: 256 * MIB,
  /** What one connection may have waiting before its socket is no longer read. */
  queuedBytes: 4 * MIB,
  queuedFrames: 64,
  connections: 2000,
  /** One batch, unless the topic says otherwise (Kafka: max.message.bytes). */
  batchBytes: MIB + 12,
  /** One answer to Fetch. Consumers take less than they asked for, so slow ones cannot pin much memory. */
  fetchBytes: 8 * MIB,
  /** All topics together. */
  partitions: 20_000,
  topicNameLength: 249,
  producersPerPartition: 1000,
  groups: 5000,
  /** Joined and about to join, in one group. */
  membersPerGroup: 500,
  /** What the protocols of one member may say. */
  memberBytes: MIB / 4,
  /** Of all groups together. */
  committedOffsets: 200_000,
  commitMetadataBytes: 4096,
  /** Kafka: group.min.session.timeout.ms and group.max.session.timeout.ms. */
  sessionMsMin: 6000,
  sessionMsMax: 1_800_000,
} as const;
