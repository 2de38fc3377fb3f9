/** Kafka's producer configs as `eventmill console` knows them: those with an effect, and those without one here. */

export interface NumberConfig {
  readonly min: number;
  readonly max: number;
}

const INT32_MAX = 2_147_483_647;
const LONG_MAX = Number.MAX_SAFE_INTEGER;

/** Whole numbers, with the ranges of Kafka 4.1. */
export const NUMBERS = {
  'batch.size': { min: 0, max: INT32_MAX },
  'buffer.memory': { min: 0, max: LONG_MAX },
  'compression.gzip.level': { min: -1, max: 9 },
  'compression.lz4.level': { min: 1, max: 17 },
  'compression.zstd.level': { min: -131_072, max: 22 },
  'delivery.timeout.ms': { min: 0, max: INT32_MAX },
  'linger.ms': { min: 0, max: LONG_MAX },
  'max.block.ms': { min: 0, max: LONG_MAX },
  'max.in.flight.requests.per.connection': { min: 1, max: INT32_MAX },
  'max.request.size': { min: 0, max: INT32_MAX },
  'metadata.max.age.ms': { min: 0, max: LONG_MAX },
  // Kafka takes 0 for this one, and then never sends anything.
  'request.timeout.ms': { min: 1, max: INT32_MAX },
  retries: { min: 0, max: INT32_MAX },
  'retry.backoff.max.ms': { min: 0, max: LONG_MAX },
  'retry.backoff.ms': { min: 0, max: LONG_MAX },
  'send.buffer.bytes': { min: -1, max: INT32_MAX },
} as const satisfies { readonly [name: string]: NumberConfig };

export type NumberName = keyof typeof NUMBERS;

/** Texts and switches with an effect. */
export const OTHERS = ['acks', 'client.id', 'enable.idempotence', 'partitioner.ignore.keys'] as const;

/** Set by flags of their own whatever a file says, as in Kafka's tool. */
export const OVERRULED: Readonly<{ [name: string]: string }> = {
  'bootstrap.servers': '--bootstrap-server',
  'compression.type': '--compression-codec',
  'key.serializer': 'the line reader',
  'value.serializer': 'the line reader',
};

/** Asking for these asks for what eventmill cannot do: a class of Java's, or transactions, in which Kafka's tool fails too. */
export const REFUSED: Readonly<{ [name: string]: string }> = {
  'interceptor.classes': 'expected none, for eventmill has no Java classes; leave it out',
  'partitioner.class': 'expected none, for eventmill has no Java classes; leave it out',
  'transactional.id': 'expected none, for the console has no transactions; leave it out',
};

/** Known to Kafka, and without an effect here. */
export const WITHOUT_EFFECT: readonly string[] = [
  'auto.include.jmx.reporter',
  'client.dns.lookup',
  'config.providers',
  'connections.max.idle.ms',
  'enable.metrics.push',
  'metadata.max.idle.ms',
  'metadata.recovery.rebootstrap.trigger.ms',
  'metadata.recovery.strategy',
  'metric.reporters',
  'metrics.num.samples',
  'metrics.recording.level',
  'metrics.sample.window.ms',
  'partitioner.adaptive.partitioning.enable',
  'partitioner.availability.timeout.ms',
  'receive.buffer.bytes',
  'reconnect.backoff.max.ms',
  'reconnect.backoff.ms',
  'socket.connection.setup.timeout.max.ms',
  'socket.connection.setup.timeout.ms',
  'transaction.timeout.ms',
  'transaction.two.phase.commit.enable',
];

export const KNOWN: readonly string[] = [
  ...Object.keys(NUMBERS),
  ...OTHERS,
  ...Object.keys(OVERRULED),
  ...Object.keys(REFUSED),
  ...WITHOUT_EFFECT,
];
