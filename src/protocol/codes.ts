/**
 * Every error code of Kafka's protocol, as of Kafka 4.1, with what a person needs to know about it. One table
 * is easier to check against the protocol guide (https://kafka.apache.org/protocol#protocol_error_codes) than
 * several, so the file is long.
 */
export interface KafkaErrorInfo {
  readonly code: number;
  readonly name: string;
  /** Whether the protocol guide says that the same request may succeed later. */
  readonly retriable: boolean;
  /** One plain sentence. */
  readonly text: string;
}

const RETRIABLE = true;
const FINAL = false;

type Row = readonly [code: number, retriable: boolean, text: string];

const TABLE = {
  UNKNOWN_SERVER_ERROR: [-1, FINAL, 'The broker failed in a way it did not expect; its log says more.'],
  NONE: [0, FINAL, 'No error.'],
  OFFSET_OUT_OF_RANGE: [1, FINAL, 'The partition does not hold this offset (any more, or yet).'],
  CORRUPT_MESSAGE: [2, RETRIABLE, 'The batch failed its checksum or is malformed.'],
  UNKNOWN_TOPIC_OR_PARTITION: [3, RETRIABLE, 'The broker does not have this topic or partition.'],
  INVALID_FETCH_SIZE: [4, FINAL, 'The size asked for in a fetch is not valid.'],
  LEADER_NOT_AVAILABLE: [5, RETRIABLE, 'The partition has no leader at the moment.'],
  NOT_LEADER_OR_FOLLOWER: [
    6,
    RETRIABLE,
    'This broker does not lead the partition; the metadata are out of date.',
  ],
  REQUEST_TIMED_OUT: [
    7,
    RETRIABLE,
    'The broker did not finish the request in time; it may still have had its effect.',
  ],
  BROKER_NOT_AVAILABLE: [8, FINAL, 'The broker is not available.'],
  REPLICA_NOT_AVAILABLE: [9, RETRIABLE, 'The replica asked for is not available.'],
  MESSAGE_TOO_LARGE: [10, FINAL, 'The batch is larger than the topic allows (max.message.bytes).'],
  STALE_CONTROLLER_EPOCH: [11, FINAL, 'The controller has moved to another broker.'],
  OFFSET_METADATA_TOO_LARGE: [12, FINAL, 'The metadata string of an offset commit is too long.'],
  NETWORK_EXCEPTION: [13, RETRIABLE, 'The connection was lost before the answer came.'],
  COORDINATOR_LOAD_IN_PROGRESS: [14, RETRIABLE, 'The coordinator is still loading its state.'],
  COORDINATOR_NOT_AVAILABLE: [15, RETRIABLE, 'The coordinator is not available.'],
  NOT_COORDINATOR: [16, RETRIABLE, 'This broker is not the coordinator asked for.'],
  INVALID_TOPIC_EXCEPTION: [17, FINAL, 'The topic name is not valid, or the topic is not for clients.'],
  RECORD_LIST_TOO_LARGE: [18, FINAL, 'The batch is larger than a segment of the broker.'],
  NOT_ENOUGH_REPLICAS: [
    19,
    RETRIABLE,
    'Fewer replicas are in sync than min.insync.replicas asks for; nothing was written.',
  ],
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: [
    20,
    RETRIABLE,
    'The batch was written, but to fewer replicas than min.insync.replicas asks for.',
  ],
  INVALID_REQUIRED_ACKS: [21, FINAL, 'acks must be 0, 1 or all (-1).'],
  ILLEGAL_GENERATION: [22, FINAL, "The consumer speaks of a generation that is not the group's present one."],
  INCONSISTENT_GROUP_PROTOCOL: [
    23,
    FINAL,
    'The member has no assignment protocol in common with the rest of the group.',
  ],
  INVALID_GROUP_ID: [24, FINAL, 'The group id is not valid.'],
  UNKNOWN_MEMBER_ID: [25, FINAL, 'The group does not know this member; it must join anew.'],
  INVALID_SESSION_TIMEOUT: [26, FINAL, 'The session timeout is outside the range the broker allows.'],
  REBALANCE_IN_PROGRESS: [27, FINAL, 'The group is rebalancing; the member must join again.'],
  INVALID_COMMIT_OFFSET_SIZE: [28, FINAL, 'The committed offset data are too large.'],
  TOPIC_AUTHORIZATION_FAILED: [29, FINAL, 'Not authorized for this topic.'],
  GROUP_AUTHORIZATION_FAILED: [30, FINAL, 'Not authorized for this group.'],
  CLUSTER_AUTHORIZATION_FAILED: [31, FINAL, 'Not authorized for this operation on the cluster.'],
  INVALID_TIMESTAMP: [32, FINAL, 'A record has a timestamp outside the range the topic accepts.'],
  UNSUPPORTED_SASL_MECHANISM: [33, FINAL, 'The broker does not offer this SASL mechanism.'],
  ILLEGAL_SASL_STATE: [34, FINAL, 'The request does not fit the state of the SASL exchange.'],
  UNSUPPORTED_VERSION: [35, FINAL, 'The broker does not support this version of the request.'],
  TOPIC_ALREADY_EXISTS: [36, FINAL, 'A topic of this name exists already.'],
  INVALID_PARTITIONS: [37, FINAL, 'The number of partitions is not valid.'],
  INVALID_REPLICATION_FACTOR: [
    38,
    FINAL,
    'The replication factor is below 1 or above the number of brokers.',
  ],
  INVALID_REPLICA_ASSIGNMENT: [39, FINAL, 'The replica assignment is not valid.'],
  INVALID_CONFIG: [40, FINAL, 'A configuration value is not valid.'],
  NOT_CONTROLLER: [41, RETRIABLE, 'This broker is not the controller.'],
  INVALID_REQUEST: [42, FINAL, 'The request is malformed or contradicts itself.'],
  UNSUPPORTED_FOR_MESSAGE_FORMAT: [43, FINAL, "The topic's message format does not support the request."],
  POLICY_VIOLATION: [44, FINAL, 'The request violates a policy of the broker.'],
  OUT_OF_ORDER_SEQUENCE_NUMBER: [
    45,
    FINAL,
    'An idempotent batch is not the one that follows the last: one before it is missing.',
  ],
  DUPLICATE_SEQUENCE_NUMBER: [46, FINAL, 'The broker has this idempotent batch already.'],
  INVALID_PRODUCER_EPOCH: [47, FINAL, 'The producer uses an epoch older than one the broker has seen.'],
  INVALID_TXN_STATE: [48, FINAL, 'The operation does not fit the state of the transaction.'],
  INVALID_PRODUCER_ID_MAPPING: [49, FINAL, 'The producer id does not belong to the transactional id.'],
  INVALID_TRANSACTION_TIMEOUT: [50, FINAL, 'The transaction timeout is above what the broker allows.'],
  CONCURRENT_TRANSACTIONS: [51, RETRIABLE, 'Another operation of the same transaction is still under way.'],
  TRANSACTION_COORDINATOR_FENCED: [52, FINAL, 'The transaction coordinator has been replaced by another.'],
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: [53, FINAL, 'Not authorized for this transactional id.'],
  SECURITY_DISABLED: [54, FINAL, 'Security features are switched off on the broker.'],
  OPERATION_NOT_ATTEMPTED: [
    55,
    FINAL,
    'The broker did not try this part of the request because another part failed.',
  ],
  KAFKA_STORAGE_ERROR: [56, RETRIABLE, 'The broker could not use its disk; its log says more.'],
  LOG_DIR_NOT_FOUND: [57, FINAL, 'The broker has no such log directory.'],
  SASL_AUTHENTICATION_FAILED: [58, FINAL, 'The user name, password or token was refused.'],
  UNKNOWN_PRODUCER_ID: [59, FINAL, 'The broker no longer remembers this producer id.'],
  REASSIGNMENT_IN_PROGRESS: [60, FINAL, 'A reassignment of the partition is under way.'],
  DELEGATION_TOKEN_AUTH_DISABLED: [61, FINAL, 'Delegation tokens are switched off on the broker.'],
  DELEGATION_TOKEN_NOT_FOUND: [62, FINAL, 'The broker does not know this delegation token.'],
  DELEGATION_TOKEN_OWNER_MISMATCH: [63, FINAL, 'The delegation token belongs to somebody else.'],
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: [
    64,
    FINAL,
    'Delegation tokens may not be asked for on this kind of connection.',
  ],
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: [65, FINAL, 'Not authorized for this delegation token.'],
  DELEGATION_TOKEN_EXPIRED: [66, FINAL, 'The delegation token has expired.'],
  INVALID_PRINCIPAL_TYPE: [67, FINAL, 'This type of principal is not supported.'],
  NON_EMPTY_GROUP: [68, FINAL, 'The group still has members.'],
  GROUP_ID_NOT_FOUND: [69, FINAL, 'The group does not exist.'],
  FETCH_SESSION_ID_NOT_FOUND: [70, RETRIABLE, 'The broker has forgotten this fetch session.'],
  INVALID_FETCH_SESSION_EPOCH: [71, RETRIABLE, 'The fetch session is at another epoch.'],
  LISTENER_NOT_FOUND: [
    72,
    RETRIABLE,
    'The leader has no listener of the name through which it was asked for.',
  ],
  TOPIC_DELETION_DISABLED: [73, FINAL, 'Deleting topics is switched off on the broker.'],
  FENCED_LEADER_EPOCH: [74, RETRIABLE, 'The client knows an older leader epoch than the broker.'],
  UNKNOWN_LEADER_EPOCH: [75, RETRIABLE, 'The client knows a newer leader epoch than the broker.'],
  UNSUPPORTED_COMPRESSION_TYPE: [76, FINAL, 'This version of the request does not allow this compression.'],
  STALE_BROKER_EPOCH: [77, FINAL, 'The broker has been registered anew in the meantime.'],
  OFFSET_NOT_AVAILABLE: [78, RETRIABLE, 'A new leader does not know yet how far the partition is committed.'],
  MEMBER_ID_REQUIRED: [79, FINAL, 'The member must join again with the id it was just given.'],
  PREFERRED_LEADER_NOT_AVAILABLE: [80, RETRIABLE, 'The preferred leader is not available.'],
  GROUP_MAX_SIZE_REACHED: [81, FINAL, 'The group has as many members as the broker allows.'],
  FENCED_INSTANCE_ID: [82, FINAL, 'Another member has taken over this group.instance.id.'],
  ELIGIBLE_LEADERS_NOT_AVAILABLE: [83, RETRIABLE, 'No replica may become leader at the moment.'],
  ELECTION_NOT_NEEDED: [84, RETRIABLE, 'The partition does not need to elect a leader.'],
  NO_REASSIGNMENT_IN_PROGRESS: [85, FINAL, 'No reassignment of the partition is under way.'],
  GROUP_SUBSCRIBED_TO_TOPIC: [
    86,
    FINAL,
    'The group still consumes the topic whose offsets should be deleted.',
  ],
  INVALID_RECORD: [
    87,
    FINAL,
    'The broker refused a record, such as one without a key for a compacted topic.',
  ],
  UNSTABLE_OFFSET_COMMIT: [88, RETRIABLE, 'Offsets of an open transaction are still pending.'],
  THROTTLING_QUOTA_EXCEEDED: [89, RETRIABLE, 'A quota is used up for the moment.'],
  PRODUCER_FENCED: [90, FINAL, 'A newer producer with the same transactional id has taken over.'],
  RESOURCE_NOT_FOUND: [91, FINAL, 'The broker does not have what the request speaks of.'],
  DUPLICATE_RESOURCE: [92, FINAL, 'The request names the same thing twice.'],
  UNACCEPTABLE_CREDENTIAL: [93, FINAL, 'The credential does not meet the requirements.'],
  INCONSISTENT_VOTER_SET: [94, FINAL, 'The sets of voters of the controllers do not agree.'],
  INVALID_UPDATE_VERSION: [95, FINAL, 'The update is for another version.'],
  FEATURE_UPDATE_FAILED: [96, FINAL, 'The finalized features could not be updated.'],
  PRINCIPAL_DESERIALIZATION_FAILURE: [
    97,
    FINAL,
    'A forwarded request does not say readably whom it comes from.',
  ],
  SNAPSHOT_NOT_FOUND: [98, FINAL, 'The snapshot does not exist.'],
  POSITION_OUT_OF_RANGE: [99, FINAL, 'The position is outside the snapshot.'],
  UNKNOWN_TOPIC_ID: [100, RETRIABLE, 'The broker does not have a topic of this id.'],
  DUPLICATE_BROKER_REGISTRATION: [101, FINAL, 'The broker id is registered already.'],
  BROKER_ID_NOT_REGISTERED: [102, FINAL, 'The broker id is not registered.'],
  INCONSISTENT_TOPIC_ID: [103, RETRIABLE, "The topic's id is not the one the broker has for its name."],
  INCONSISTENT_CLUSTER_ID: [104, FINAL, 'The request is meant for another cluster.'],
  TRANSACTIONAL_ID_NOT_FOUND: [105, FINAL, 'The transactional id does not exist.'],
  FETCH_SESSION_TOPIC_ID_ERROR: [106, RETRIABLE, 'The fetch session mixes topic names and topic ids.'],
  INELIGIBLE_REPLICA: [107, FINAL, 'The replica may not join those in sync.'],
  NEW_LEADER_ELECTED: [108, FINAL, 'The change took effect and another broker leads now.'],
  OFFSET_MOVED_TO_TIERED_STORAGE: [109, FINAL, 'The offset is in tiered storage only.'],
  FENCED_MEMBER_EPOCH: [110, FINAL, 'The member was removed from the group and must join anew.'],
  UNRELEASED_INSTANCE_ID: [111, FINAL, 'Another member still uses this group.instance.id.'],
  UNSUPPORTED_ASSIGNOR: [112, FINAL, 'The group does not support this assignor.'],
  STALE_MEMBER_EPOCH: [113, FINAL, 'The member must catch up with the epoch of its group first.'],
  MISMATCHED_ENDPOINT_TYPE: [114, FINAL, 'The request was sent to the wrong kind of endpoint.'],
  UNSUPPORTED_ENDPOINT_TYPE: [115, FINAL, 'This kind of endpoint is not supported.'],
  UNKNOWN_CONTROLLER_ID: [116, FINAL, 'The controller id is not known.'],
  UNKNOWN_SUBSCRIPTION_ID: [
    117,
    FINAL,
    "The client's telemetry speaks of a subscription that is out of date.",
  ],
  TELEMETRY_TOO_LARGE: [118, FINAL, "The client's telemetry is larger than the broker takes."],
  INVALID_REGISTRATION: [119, FINAL, 'The controller refused the registration of the broker.'],
  TRANSACTION_ABORTABLE: [120, FINAL, 'The transaction failed and must be aborted.'],
  INVALID_RECORD_STATE: [121, FINAL, 'The record of a share group is not in a state that allows this.'],
  SHARE_SESSION_NOT_FOUND: [122, RETRIABLE, 'The broker has forgotten this share session.'],
  INVALID_SHARE_SESSION_EPOCH: [123, RETRIABLE, 'The share session is at another epoch.'],
  FENCED_STATE_EPOCH: [124, FINAL, 'The share coordinator has seen a newer epoch of the state.'],
  INVALID_VOTER_KEY: [125, FINAL, "The voter's key does not match that of the controller that received it."],
  DUPLICATE_VOTER: [126, FINAL, 'The voter is a voter already.'],
  VOTER_NOT_FOUND: [127, FINAL, 'The voter is not among the voters.'],
  INVALID_REGULAR_EXPRESSION: [128, FINAL, 'The regular expression is not valid.'],
  REBOOTSTRAP_REQUIRED: [129, FINAL, 'The client must start again from its bootstrap servers.'],
  STREAMS_INVALID_TOPOLOGY: [130, FINAL, 'The topology of the streams group is not valid.'],
  STREAMS_INVALID_TOPOLOGY_EPOCH: [131, FINAL, 'The epoch of the streams topology is not valid.'],
  STREAMS_TOPOLOGY_FENCED: [132, FINAL, 'The streams topology is out of date.'],
  SHARE_SESSION_LIMIT_REACHED: [133, RETRIABLE, 'The broker has as many share sessions as it allows.'],
} as const satisfies { readonly [name: string]: Row };

export type ErrorName = keyof typeof TABLE;

/** Codes by name: `CODES.NOT_LEADER_OR_FOLLOWER` is 6. */
export const CODES = Object.fromEntries(Object.entries(TABLE).map(([name, [code]]) => [name, code])) as {
  readonly [N in ErrorName]: (typeof TABLE)[N][0];
};

const BY_CODE: ReadonlyMap<number, KafkaErrorInfo> = new Map(
  Object.entries(TABLE).map(([name, [code, retriable, text]]) => [code, { code, name, retriable, text }]),
);

/** All of them, by rising code. */
export const KAFKA_ERRORS: readonly KafkaErrorInfo[] = [...BY_CODE.values()];

/** What is known of a code; for one from the future a name and a sentence that say so. */
export function errorInfo(code: number): KafkaErrorInfo {
  const text = `The broker answered with error code ${code}, which this version does not know.`;
  return BY_CODE.get(code) ?? { code, name: `ERROR_${code}`, retriable: false, text };
}

/** `NONE` for 0, `ERROR_999` for a code that is not known here. */
export function errorName(code: number): string {
  return errorInfo(code).name;
}

export function isRetriable(code: number): boolean {
  return BY_CODE.get(code)?.retriable ?? false;
}

/** The code of a name in capitals; undefined if there is none. */
export function errorCode(name: string): number | undefined {
  return Object.hasOwn(TABLE, name) ? TABLE[name as ErrorName][0] : undefined;
}
