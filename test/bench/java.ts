/** kafka-producer-perf-test from the Maven jars, timed from outside as the whole process it is. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { kafkaJars } from '../support/kafka.js';
import type { Measured } from './stages.js';

const PERFORMANCE = 'org.apache.kafka.tools.ProducerPerformance';

/** `records` of `recordBytes` random bytes each, as fast as it goes. */
export async function javaProducer(
  brokers: string,
  topic: string,
  records: number,
  recordBytes: number,
): Promise<Measured> {
  const jars = await kafkaJars();
  const args = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', `${jars}/*`, PERFORMANCE];
  args.push('--topic', topic, '--num-records', String(records), '--record-size', String(recordBytes));
  args.push('--throughput', '-1', '--producer-props', `bootstrap.servers=${brokers}`);
  args.push('acks=all', 'linger.ms=5', 'batch.size=65536', 'compression.type=none');
  // The shell's `time` reads the process's own accounting, which Node does not hand out for a child.
  const { stdout, stderr } = await promisify(execFile)('bash', [
    '-c',
    'TIMEFORMAT="%U %S"; time java "$@"',
    'java',
    ...args,
  ]);
  const [user, system] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  const last = stdout.trim().split('\n').at(-1)!;
  const found = /^(\d+) records sent, ([\d.]+) records\/sec/.exec(last);
  if (found === null) throw new Error(`kafka-producer-perf-test said: ${last}`);
  const sent = Number(found[1]);
  return {
    records: sent,
    seconds: sent / Number(found[2]),
    cpuSeconds: user! + system!,
    valueBytes: recordBytes,
  };
}
