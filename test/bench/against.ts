/**
 * `npm run bench -- --against java,…`: our producer and others in turns on one broker, each in a process of its own. In
 * each round everybody runs once, beginning with another one each time, and is compared with our run of the same round,
 * which had the machine in the same mood. Only what is found in the log counts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.js';
import { deleteTopics } from '../../src/topics/deletion.js';
import { ensureTopics, topicOffsets } from '../../src/topics/index.js';
import { startKafka } from '../support/kafka.js';
import { type Found, type Match, perSecond, termsText, thisMachine } from './matches.js';
import { type Payload, writePayload } from './payload.js';
import { eventmill } from './rivals/eventmill.js';
import { franzGo } from './rivals/franz-go.js';
import { java } from './rivals/java.js';
import { kafkajs } from './rivals/kafkajs.js';
import { librdkafka } from './rivals/librdkafka.js';
import { platformatic } from './rivals/platformatic.js';
import type { Rival, RivalKind, Terms } from './rivals/rival.js';

export const RIVALS: { readonly [name: string]: RivalKind } = {
  java,
  librdkafka,
  'franz-go': franzGo,
  kafkajs,
  platformatic,
};

export interface Contest {
  readonly rivals: readonly string[];
  readonly rows: readonly Terms[];
  readonly workers: readonly number[];
  readonly pairs: number;
  /** About how long each run takes. */
  readonly seconds: number;
  /** host:port of a broker that is there; else one is started. */
  readonly broker: string | undefined;
  readonly print: (line: string) => void;
}

const PARTITIONS = 6;
/** A broker that has just been started takes in half as much as one that has been at work for some seconds. */
const WARM_UP_SECONDS = 5;
/** The first run of each tells how fast it is, and counts for nothing. */
const TRIAL_RECORDS = 300_000;
const TRIAL_SECONDS = 1;
/** Deleted logs are cleared away a moment later; the next run should not pay for it. */
const SETTLE_MS = 700;

/** Such as `stock:lz4:all`; throws for what is none. */
export function termsOf(text: string): Terms {
  const [generator = '', compression = 'none', acks = 'all', more] = text.split(':');
  if (generator === '' || more !== undefined || (acks !== 'all' && acks !== '1'))
    throw new Error(`--rows: expected GENERATOR[:CODEC[:1|all]], such as stock:lz4:all, got "${text}"`);
  return { generator, compression, acks };
}

export const DEFAULT_ROWS = [
  ...['stock:none', 'stock:lz4', 'stock:zstd', 'stock:gzip', 'pizza:none', 'pizza:lz4', 'stock:none:1'],
] as const;

/** Plays every row and hands out its matches as soon as it is over. */
export async function* contest(options: Contest): AsyncGenerator<Match[]> {
  const { print, rows } = options;
  const rivals = await openAll(options.rivals, print);
  const folder = await mkdtemp(join(tmpdir(), 'eventmill-bench-'));
  const own = options.broker === undefined ? await startKafka({ settings: SETTINGS }) : undefined;
  const broker = options.broker ?? own!.brokers;
  try {
    for (const terms of rows) {
      const payload = await writePayload(terms.generator, folder);
      print(`${termsText(terms)}: values of ${payload.valueBytes} bytes`);
      yield await playRow(new Arena(broker, terms, payload), rivals, options);
    }
  } finally {
    await own?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Deleted logs go at once, or a disk would fill up. */
const SETTINGS = { 'log.segment.delete.delay.ms': '100' };

/** Those that can be had; what cannot is named and left out. */
async function openAll(names: readonly string[], print: Contest['print']): Promise<Map<string, Rival>> {
  const rivals = new Map<string, Rival>();
  for (const name of names) {
    try {
      const rival = await RIVALS[name]!.open();
      rivals.set(name, rival);
      print(`${name}: ${rival.title}${rival.keyed ? '' : ', without keys'}`);
    } catch (error) {
      print(`${name} is left out: ${firstLines(error)}`);
    }
  }
  return rivals;
}

const firstLines = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 6).join('\n  ');

/** Where one row is played. */
class Arena {
  readonly terms: Terms;
  readonly #broker: string;
  readonly #payload: Payload;
  #runs = 0;

  constructor(broker: string, terms: Terms, payload: Payload) {
    this.#broker = broker;
    this.terms = terms;
    this.#payload = payload;
  }

  /** One run into a topic of its own. Rejects where the log does not hold what was asked for and claimed. */
  async run(rival: Rival, records: number, seconds: number): Promise<Found> {
    const topic = `bench-${process.pid}-${this.terms.generator}-${this.#runs++}`;
    const brokers = [this.#broker];
    await ensureTopics(brokers, [{ name: topic, partitions: PARTITIONS }], { create: true });
    try {
      const task = { ...this.terms, broker: this.#broker, topic, records, seconds, payload: this.#payload };
      const effort = await rival.produce(task);
      const offsets = await topicOffsets(brokers, topic);
      const found = offsets.reduce((sum, { low, high }) => sum + high - low, 0);
      const asked = rival.timed === true ? effort.records : records;
      if (found !== asked || effort.records !== asked)
        throw new Error(`${rival.title}: ${asked} asked for, ${effort.records} claimed, ${found} in the log`);
      return { records: found, seconds: effort.seconds, cpuSeconds: effort.cpuSeconds };
    } finally {
      await deleteTopics(brokers, [topic]);
      await systemClock.sleep(SETTLE_MS);
    }
  }
}

interface Contestant {
  readonly name: string;
  readonly rival: Rival;
  /** Of its next run. */
  records: number;
}

/** So many as take so long at the rate of the run before; a first run is slow, as everybody has to wake up. */
const recordsFor = (run: Found, seconds: number): number =>
  Math.max(100_000, Math.round((perSecond(run) * seconds) / 10_000) * 10_000);

async function playRow(
  arena: Arena,
  rivals: ReadonlyMap<string, Rival>,
  { rows, workers, pairs, seconds, print }: Contest,
): Promise<Match[]> {
  const ours = workers.map((each) => [nameOf(each), eventmill(each)] as const);
  const contestants: Contestant[] = [];
  if (arena.terms === rows[0]) await arena.run(eventmill(1), TRIAL_RECORDS, WARM_UP_SECONDS);
  for (const [name, rival] of [...ours, ...rivals]) {
    try {
      const trial = await arena.run(rival, TRIAL_RECORDS, TRIAL_SECONDS);
      contestants.push({ name, rival, records: recordsFor(trial, seconds) });
    } catch (error) {
      if (!rivals.has(name)) throw error;
      print(`${name} is left out here: ${firstLines(error)}`);
    }
  }
  const found = new Map<string, Found[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < pairs; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const contestant = contestants[(i + round) % contestants.length]!;
      const { name, rival, records } = contestant;
      const run = await arena.run(rival, records, seconds);
      contestant.records = recordsFor(run, seconds);
      found.get(name)!.push(run);
      const rate = Math.round(perSecond(run)).toLocaleString('en');
      print(`  ${round + 1} of ${pairs}  ${name.padEnd(14)} ${rate.padStart(10)}/s`);
    }
  }
  const theirs = contestants.filter(({ name }) => rivals.has(name));
  return workers.flatMap((each) =>
    theirs.map(({ name, rival }) => ({
      ...arena.terms,
      ...{ rival: name, title: rival.title, workers: each, machine: thisMachine() },
      pairs: found.get(name)!.map((run, i) => ({ ours: found.get(nameOf(each))![i]!, theirs: run })),
    })),
  );
}

const nameOf = (workers: number): string => `eventmill ×${workers}`;
