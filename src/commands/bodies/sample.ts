/** A few events of one generator, prepared and written exactly as a run would. */
import { basename, extname } from 'node:path';
import type { Context, Invocation } from '../../command.js';
import { integer, parsePair, parseRate, parseSeed } from '../../config/formats.js';
import { checkOptions } from '../../config/options.js';
import { rateSpecOf } from '../../config/rate-spec.js';
import { type Past, past } from '../../config/source-time.js';
import { EventmillError } from '../../errors.js';
import { compileKey, noKey, putKey } from '../../key.js';
import { LinePress } from '../../lines.js';
import { isPath, loadPart } from '../../parts.js';
import { prepareSource } from '../../prepare.js';
import { createRandom } from '../../random.js';
import { generatorThrew } from '../../source.js';
import type { Clock, Entry, GeneratorPart, Made, Option, WorkloadSource } from '../../types.js';
import type { Parsed } from '../../units.js';
import { drained } from './drain.js';
import { FlagReader } from './flag-reader.js';

/** What mistakes begin with. */
const WHERE = 'sample';

const BATCH = { batchBytes: 64 * 1024, batchRecords: 1000 };

export async function printSample(
  { arguments: [name = ''], flags }: Invocation,
  context: Context,
): Promise<number> {
  const reader = new FlagReader(flags);
  const count = reader.read('count', integer(1, Number.MAX_SAFE_INTEGER).parse, 10);
  const seed = reader.read('seed', parseSeed, 1);
  const rate = reader.read('rate', parseRate, 1);
  const speed = reader.read('speed', integer(1, 1_000_000).parse, 60);
  const begun = reader.read('backfill', past.parse, undefined);
  const file = reader.read('plot', plotFile.parse, undefined);
  // Named as workloads name it, so that the same seed makes the same events as there.
  const sourceName = isPath(name) ? basename(name, extname(name)) : name;
  const options = await givenOptions(reader, name, `${WHERE}: sources.${sourceName}.options`);
  reader.settle();
  const source = beginning(begun, flags, context.clock.now(), {
    name: sourceName,
    generator: name,
    serializer: 'json',
    rate: rateSpecOf(rate),
    time: { kind: 'live', speed },
    options,
  });
  if (flags['plot'] !== undefined) {
    const { plot } = await import('./plot.js');
    await plot(source, seed, file, context);
    return 0;
  }
  const envelope = reader.has('envelope') || reader.has('headers');
  const lines = await linesOf(source, seed, envelope, context.clock);
  for (let left = count; left > 0 && !context.closed.aborted; left -= BATCH.batchRecords) {
    const flowing = context.stdout.write(lines(Math.min(left, BATCH.batchRecords)));
    if (!flowing) await drained(context.stdout, context.closed);
    // Between batches signals get their turn.
    await context.clock.yield();
  }
  // A generator that threw in the last batch is told only now, behind what it made.
  lines(0);
  return 0;
}

/** From the past on: in the calendar's own rhythm, and as fast as in life, unless asked for otherwise. */
function beginning(
  begun: Past | undefined,
  flags: Invocation['flags'],
  now: number,
  source: WorkloadSource,
): WorkloadSource {
  if (begun === undefined) return source;
  const rate = flags['rate'] === undefined ? rateSpecOf('natural') : source.rate;
  const speed = flags['speed'] === undefined ? 1 : (source.time.speed ?? 1);
  const start = 'at' in begun ? begun.at : now - begun.agoMs;
  return { ...source, rate, time: { kind: 'backfill', start, speed } };
}

const plotFile = {
  parse: (raw: string): Parsed<string> =>
    /\.(svg|html)$/.test(raw)
      ? { value: raw }
      : { problem: `expected a file ending in .svg or .html, got "${raw}"; leave it out to draw here` },
};

/** A function that makes the next few events and gives them as lines. Due times are as in a run that begins now; nothing waits for them. */
async function linesOf(
  source: WorkloadSource,
  seed: number,
  envelope: boolean,
  clock: Clock,
): Promise<(count: number) => Buffer> {
  const prepared = await prepareSource(source, WHERE, createRandom(seed));
  const { feed, serializer, pace: paceFrom } = prepared.open();
  const startAt = clock.now();
  const pace = paceFrom(startAt);
  const keyOf = prepared.key === null ? noKey : compileKey(prepared.key, feed.fields);
  const entry: Entry = {
    serializer,
    value: null,
    key: null,
    keyStart: 0,
    keyLength: 0,
    timestamp: 0,
    headers: null,
  };
  const press = new LinePress({ ...BATCH, batchBytes: Number.MAX_SAFE_INTEGER, envelope });
  let number = 0;
  let failure: EventmillError | undefined;
  return (count) => {
    if (failure !== undefined) throw failure;
    const lines = press.open();
    for (let made = 0; made < count; made++) {
      const dueAt = pace.nextDueAt();
      if (dueAt === Number.POSITIVE_INFINITY) break;
      let next: Made;
      try {
        number++;
        next = feed.next(Math.max(startAt, dueAt));
      } catch (error) {
        // What was made before is shown first.
        failure = generatorThrew(source.name, number, error);
        if (made === 0) throw failure;
        break;
      }
      pace.advance();
      entry.value = next.value;
      entry.timestamp = next.timestamp;
      entry.headers = next.headers ?? null;
      if (next.key === undefined) keyOf(next.value, entry);
      else if (next.key === null) noKey(null, entry);
      else putKey(next.key, entry);
      lines.add(entry);
    }
    const text = Buffer.from(lines.text);
    lines.release();
    return text;
  };
}

/**
 * `--option k=v` as the JSON of a workload would have it: lists as `a,b` too, numbers and booleans typed. What is wrong with
 * them, or with the generator, is told beside what is wrong with the flags.
 */
async function givenOptions(
  reader: FlagReader,
  generator: string,
  where: string,
): Promise<{ [name: string]: unknown }> {
  const given: { [name: string]: unknown } = {};
  try {
    const { options = {} } = await loadPart<GeneratorPart>('generators', generator);
    for (const text of reader.all('option')) {
      const pair = parsePair(text, 'symbols=AAPL,MSFT');
      if ('problem' in pair) reader.wrong('option', pair.problem);
      else given[pair.value.name] = typed(pair.value.value, options[pair.value.name]);
    }
    checkOptions(options, given, where);
  } catch (error) {
    if (!(error instanceof EventmillError) || !reader.failed) throw error;
    reader.tell(error.message);
  }
  return given;
}

function typed(text: string, option: Option | undefined): unknown {
  if (option?.type === 'string') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const isList = option?.type === 'list' || option?.type === 'integer-or-list';
    return isList ? text.split(',').map((one) => one.trim()) : text;
  }
}
