/** `eventmill console` from its input to the records in a sandbox. */
import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { FlagValues } from '../../../src/command.js';
import { consoleCommand } from '../../../src/commands/bodies/console.js';
import { fakeProcess, invocation } from '../../support/context.js';
import { startServer } from '../../support/sandbox-server.js';
import { readStored } from '../../support/stored.js';

const KEYED = { property: ['parse.key=true'] };

async function setUp(flags: FlagValues = {}, stdin: Readable = Readable.from([])) {
  const { address } = await startServer({ partitions: 3 });
  const process = fakeProcess({ stdin });
  const run = () =>
    consoleCommand(invocation([], { bootstrapServer: [address], topic: ['t'], ...flags }), process.context);
  const stored = async () =>
    (await readStored(address, 't')).map(({ records }) => records.map(({ key, value }) => `${key}=${value}`));
  return { address, run, stored, ...process };
}

const input = (text: string) => Readable.from([Buffer.from(text)]);

it('sends each line to its key’s partition, and accounts for all in one line', async () => {
  const { run, stored, stdout, stderr } = await setUp(KEYED, input('a\t1\nb\t2\nc\t3\na\t4\n'));
  expect(await run()).toBe(0);
  // Java’s murmur2: golden/partitions.json has more of them.
  expect((await stored()).flat().sort()).toEqual(['a=1', 'a=4', 'b=2', 'c=3']);
  expect(stdout.text).toBe('');
  expect(stderr.text).toBe(
    'console: 4 due = 4 acked + 0 failed + 0 expired + 0 dropped + 0 unacknowledged\n',
  );
});

it('says written, not acknowledged, of records that nobody acknowledges', async () => {
  const { run, stderr } = await setUp({ requestRequiredAcks: ['0'] }, input('a\n'));
  expect(await run()).toBe(0);
  expect(stderr.text).toContain('1 written, unacknowledged');
});

it('sends what was read before a line that cannot be', async () => {
  const { run, stored } = await setUp(KEYED, input('a\t1\nwrong\nb\t2\n'));
  await expect(run()).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('line 2') });
  expect((await stored()).flat()).toEqual(['a=1']);
});

it('sends what was read before an interruption, ends with 130, and lets go of its input', async () => {
  // On a terminal the third prompt says that two lines have been taken.
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const { run, stored, signal, stdout, stderr } = await setUp({}, stdin);
  Object.assign(stdout, { isTTY: true });
  const ended = run();
  stdin.write('a\nb\nbegun');
  await expect.poll(() => stdout.text, { timeout: 5000 }).toBe('>>>');
  signal();
  expect(await ended).toBe(130);
  expect(stdin.destroyed).toBe(true);
  expect((await stored()).flat()).toEqual(['null=a', 'null=b']);
  expect(stderr.text).toContain('2 due = 2 acked');
});

it('asks for each line on a terminal, and only there', async () => {
  const stdin = Object.assign(input('a\nb\n'), { isTTY: true });
  const { run, stdout } = await setUp({}, stdin);
  Object.assign(stdout, { isTTY: true });
  expect(await run()).toBe(0);
  expect(stdout.text).toBe('>>>\n');
});

it('tells of a few losses one by one and counts the rest, with exit code 0 as Kafka’s tool', async () => {
  const { run, stderr } = await setUp({ topic: ['a/b'] }, input('1\n2\n3\n4\n5\n'));
  expect(await run()).toBe(0);
  expect(
    stderr.text.match(/^error: 1 record lost, INVALID_TOPIC_EXCEPTION.*: --topic: .*; perhaps a_b$/gm),
  ).toHaveLength(3);
  expect(stderr.text).toContain('5 due = 0 acked + 5 failed');
  expect(stderr.text).toContain('(INVALID_TOPIC_EXCEPTION 5)');
});

it('with --sync ends at the first loss, with 1', async () => {
  const { run, stderr } = await setUp({ topic: ['a/b'], sync: true }, input('1\n2\n'));
  await expect(run()).rejects.toMatchObject({ exitCode: 1 });
  expect(stderr.text).toContain('1 due = 0 acked + 1 failed');
});

it('bounds batches and memory as the old lesson has it', async () => {
  const flags = {
    maxBatchSize: ['100'],
    maxMemoryBytes: ['1000'],
    maxPartitionMemoryBytes: ['1000'],
    compressionCodec: ['none'],
    messageSendMaxRetries: ['5'],
    retryBackoffMs: ['100'],
  };
  const { run, address } = await setUp(flags, input('\n'.repeat(3000)));
  expect(await run()).toBe(0);
  const batches = (await readStored(address, 't')).flatMap((partition) => partition.batches);
  expect(batches.reduce((sum, { count }) => sum + count, 0)).toBe(3000);
  expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1000);
  expect(Math.max(...batches.map(({ count }) => count))).toBe(100);
});

it('needs a host that can be looked up', async () => {
  const { run } = await setUp({ bootstrapServer: ['nosuch.invalid:9092'] });
  await expect(run()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('nosuch.invalid'),
  });
});

it('warns of arguments, which Kafka’s tool takes without a word', async () => {
  const { address } = await startServer();
  const { context, stderr } = fakeProcess();
  const flags = { bootstrapServer: [address], topic: ['t'] };
  expect(await consoleCommand(invocation(['some', 'words'], flags), context)).toBe(0);
  expect(stderr.text).toContain('warning: "some words": ignored');
});

it('ends with 2 when nothing of its input can be read', async () => {
  const stdin = new Readable({
    read: () => void stdin.destroy(new Error('EISDIR: illegal operation on a directory, read')),
  });
  const { run, stderr } = await setUp({}, stdin);
  await expect(run()).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('got EISDIR') });
  expect(stderr.text).toContain('0 due');
});

it('ends with 1 when its input breaks off, and accounts for the whole lines that came before', async () => {
  const fails = async function* () {
    yield Buffer.from('a\nb\nbegun');
    throw new Error('EIO: i/o error, read');
  };
  const { run, stored, stderr } = await setUp({}, Readable.from(fails()));
  await expect(run()).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('got EIO') });
  expect((await stored()).flat()).toEqual(['null=a', 'null=b']);
  expect(stderr.text).toContain('2 due = 2 acked');
});
