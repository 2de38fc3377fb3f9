/** `eventmill console`'s flags, which are those of Kafka's console producer, checked and put together. */
import { readFileSync } from 'node:fs';
import { parseAddress } from '../address.js';
import { EventmillError } from '../errors.js';
import { parseProperties } from '../security/properties.js';
import { type ProducerSettings, producerSettings } from './producer-settings.js';
import { readPairs } from './properties.js';
import { type ReaderSettings, readerSettings } from './reader-settings.js';

export interface ConsoleSettings {
  /** host:port, … */
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly partition: number | undefined;
  readonly producer: ProducerSettings;
  readonly reader: ReaderSettings;
}

/** Values by flag, in camel case. Flags with a value come as lists, so that one given twice is seen. */
export type Flags = Readonly<{ [name: string]: string | boolean | readonly string[] }>;

/** Flags that stand for a producer config; of two for the same one the later here wins, as in Kafka's tool. */
const CONFIG_FLAGS = [
  ['timeout', '--timeout', 'linger.ms'],
  ['requestRequiredAcks', '--request-required-acks', 'acks'],
  ['requestTimeoutMs', '--request-timeout-ms', 'request.timeout.ms'],
  ['messageSendMaxRetries', '--message-send-max-retries', 'retries'],
  ['retryBackoffMs', '--retry-backoff-ms', 'retry.backoff.ms'],
  ['socketBufferSize', '--socket-buffer-size', 'send.buffer.bytes'],
  ['maxMemoryBytes', '--max-memory-bytes', 'buffer.memory'],
  ['maxBatchSize', '--max-batch-size', 'batch.size'],
  ['batchSize', '--batch-size', 'batch.size'],
  ['maxPartitionMemoryBytes', '--max-partition-memory-bytes', 'batch.size'],
  ['metadataExpiryMs', '--metadata-expiry-ms', 'metadata.max.age.ms'],
  ['maxBlockMs', '--max-block-ms', 'max.block.ms'],
] as const;

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const READER = 'LineMessageReader';

/** Throws USAGE, NOT_FOUND or UNSUPPORTED with every mistake; `warn` hears of what is ignored. */
export function consoleSettings(flags: Flags, warn: (message: string) => void): ConsoleSettings {
  const reading = new FlagReading(flags);
  const brokers = reading.brokers();
  const topic = reading.one('topic', '--topic');
  if (topic === undefined) {
    reading.wrong('--topic: expected the name of a topic, got nothing; give one, as in --topic test');
  }
  const partition = reading.partition();
  const lineReader = reading.one('lineReader', '--line-reader') ?? READER;
  if (!lineReader.endsWith(READER)) {
    reading.wrong(
      `--line-reader: expected ${READER}, for eventmill has no Java classes, got ${JSON.stringify(lineReader)}; leave it out`,
    );
  }
  const configFlags = new Map<string, string>();
  const flagNames = new Map<string, string>();
  for (const [name, flag, config] of CONFIG_FLAGS) {
    const value = reading.one(name, flag);
    if (value === undefined) continue;
    configFlags.set(config, value);
    flagNames.set(config, flag);
  }
  const batchRecords =
    reading.one('batchSize', '--batch-size') ?? reading.one('maxBatchSize', '--max-batch-size');
  const wishes = {
    properties: new Map([
      ...reading.file('producer.config', '--producer.config'),
      ...reading.file('commandConfig', '--command-config'),
      ...readPairs([...reading.all('producerProperty'), ...reading.all('commandProperty')]),
    ]),
    flags: configFlags,
    flagNames,
    compression: reading.compression(),
    sync: flags['sync'] === true,
    batchRecords: batchRecords === undefined ? undefined : Number(batchRecords) || undefined,
  };
  const producer = reading.try(() => producerSettings(wishes, warn));
  const readerProperties = new Map([
    ...reading.file('readerConfig', '--reader-config'),
    ...readPairs([...reading.all('property'), ...reading.all('readerProperty')]),
  ]);
  const reader = reading.try(() => readerSettings(readerProperties, warn));
  reading.settle();
  return { brokers, topic: topic!, partition, producer: producer!, reader: reader! };
}

class FlagReading {
  readonly #flags: Flags;
  readonly #mistakes: string[] = [];

  constructor(flags: Flags) {
    this.#flags = flags;
  }

  all(name: string): readonly string[] {
    const value = this.#flags[name];
    return Array.isArray(value) ? (value as readonly string[]) : typeof value === 'string' ? [value] : [];
  }

  /** Like Kafka's tool, takes a flag once: of two, nobody knows which was meant. */
  one(name: string, flag: string): string | undefined {
    const values = this.all(name);
    if (values.length > 1) {
      this.wrong(`${flag}: expected it once, got ${JSON.stringify(values)}; leave out all but one`);
    }
    return values[0];
  }

  brokers(): string[] {
    const text = this.one('bootstrapServer', '--bootstrap-server') ?? this.one('brokerList', '--broker-list');
    if (text === undefined) {
      this.wrong(
        '--bootstrap-server: expected HOST:PORT, got nothing; `eventmill sandbox` starts a broker at 127.0.0.1:9092',
      );
      return [];
    }
    // A scheme such as PLAINTEXT:// is let be, and so is a comma at the end.
    const addresses = text.split(',').map((address) => address.trim().replace(/^[\w.%-]*:\/\//, ''));
    while (addresses.length > 1 && addresses.at(-1) === '') addresses.pop();
    for (const address of addresses) {
      this.try(
        () => parseAddress(address),
        (problem) => `--bootstrap-server: ${problem}`,
      );
    }
    return addresses;
  }

  partition(): number | undefined {
    const raw = this.one('partition', '--partition');
    if (raw === undefined) return undefined;
    if (!/^\d{1,9}$/.test(raw)) {
      this.wrong(`--partition: expected a partition's number, such as 0, got ${JSON.stringify(raw)}`);
    }
    return Number(raw);
  }

  compression(): string {
    if (this.#flags['compressionCodec'] === undefined) return 'none';
    const codec = this.one('compressionCodec', '--compression-codec') || 'gzip';
    if (!CODECS.includes(codec)) {
      this.wrong(`--compression-codec: expected ${CODECS.join(', ')}, got ${JSON.stringify(codec)}`);
    }
    return codec;
  }

  file(name: string, flag: string): ReadonlyMap<string, string> {
    const path = this.one(name, flag);
    if (path === undefined) return new Map();
    try {
      return new Map(parseProperties(readFileSync(path)));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.wrong(`${flag}: expected a file of properties, got ${JSON.stringify(path)}: ${why}`);
      return new Map();
    }
  }

  /** What `make` gives; its mistakes are kept, to be told with the others. */
  try<T>(make: () => T, tell: (problem: string) => string = (problem) => problem): T | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof EventmillError)) throw error;
      this.wrong(tell(error.message));
      return undefined;
    }
  }

  wrong(mistake: string): void {
    if (!this.#mistakes.includes(mistake)) this.#mistakes.push(mistake);
  }

  settle(): void {
    if (this.#mistakes.length > 0) throw new EventmillError('USAGE', this.#mistakes.join('\n'));
  }
}
