/** The same lines to Kafka's own console producer and to ours, on a real Kafka: what is stored, and how each ends. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureTopics } from '../../src/topics/index.js';
import { javaAndMaven, type RunningKafka, runKafkaTool, startKafka } from '../support/kafka.js';
import { readStored, type StoredPartition } from '../support/stored.js';
import { needs } from '../support/tiers.js';
import { eventmill } from '../support/tools-cli.js';

const property = (...pairs: string[]) => pairs.flatMap((pair) => ['--property', pair]);
const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('');

/** What no UTF-8 is, in many ways: stray, cut off, overlong, surrogates, beyond Unicode, at the end of the input. */
const BROKEN = Buffer.concat(
  [
    '80',
    'ff',
    'c3',
    'e282',
    'f09f98',
    'c0af',
    'e08080',
    'eda080',
    'eda041',
    'edbfbf80',
    'eda0808080',
    'edb080',
    'f4908080',
    'f8888080',
    'c328',
    'e228a1',
  ]
    .map((hex) => Buffer.concat([Buffer.from('k\ta'), Buffer.from(hex, 'hex'), Buffer.from('z\n')]))
    .concat(Buffer.from('\xff\xfek\tlast', 'latin1'), Buffer.from('e282', 'hex')),
);

interface Case {
  readonly name: string;
  readonly stdin: string | Buffer;
  readonly args?: readonly string[];
  /** 4 unless given. Without keys chance decides where records go, so that one partition is compared. */
  readonly partitions?: number;
  /** How many batches there are is no matter of time, and so must be the same. */
  readonly sameBatches?: true;
}

const KEYED = property('parse.key=true');
const HEADERS = property('parse.headers=true');
const BOTH = [...KEYED, ...HEADERS];
const hundredBytes = 'x'.repeat(100);

const CASES: readonly Case[] = [
  { name: 'plain lines', stdin: 'a\n\nb \n\tc\nlast without an end', partitions: 1, sameBatches: true },
  { name: 'every kind of line end', stdin: 'a\r\nb\rc\n\r\n\rd\r\r\ne\r', partitions: 1 },
  { name: 'keys', stdin: lines(2000, (i) => `key-${i % 500}\tvalue ${i}`), args: KEYED },
  {
    name: 'keys of all lengths',
    stdin: lines(64, (i) => `${'é'.repeat(i)}\t${'y'.repeat(i * 40)}`),
    args: KEYED,
  },
  {
    name: 'a long separator',
    stdin: 'a=>b\na=b=>c=>d\n=>\n',
    args: [...KEYED, ...property('key.separator==>')],
  },
  { name: 'an empty separator', stdin: 'ab\n\n', args: [...KEYED, ...property('key.separator=')] },
  {
    name: 'lines without a key, let be',
    stdin: 'a\nk\tb\n',
    args: [...KEYED, ...property('ignore.error=true')],
    partitions: 1,
  },
  {
    name: 'null markers',
    stdin: 'NULL\ta\nk\tNULL\nNULL\tNULL\nk\t\n\tNULL \n',
    args: [...KEYED, ...property('null.marker=NULL')],
    partitions: 1,
  },
  {
    name: 'an empty null marker',
    stdin: '\ta\nk\t\n\t\n',
    args: [...KEYED, ...property('null.marker=')],
    partitions: 1,
  },
  { name: 'headers', stdin: 'h:1,h:2,2:b,1:a,é:ü:x,e:\tk\tv\nz:\t\t\n', args: BOTH },
  {
    name: 'headers alone',
    stdin: 'a:1\tv\tw\n,\tnone\na:1,,\ttrailing\n',
    args: [...HEADERS, ...property('ignore.error=true')],
    partitions: 1,
  },
  {
    name: 'headers with null markers',
    stdin: 'N\tk\tv\na:N,b:x\tN\tN\n',
    args: [...BOTH, ...property('null.marker=N')],
    partitions: 1,
  },
  {
    name: 'headers with faults, let be',
    stdin: 'a,b:1\tk\tv\n\tk\tv\nonly\nk\tv\n',
    args: [...BOTH, ...property('ignore.error=true')],
    partitions: 1,
  },
  {
    name: 'other separators, one a pattern',
    stdin: 'a=1;;b=2|k|v\n',
    args: [
      ...BOTH,
      ...property(
        'headers.delimiter=|',
        'headers.separator=;+',
        'headers.key.separator==',
        'key.separator=|',
      ),
    ],
  },
  {
    name: 'a pattern without length',
    stdin: 'a:b\tv\n',
    args: [...HEADERS, ...property('headers.separator=', 'ignore.error=true')],
    partitions: 1,
  },
  {
    name: 'a byte order mark, and bytes that are no UTF-8',
    stdin: Buffer.concat([Buffer.from('\ufeffk\tv\n'), BROKEN]),
    args: KEYED,
    partitions: 1,
  },
  {
    name: 'batches of 1000 bytes',
    stdin: lines(500, (i) => `${i}${hundredBytes}`),
    args: ['--batch-size', '1000'],
    partitions: 1,
    sameBatches: true,
  },
  {
    name: 'batches of 100 bytes',
    stdin: lines(50, (i) => `${i}${hundredBytes}`),
    args: ['--max-partition-memory-bytes', '100'],
    partitions: 1,
    sameBatches: true,
  },
  {
    name: 'no batches',
    stdin: lines(50, (i) => `${i}`),
    args: ['--batch-size', '0'],
    partitions: 1,
  },
  {
    name: 'the lesson about memory',
    stdin: lines(300, (i) => `line ${i}`),
    args: [
      '--batch-size',
      '100',
      '--max-memory-bytes',
      '1000',
      '--max-partition-memory-bytes',
      '1000',
      '--compression-codec',
      'none',
      '--message-send-max-retries',
      '5',
      '--retry-backoff-ms',
      '100',
    ],
    partitions: 1,
  },
  {
    name: 'one at a time',
    stdin: 'a\nb\nc\n',
    args: ['--sync', '--timeout', '10'],
    partitions: 1,
    sameBatches: true,
  },
  {
    name: 'gzip by a bare flag',
    stdin: lines(500, (i) => `${i}${hundredBytes}`),
    args: ['--compression-codec'],
    partitions: 1,
  },
  ...['snappy', 'lz4', 'zstd'].map((codec) => ({
    name: codec,
    stdin: lines(50, () => hundredBytes),
    args: ['--compression-codec', codec],
    partitions: 1,
  })),
  {
    name: 'a compression that is only a property',
    stdin: 'a\n',
    args: ['--producer-property', 'compression.type=gzip'],
    partitions: 1,
    sameBatches: true,
  },
  {
    name: 'records too large, and others between them',
    stdin: `a\n${'x'.repeat(1_048_490)}\n${'y'.repeat(1_048_491)}\n${'z'.repeat(1_048_492)}\nb\n`,
    partitions: 1,
  },
  {
    name: 'acks 0',
    stdin: lines(100, (i) => `k${i}\t${i}`),
    args: [...KEYED, '--request-required-acks', '0'],
  },
  { name: 'a line that cannot be read', stdin: 'a\t1\nb\t2\nwrong\nc\t3\n', args: KEYED },
];

await needs([javaAndMaven], () => {
  let kafka: RunningKafka;
  let folder: string;

  beforeAll(async () => {
    kafka = await startKafka({ settings: { 'num.partitions': '1' } });
    folder = await mkdtemp(join(tmpdir(), 'eventmill-console-'));
  });
  afterAll(async () => {
    await kafka?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  const java = async (args: readonly string[], stdin: string | Buffer) =>
    runKafkaTool('ConsoleProducer', args, { stdin });
  const ours = (args: readonly string[], stdin: string | Buffer) =>
    eventmill(['console', ...args], { stdin });

  describe('leaves the same records, on the same partitions and in the same order:', () => {
    test.for(CASES)('$name', async ({ name, stdin, args = [], partitions = 4, sameBatches }) => {
      const base = `console-${CASES.findIndex((one) => one.name === name)}`;
      const topics = [`${base}.java`, `${base}.ours`] as const;
      await ensureTopics(
        [kafka.brokers],
        topics.map((topic) => ({ name: topic, partitions })),
        { create: true },
      );
      const line = (topic: string) => ['--bootstrap-server', kafka.brokers, '--topic', topic, ...args];
      const before = Date.now();
      const [theirEnd, ourEnd] = await Promise.all([
        java(line(topics[0]), stdin),
        ours(line(topics[1]), stdin),
      ]);
      const [theirs, own] = await Promise.all(topics.map((topic) => readStored(kafka.brokers, topic)));
      expect(ourEnd.code === 0, ourEnd.stderr).toBe(theirEnd.code === 0);
      expect(own!.map(({ records }) => records)).toEqual(theirs!.map(({ records }) => records));
      expect(total(own!)).toBeGreaterThan(0);
      expect(codecs(own!)).toEqual(codecs(theirs!));
      if (sameBatches) expect(counts(own!)).toEqual(counts(theirs!));
      expect(Math.min(...own!.flatMap(({ timestamps }) => timestamps))).toBeGreaterThanOrEqual(before);
    });

    test('bounds batches by the flags, in bytes as Java does and in records as its help says', async () => {
      const topic = 'console-bounds';
      await ensureTopics([kafka.brokers], [{ name: topic, partitions: 1 }], { create: true });
      const stdin = lines(1000, () => '');
      const flags = [
        '--max-batch-size',
        '100',
        '--max-memory-bytes',
        '1000',
        '--max-partition-memory-bytes',
        '1000',
      ];
      const ended = await ours(['--bootstrap-server', kafka.brokers, '--topic', topic, ...flags], stdin);
      expect(ended).toMatchObject({ code: 0 });
      const [partition] = await readStored(kafka.brokers, topic);
      expect(partition!.records).toHaveLength(1000);
      for (const { bytes, count } of partition!.batches) {
        expect(bytes).toBeLessThanOrEqual(1000);
        expect(count).toBeLessThanOrEqual(100);
      }
    });
  });

  const UNREACHABLE = '127.0.0.1:1';
  const at = (...args: string[]) => ['--bootstrap-server', 'BROKER', '--topic', 'ends', ...args];
  const producer = (...pairs: string[]) => pairs.flatMap((pair) => ['--producer-property', pair]);
  const gone = ['--bootstrap-server', UNREACHABLE, '--topic', 'ends'];
  const ENDS: readonly (readonly [args: readonly string[], stdin?: string])[] = [
    [at(), ''],
    [at('extra', 'words')],
    [at('--topic', 'other')],
    [at('--foo')],
    [['--bootstrap-server', 'BROKER']],
    [['--topic', 'ends']],
    [['--bootstrap-server', 'localhost', '--topic', 'ends']],
    [['--bootstrap-server', '127.0.0.1:99999', '--topic', 'ends']],
    [['--bootstrap-server', 'nosuch.invalid:9092', '--topic', 'ends']],
    [['--bootstrap-server', 'PLAINTEXT://BROKER,', '--topic', 'ends']],
    [['--bootstrap-server', 'BROKER', '--topic', 'created-by-the-broker']],
    [['--bootstrap-server', 'BROKER', '--topic', 'not/a/topic']],
    [['--bootstrap-server', 'BROKER', '--topic', 'not/a/topic', '--sync']],
    [gone, ''],
    [[...gone, '--max-block-ms', '300'], 'a\nb\n'],
    [[...gone, '--max-block-ms', '300', '--sync']],
    [at('--max-memory-bytes', '1000')],
    [at('--max-memory-bytes', '1000'), ''],
    [at('--batch-size', 'abc')],
    [at('--batch-size', '-1')],
    [at('--compression-codec', 'foo')],
    [at('--compression-codec', 'GZIP')],
    [at('--request-required-acks', '5')],
    [at('--message-send-max-retries', '0')],
    [at(...producer('foo=bar', 'linger.ms= 5 '))],
    [at(...producer('delivery.timeout.ms=2499'))],
    [at(...producer('delivery.timeout.ms=2500'))],
    [at(...producer('enable.idempotence=true'), '--request-required-acks', '1')],
    [at(...producer('enable.idempotence=false', 'max.in.flight.requests.per.connection=10'))],
    [at(...producer('max.in.flight.requests.per.connection=10'), '--request-required-acks', '1')],
    [at(...producer('max.request.size=100')), hundredBytes],
    [at(...producer('max.request.size=100'), '--sync'), hundredBytes],
    [at(...producer('max.request.size=5000000')), 'x'.repeat(2_000_000)],
    [at(...producer('max.request.size=5000000'), '--sync'), 'x'.repeat(2_000_000)],
    [at('--producer.config', '/nonexistent')],
    [at('--line-reader', 'foo.Bar')],
    [at(...KEYED, ...property('key.seperator=:')), 'a:b\n'],
    [at(...property('foo', 'bar=x'))],
    [at(...property('headers.delimiter=,'))],
    [at(...property('null.marker=,'))],
    [at(...HEADERS, ...property('headers.separator=('))],
    [at(...HEADERS), 'h\tv\n'],
    [at(...HEADERS), '\tv\n'],
    [at(...HEADERS, ...property('null.marker=N')), 'N:a\tv\n'],
  ];

  describe('ends with 0 exactly when Java’s does:', () => {
    test.for(ENDS)('%j', async ([args, stdin = 'a\n']) => {
      const line = args.map((word) => word.replace('BROKER', kafka.brokers));
      const [theirs, own] = await Promise.all([java(line, stdin), ours(line, stdin)]);
      expect({ zero: own.code === 0, said: own.stderr }).toEqual({
        zero: theirs.code === 0,
        said: own.stderr,
      });
      expect(own.stdout).toBe('');
      expect(own.stderr).not.toMatch(/^\s+at /m);
    });

    test('a file of properties, of which a property wins and a flag wins over both', async () => {
      const file = join(folder, 'producer.properties');
      await writeFile(file, '# for the lesson\nacks = 5\nlinger.ms:5\nmax.request.size \\\n  100\n');
      const line = [
        '--bootstrap-server',
        kafka.brokers,
        '--topic',
        'ends',
        '--producer.config',
        file,
        '--sync',
      ];
      for (const more of [
        [],
        ['--request-required-acks', '1'],
        [...producer('acks=1', 'max.request.size=200')],
      ]) {
        const [theirs, own] = await Promise.all([
          java([...line, ...more], hundredBytes),
          ours([...line, ...more], hundredBytes),
        ]);
        expect({ more, zero: own.code === 0 }).toEqual({ more, zero: theirs.code === 0 });
      }
    });
  });
});

function total(partitions: readonly StoredPartition[]): number {
  return partitions.reduce((sum, { records }) => sum + records.length, 0);
}

function codecs(partitions: readonly StoredPartition[]): number[] {
  return [...new Set(partitions.flatMap(({ batches }) => batches.map(({ codec }) => codec)))].sort();
}

function counts(partitions: readonly StoredPartition[]): number[][] {
  return partitions.map(({ batches }) => batches.map(({ count }) => count));
}
