/** What the codes of failed records mean, in words. Kafka's own names are kept, so that they can be looked up. */

const WORDS: Readonly<{ [code: string]: string }> = {
  WORKER_DIED: 'made by a thread that died; nobody knows whether they arrived',
  NEVER_MADE: 'due, but not made in time: the pipeline was full',
  DELIVERY_TIMEOUT: 'no acknowledgement within deliveryTimeoutMs',
  BUFFER_FULL: 'the buffer was full (bufferBytes)',
  RECORD_TOO_LARGE: 'larger than max.request.size or buffer.memory allows',
  NO_METADATA: 'the topic could not be looked up',
  COMPRESSION_FAILED: 'the batch could not be compressed',
  ABORTED: 'given up on at the second signal',
  STOPPED: 'given up on at the end of the run',
  UNKNOWN_SERVER_ERROR: 'the broker met an error of its own',
  CORRUPT_MESSAGE: 'the broker found the batch damaged',
  UNKNOWN_TOPIC_OR_PARTITION: 'the broker does not know the topic or partition',
  LEADER_NOT_AVAILABLE: 'the partition had no leader',
  NOT_LEADER_OR_FOLLOWER: 'the partition was led by another broker',
  REQUEST_TIMED_OUT: 'no answer within requestTimeoutMs, or the replicas did not confirm in time',
  BROKER_NOT_AVAILABLE: 'the broker was not available',
  REPLICA_NOT_AVAILABLE: 'a replica was not available',
  MESSAGE_TOO_LARGE: "larger than the topic's max.message.bytes",
  NETWORK_EXCEPTION: 'the connection broke before the answer',
  INVALID_TOPIC_EXCEPTION: 'no valid name, or a topic that clients may not write to',
  RECORD_LIST_TOO_LARGE: "larger than the broker's segment",
  NOT_ENOUGH_REPLICAS: 'fewer replicas in sync than min.insync.replicas asks for',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'written, but too few replicas confirmed',
  INVALID_REQUIRED_ACKS: 'the broker refuses this acks',
  INVALID_TIMESTAMP: "a timestamp outside of the topic's bounds",
  TOPIC_AUTHORIZATION_FAILED: 'no permission to write to the topic',
  SASL_AUTHENTICATION_FAILED: 'the broker refused the login',
  CLUSTER_AUTHORIZATION_FAILED: 'no permission to write idempotently to this cluster',
  UNSUPPORTED_COMPRESSION_TYPE: 'the broker does not take this compression',
  UNSUPPORTED_FOR_MESSAGE_FORMAT: "the topic's message format is too old",
  POLICY_VIOLATION: "refused by the cluster's policy",
  OUT_OF_ORDER_SEQUENCE_NUMBER: 'a batch before it was lost (idempotent producer)',
  UNKNOWN_PRODUCER_ID: 'the broker forgot this producer (idempotent producer)',
  INVALID_PRODUCER_EPOCH: 'another producer took over this id',
  KAFKA_STORAGE_ERROR: "the broker's disk failed",
  INVALID_RECORD: 'the broker refuses the record',
  THROTTLING_QUOTA_EXCEEDED: 'over the quota',
};

/** `MESSAGE_TOO_LARGE (larger than the topic's max.message.bytes)`; unknown codes stand alone. */
export function cause(code: string): string {
  const words = WORDS[code];
  return words === undefined ? code : `${code} (${words})`;
}
