/** kcat: librdkafka as Debian ships it, 2.0, with quirks that newer ones have lost. */
import { needs } from '../support/tiers.js';
import { type Need, output, programPath } from '../support/tools.js';
import { type Client, COMPRESSIONS, clientSuite, type TextRecord } from './client.js';

const kcat: Need = {
  name: 'kcat',
  remedy: 'install it (on Debian: apt-get install kcat)',
  async ready() {
    if (programPath('kcat') === undefined) throw new Error('kcat is not on the PATH');
  },
};

await needs([kcat], () =>
  clientSuite({
    name: 'kcat',
    compressions: COMPRESSIONS,
    administers: false,
    nullValues: true,
    headersEach: false,
    connect,
  }),
);

/** No text of the tests has this in it. */
const KEY_END = '|';

function connect(brokers: string): Client {
  const call = (args: readonly string[], stdin = ''): Promise<string> =>
    output('kcat', ['-b', brokers, ...args], { stdin, timeoutMs: 30_000 });
  return {
    async partitions() {
      const { topics } = JSON.parse(await call(['-L', '-J']));
      return Object.fromEntries(
        topics.map((found: { topic: string; partitions: unknown[] }) => [
          found.topic,
          found.partitions.length,
        ]),
      );
    },
    async ends(topic) {
      // −1 asks for the end of a partition; kcat answers with a line such as `topic [0] offset 12`.
      const wanted = Object.keys(await partitionNumbers(call, topic)).map((p) => `${topic}:${p}:-1`);
      const text = await call(wanted.flatMap((one) => ['-t', one]).toSpliced(0, 0, '-Q'));
      return [...text.matchAll(/offset (\d+)/g)].map(([, offset]) => Number(offset));
    },
    async produce(topic, records, { compression, acks, idempotent }) {
      const settings = [`acks=${acks}`, `enable.idempotence=${idempotent}`, 'linger.ms=20'];
      const headers = Object.entries(records[0]?.headers ?? {}).flatMap(([name, value]) => [
        '-H',
        `${name}=${value}`,
      ]);
      const lines = records.map(({ key, value }) => `${key ?? ''}${KEY_END}${value ?? ''}\n`).join('');
      // -Z: an empty key or value is sent as null.
      const args = ['-P', '-t', topic, '-K', KEY_END, '-Z', '-z', compression, ...headers];
      await call([...args, ...settings.flatMap((setting) => ['-X', setting])], lines);
    },
    async consume(topic, group, count) {
      const options = ['auto.offset.reset=earliest', 'enable.partition.eof=false'];
      const args = [
        '-G',
        group,
        '-J',
        '-c',
        String(count),
        ...options.flatMap((option) => ['-X', option]),
        topic,
      ];
      const lines = (await call(args)).split('\n').filter((line) => line.startsWith('{'));
      return lines.map(parsed);
    },
  };
}

async function partitionNumbers(call: (args: readonly string[]) => Promise<string>, topic: string) {
  const { topics } = JSON.parse(await call(['-L', '-J', '-t', topic]));
  return topics[0].partitions as readonly unknown[];
}

function parsed(line: string): TextRecord {
  const { key, payload, headers } = JSON.parse(line);
  const pairs: [string, string][] = [];
  for (let i = 0; i < (headers?.length ?? 0); i += 2) pairs.push([headers[i], headers[i + 1]]);
  return { key, value: payload, headers: Object.fromEntries(pairs) };
}
