/**
 * How the console's producer is set up: Kafka's producer configs, from a file, from `--producer-property` and from
 * flags, as one of eventmill's profiles. A flag that is given wins over a property, a property over the file, and all of
 * them over the defaults of Kafka's console producer.
 */
import { EventmillError } from '../errors.js';
import { nearest } from '../nearest.js';
import { readClientSettings } from '../security/load.js';
import type { ProfileSettings, Security } from '../types.js';
import { KNOWN, NUMBERS, type NumberName, OVERRULED, REFUSED, WITHOUT_EFFECT } from './producer-configs.js';
import type { Properties } from './properties.js';

export interface ProducerSettings {
  readonly profile: ProfileSettings;
  readonly clientId: string;
  readonly security: Security | undefined;
  /** How long one record may wait for the topic's metadata, or for room in the buffer. */
  readonly maxBlockMs: number;
  /** No record may be larger. */
  readonly maxRequestBytes: number;
  /** `buffer.memory` and `batch.size` as given; a batch must fit the buffer, which is only found out by the first record. */
  readonly bufferMemory: number;
  readonly batchSize: number;
  readonly metadataMaxAgeMs: number;
  readonly ignoreKeys: boolean;
}

/** Those of Kafka 4.1's console producer, and below them the producer's own. */
const DEFAULTS = {
  'linger.ms': '1000',
  acks: '-1',
  'request.timeout.ms': '1500',
  retries: '3',
  'retry.backoff.ms': '100',
  'send.buffer.bytes': '102400',
  'buffer.memory': '33554432',
  'batch.size': '16384',
  'metadata.max.age.ms': '300000',
  'max.block.ms': '60000',
  'client.id': 'console-producer',
  'delivery.timeout.ms': '120000',
  'enable.idempotence': 'true',
  'max.in.flight.requests.per.connection': '5',
  'max.request.size': '1048576',
  'partitioner.ignore.keys': 'false',
  'retry.backoff.max.ms': '1000',
} as const;

export interface ProducerWishes {
  /** From the file and `--producer-property`, the latter winning. */
  readonly properties: Properties;
  /** What flags gave, by Kafka's names, and the flags' own names. */
  readonly flags: Properties;
  readonly flagNames: Properties;
  readonly compression: string;
  readonly sync: boolean;
  /** The number of `--batch-size`, when it was given: its help calls it a number of messages, and it bounds them too. */
  readonly batchRecords: number | undefined;
}

/** Throws USAGE with every mistake; `warn` hears, once each, of what is unknown or without effect. */
export function producerSettings(wishes: ProducerWishes, warn: (message: string) => void): ProducerSettings {
  const reading = new Reading(wishes, warn);
  const acks = reading.acks();
  const retries = reading.number('retries');
  const inFlight = reading.number('max.in.flight.requests.per.connection');
  const idempotent = reading.idempotence(acks, retries, inFlight);
  const lingerMs = reading.number('linger.ms');
  const requestTimeoutMs = reading.number('request.timeout.ms');
  const batchSize = reading.number('batch.size');
  const bufferMemory = reading.number('buffer.memory');
  const retryBackoffMs = reading.number('retry.backoff.ms');
  const settings: ProducerSettings = {
    profile: {
      driver: 'kafka',
      acks,
      compression: wishes.compression,
      compressionLevel: reading.level(wishes.compression),
      // 0 turns batching off in Kafka: each record is larger than this, and so travels alone.
      batchBytes: Math.max(1, batchSize),
      batchRecords: Math.max(1, wishes.batchRecords ?? Number.MAX_SAFE_INTEGER),
      lingerMs,
      bufferBytes: Math.max(1, bufferMemory),
      partitionBufferBytes: Math.max(1, bufferMemory),
      whenFull: 'wait',
      inFlightMax: inFlight,
      retriesMax: retries,
      retryBackoffMs,
      retryBackoffMsMax: Math.max(retryBackoffMs, reading.number('retry.backoff.max.ms')),
      requestTimeoutMs,
      deliveryTimeoutMs: reading.deliveryTimeout(lingerMs + requestTimeoutMs),
      idempotent,
      mode: wishes.sync ? 'sync' : 'async',
      guards: true,
    },
    clientId: reading.text('client.id'),
    security: reading.security,
    maxBlockMs: reading.number('max.block.ms'),
    maxRequestBytes: reading.number('max.request.size'),
    bufferMemory,
    batchSize,
    metadataMaxAgeMs: reading.number('metadata.max.age.ms'),
    ignoreKeys: reading.truth('partitioner.ignore.keys'),
  };
  reading.number('send.buffer.bytes');
  reading.settle();
  return settings;
}

const IS_SECURITY = /^(?:ssl\.|sasl\.|security\.)/;

class Reading {
  readonly security: Security | undefined;
  readonly #given: ReadonlyMap<string, string>;
  readonly #flagNames: Properties;
  readonly #mistakes: string[] = [];

  constructor({ properties, flags, flagNames }: ProducerWishes, warn: (message: string) => void) {
    this.#flagNames = flagNames;
    this.#given = new Map([...properties, ...flags]);
    this.security = this.#readSecurity(properties, warn);
    for (const name of properties.keys()) this.#judge(name, warn);
  }

  /** TLS and SASL, with Kafka's own names. */
  #readSecurity(properties: Properties, warn: (message: string) => void): Security | undefined {
    const asked = new Map([...properties].filter(([name]) => IS_SECURITY.test(name)));
    if (asked.size === 0) return undefined;
    const { config, problems, warnings } = readClientSettings(asked, 'producer properties');
    this.#mistakes.push(...problems);
    for (const warning of warnings) warn(warning);
    return config?.security;
  }

  #judge(name: string, warn: (message: string) => void): void {
    const refusal = REFUSED[name];
    const overruler = OVERRULED[name];
    if (IS_SECURITY.test(name)) return;
    if (refusal !== undefined) this.#mistakes.push(`${name}: ${refusal}`);
    else if (overruler !== undefined) warn(`${name}: ignored, for ${overruler} alone decides it`);
    else if (WITHOUT_EFFECT.includes(name)) warn(`${name}: has no effect here`);
    else if (!KNOWN.includes(name)) {
      const meant = nearest(name, KNOWN);
      warn(
        `${name}: not a producer config, and ignored${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      );
    }
  }

  text(name: keyof typeof DEFAULTS): string {
    return this.#given.get(name) ?? DEFAULTS[name];
  }

  number(name: NumberName & keyof typeof DEFAULTS): number {
    return this.#whole(name, this.text(name));
  }

  truth(name: 'enable.idempotence' | 'partitioner.ignore.keys'): boolean {
    const text = this.text(name).trim().toLowerCase();
    if (text !== 'true' && text !== 'false') this.#expected(name, 'true or false', this.text(name));
    return text === 'true';
  }

  acks(): 0 | 1 | 'all' {
    const text = this.text('acks').trim();
    if (text === '0') return 0;
    if (text === '1') return 1;
    if (text !== 'all' && text !== '-1') this.#expected('acks', 'all, -1, 0 or 1', text);
    return 'all';
  }

  /** On unless something else rules it out; asked for by name, that something is a mistake. */
  idempotence(acks: 0 | 1 | 'all', retries: number, inFlight: number): boolean {
    if (!this.truth('enable.idempotence')) return false;
    if (inFlight > 5) {
      this.#expected(
        'max.in.flight.requests.per.connection',
        'at most 5 with an idempotent producer',
        String(inFlight),
        'or set enable.idempotence=false',
      );
    }
    const asked = this.#given.has('enable.idempotence');
    const ruledOut = acks !== 'all' ? 'acks all' : retries === 0 ? 'retries above 0' : undefined;
    if (asked && ruledOut !== undefined) {
      this.#mistakes.push(
        `enable.idempotence: expected ${ruledOut} with it; change that, or set it to false`,
      );
    }
    return ruledOut === undefined;
  }

  /** Long enough for one attempt: by itself it grows to that, but what was asked for stands and is a mistake. */
  deliveryTimeout(least: number): number {
    const ms = this.number('delivery.timeout.ms');
    if (ms >= least) return ms;
    if (this.#given.has('delivery.timeout.ms')) {
      this.#expected('delivery.timeout.ms', `at least linger.ms + request.timeout.ms, ${least}`, String(ms));
    }
    return least;
  }

  /** That of the codec in use; those of the others must be right, too. */
  level(compression: string): number | null {
    let used: number | null = null;
    for (const codec of ['gzip', 'lz4', 'zstd'] as const) {
      const name = `compression.${codec}.level` as const;
      const raw = this.#given.get(name);
      if (raw === undefined) continue;
      const level = this.#whole(name, raw);
      if (codec === 'gzip' && level === 0) this.#expected(name, '-1, or 1 to 9', raw);
      // −1 is zlib's way to say its default.
      if (codec === compression && !(codec === 'gzip' && level === -1)) used = level;
    }
    return used;
  }

  #whole(name: NumberName, raw: string): number {
    const { min, max } = NUMBERS[name];
    const text = raw.trim();
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text) && value >= min && value <= max) return value;
    this.#expected(name, `a whole number from ${min} to ${max}`, raw);
    return min;
  }

  #expected(name: string, what: string, got: string, remedy?: string): void {
    const hint = remedy === undefined ? '' : `; ${remedy}`;
    const where = this.#flagNames.get(name) ?? name;
    this.#mistakes.push(`${where}: expected ${what}, got ${JSON.stringify(got)}${hint}`);
  }

  settle(): void {
    if (this.#mistakes.length > 0) throw new EventmillError('USAGE', this.#mistakes.join('\n'));
  }
}
