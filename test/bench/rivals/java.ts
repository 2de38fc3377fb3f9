/** kafka-producer-perf-test from the Maven jars, with the Java options that its own script gives it. */
import { KAFKA_VERSION, kafkaJars } from '../../support/kafka.js';
import { programPath } from '../../support/tools.js';
import { timed, versionOf } from '../timed.js';
import {
  BATCH_BYTES,
  BUFFER_BYTES,
  type Effort,
  isIdempotent,
  LEVELS,
  LINGER_MS,
  type RivalKind,
  type Task,
} from './rival.js';

const PERFORMANCE = 'org.apache.kafka.tools.ProducerPerformance';

/** What kafka-producer-perf-test.sh and kafka-run-class.sh set. */
const JVM = [
  ...['-Xmx512M', '-server', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'],
  ...['-XX:InitiatingHeapOccupancyPercent=35', '-XX:+ExplicitGCInvokesConcurrent'],
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
];

export const java: RivalKind = {
  doc: 'kafka-producer-perf-test, which comes with Kafka',
  async open() {
    if (programPath('java') === undefined) throw new Error('java is not on the PATH');
    const jars = await kafkaJars();
    const title = `kafka-producer-perf-test ${KAFKA_VERSION}, Java ${await versionOf('java', ['--version'])}`;
    return { title, keyed: false, produce: (task) => produce(task, jars) };
  },
};

async function produce(task: Task, jars: string): Promise<Effort> {
  const { stdout, cpuSeconds } = await timed('java', [
    ...[...JVM, '-cp', `${jars}/*`, PERFORMANCE, '--topic', task.topic],
    ...['--num-records', String(task.records), '--payload-file', task.payload.values, '--throughput', '-1'],
    ...['--producer-props', ...properties(task)],
  ]);
  const last = stdout.trim().split('\n').at(-1)!;
  const found = /^(\d+) records sent, ([\d.]+) records\/sec/.exec(last);
  if (found === null) throw new Error(`kafka-producer-perf-test said: ${last}`);
  const records = Number(found[1]);
  return { records, seconds: records / Number(found[2]), cpuSeconds };
}

function properties(task: Task): string[] {
  const level = LEVELS[task.compression];
  return [
    `bootstrap.servers=${task.broker}`,
    `acks=${task.acks}`,
    `enable.idempotence=${isIdempotent(task)}`,
    `compression.type=${task.compression}`,
    ...(level === undefined ? [] : [`compression.${task.compression}.level=${level}`]),
    `batch.size=${BATCH_BYTES}`,
    `linger.ms=${LINGER_MS}`,
    `buffer.memory=${BUFFER_BYTES}`,
  ];
}
