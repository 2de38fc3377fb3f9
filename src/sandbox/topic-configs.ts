/** The configs a topic has, as far as clients ask for them. Two of them do something here; see `TopicConfigs`. */
import { CODES } from '../protocol/codes.js';
import type { Refusal } from './batch.js';
import { LIMITS } from './limits.js';

/** Kafka's defaults. They are accepted and shown, so that scripts written for Kafka run; see the README. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['cleanup.policy', 'delete'],
  ['compression.type', 'producer'],
  ['delete.retention.ms', '86400000'],
  ['file.delete.delay.ms', '60000'],
  ['flush.messages', '9223372036854775807'],
  ['flush.ms', '9223372036854775807'],
  ['index.interval.bytes', '4096'],
  ['max.compaction.lag.ms', '9223372036854775807'],
  ['max.message.bytes', String(LIMITS.batchBytes)],
  ['message.timestamp.after.max.ms', '9223372036854775807'],
  ['message.timestamp.before.max.ms', '9223372036854775807'],
  ['message.timestamp.type', 'CreateTime'],
  ['min.cleanable.dirty.ratio', '0.5'],
  ['min.compaction.lag.ms', '0'],
  ['min.insync.replicas', '1'],
  ['preallocate', 'false'],
  ['retention.bytes', '-1'],
  ['retention.ms', '-1'],
  ['segment.bytes', '1073741824'],
  ['segment.index.bytes', '10485760'],
  ['segment.jitter.ms', '0'],
  ['segment.ms', '604800000'],
  ['unclean.leader.election.enable', 'false'],
]);

export interface ConfigEntry {
  readonly name: string;
  readonly value: string;
  readonly isDefault: boolean;
}

export class TopicConfigs {
  readonly maxMessageBytes: number;
  /** How many replicas must be up for a write with acks all. */
  readonly minInsyncReplicas: number;
  readonly #set: ReadonlyMap<string, string>;

  /** `given` must have passed `checkConfigs`; the broker's own default is `minInsyncReplicas`. */
  constructor(given: ReadonlyMap<string, string>, minInsyncReplicas: number) {
    this.#set = given;
    this.maxMessageBytes = Number(given.get('max.message.bytes') ?? LIMITS.batchBytes);
    this.minInsyncReplicas = Number(given.get('min.insync.replicas') ?? minInsyncReplicas);
  }

  entries(): ConfigEntry[] {
    return [...DEFAULTS].map(([name, byDefault]) => {
      const value = name === 'min.insync.replicas' ? String(this.minInsyncReplicas) : byDefault;
      return { name, value: this.#set.get(name) ?? value, isDefault: !this.#set.has(name) };
    });
  }
}

/** Why a topic cannot have these configs, if so. */
export function checkConfigs(given: ReadonlyMap<string, string>): Refusal | undefined {
  for (const [name, value] of given) {
    if (!DEFAULTS.has(name)) return invalid(`there is no topic config ${name}`);
    if (name === 'message.timestamp.type' && value !== 'CreateTime') {
      return invalid(`message.timestamp.type: the sandbox expects CreateTime, got ${value}`);
    }
    if (name === 'max.message.bytes' && !/^\d{1,9}$/.test(value)) {
      return invalid(`max.message.bytes: expected 0 to 999999999, got ${value}`);
    }
    if (name === 'min.insync.replicas' && !/^[1-9]\d{0,4}$/.test(value)) {
      return invalid(`min.insync.replicas: expected 1 or more, got ${value}`);
    }
  }
  return undefined;
}

function invalid(message: string): Refusal {
  return { code: CODES.INVALID_CONFIG, message };
}
