/** The schema of a profile: every setting with its default, range, Kafka's own name for it, and meaning. */
import type { ProfileSettings } from '../types.js';
import {
  boolean,
  bytes,
  expected,
  type Format,
  integer,
  milliseconds,
  orNull,
  text,
  word,
} from './formats.js';
import type { Schema } from './schema.js';

const INT32_MAX = 2_147_483_647;
const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const HOUR = 3_600_000;

export const PROFILE_SCHEMA: Schema<ProfileSettings> = {
  driver: {
    doc: 'What sends: the name of a driver, or a path to one',
    default: 'kafka',
    format: text('the name of a driver, or a path'),
  },
  acks: {
    doc: 'Who must have a record before it counts as acknowledged: nobody, the leader, or all in-sync replicas',
    default: 'all',
    format: word<0 | 1 | 'all'>(0, 1, 'all'),
    kafka: 'acks',
  },
  compression: {
    doc: 'The codec of each batch: none, or the name of a codec',
    default: 'none',
    format: text('none or the name of a codec'),
    kafka: 'compression.type',
  },
  compressionLevel: {
    doc: "How hard the codec tries, in the codec's own numbers; null takes its default",
    default: null,
    format: orNull(level(), 'null'),
    kafka: 'compression.gzip.level, compression.lz4.level, compression.zstd.level',
  },
  batchBytes: {
    doc:
      'A batch is sent at the latest when it has reached this size, with a codec as it is estimated to be when compressed; ' +
      'a larger record travels alone',
    default: 64 * KIB,
    format: bytes(1, 64 * MIB),
    unit: 'bytes',
    kafka: 'batch.size',
  },
  batchRecords: {
    doc: 'A batch is sent at the latest when it holds this many records',
    default: 1_000_000,
    format: integer(1, INT32_MAX),
    unit: 'records',
  },
  lingerMs: {
    doc: 'How long a batch waits for more records before it is sent',
    default: 5,
    format: milliseconds(0, HOUR / 4),
    unit: 'ms',
    kafka: 'linger.ms',
  },
  bufferBytes: {
    doc: 'Memory for records that are made but not settled, over all partitions',
    default: 32 * MIB,
    format: bytes(1, 16 * GIB),
    unit: 'bytes',
    kafka: 'buffer.memory',
  },
  partitionBufferBytes: {
    doc: 'The same for one partition, so that one slow leader cannot take it all; bufferBytes bounds it too',
    default: 32 * MIB,
    format: bytes(1, 16 * GIB),
    unit: 'bytes',
  },
  whenFull: {
    doc: 'What happens to a record that finds the buffer full: it waits, is dropped and counted, or fails',
    default: 'wait',
    format: word('wait', 'drop', 'fail'),
  },
  inFlightMax: {
    doc: 'Requests under way at once on each connection',
    default: 5,
    format: integer(1, 1000),
    unit: 'requests',
    kafka: 'max.in.flight.requests.per.connection',
  },
  retriesMax: {
    doc: 'Attempts after the first one; deliveryTimeoutMs ends them too',
    default: INT32_MAX,
    format: integer(0, INT32_MAX),
    unit: 'attempts',
    kafka: 'retries',
  },
  retryBackoffMs: {
    doc: 'The pause before the first retry; it doubles with each further one, with jitter',
    default: 100,
    format: milliseconds(0, HOUR),
    unit: 'ms',
    kafka: 'retry.backoff.ms',
  },
  retryBackoffMsMax: {
    doc: 'The longest such pause',
    default: 1000,
    format: milliseconds(0, HOUR),
    unit: 'ms',
    kafka: 'retry.backoff.max.ms',
  },
  requestTimeoutMs: {
    doc: 'How long to wait for the answer to one request before its connection is given up',
    default: 30_000,
    format: milliseconds(1, HOUR),
    unit: 'ms',
    kafka: 'request.timeout.ms',
  },
  deliveryTimeoutMs: {
    doc: 'How long a record may take from when it is made, waiting and retries included, before it is expired',
    default: 120_000,
    format: milliseconds(1, 24 * HOUR),
    unit: 'ms',
    kafka: 'delivery.timeout.ms',
  },
  idempotent: {
    doc: 'Numbers the batches, so that the broker stores each one once and in order whatever is retried',
    default: true,
    format: boolean,
    kafka: 'enable.idempotence',
  },
  mode: {
    doc: "async, or sync: a source waits for each record's acknowledgement before it makes the next",
    default: 'async',
    format: word('async', 'sync'),
  },
  guards: {
    doc:
      'Of the driver kafkajs: chooses partitions once, has one send at a time when idempotent, and retries from outside, since ' +
      'it loses records otherwise; false leaves all that to kafkajs, as most services do',
    default: true,
    format: boolean,
  },
};

/** Each codec has a range of its own, to which profile-checks.ts holds it; zstd's goes below zero. */
function level(): Format<number> {
  const takes = "an integer in the codec's range";
  return {
    takes,
    parse: (raw) => (Number.isSafeInteger(raw) ? { value: Number(raw) } : expected(takes, raw)),
  };
}
