/** From a workload's source to a feed with its serializer and pace: everything that can be wrong with it is found here, before anything is sent. */
import { comesByItself, isSimulated } from './backfill.js';
import { checkOptions } from './config/options.js';
import type { TellTruth } from './disorder.js';
import { DisorderedFeed } from './disordered.js';
import { EventmillError } from './errors.js';
import { openFeed } from './generator.js';
import { compileKey, noKey } from './key.js';
import { nearest } from './nearest.js';
import { checkPacing, modelTime, naturalSpeed, type PaceFrom, paced } from './pacing.js';
import { padded } from './padding.js';
import { loadPart } from './parts.js';
import { loadRate } from './rate.js';
import { ownsKey, WHOLE } from './shard.js';
import { takingWritten } from './spoil.js';
import type {
  Feed,
  FeedContext,
  GeneratorPart,
  ModelTime,
  Random,
  Serializer,
  SerializerPart,
  Workload,
  WorkloadSource,
} from './types.js';

/** A source's parts, found and checked once for all profiles; each profile opens a feed of its own. */
export interface PreparedSource {
  readonly source: WorkloadSource;
  /** Its topic, before a profile's name is added. */
  readonly topic: string;
  /** A field's name, or null for none. */
  readonly key: string | null;
  /** Whether that is the generator's own, by which it tells its entities apart. */
  readonly keyIsOwn: boolean;
  /** `tell` hears what becomes of its events where the workload asks for disorder. */
  open(tell?: TellTruth): OpenedSource;
  /**
   * The same events without a rate, in the order of the model's own clock where it has one. `ordered`: whether that is
   * also the order in which a run makes them; else only each key's events come in the same order.
   */
  openAgain(): { readonly opened: Pick<OpenedSource, 'feed' | 'serializer'>; readonly ordered: boolean };
}

export interface OpenedSource {
  readonly feed: Feed;
  readonly serializer: Serializer;
  readonly pace: PaceFrom;
  /** No more will be made: tells of what was held back for good. */
  close?(): void;
}

type Opened = Omit<OpenedSource, 'pace'>;

/** Prepares every source, and tells the mistakes of all together. A shard's feeds may leave out what others make. */
export async function prepareSources(
  workload: Workload,
  random: Random,
  shard = WHOLE,
): Promise<PreparedSource[]> {
  const where = `workload ${workload.name}`;
  const results = await Promise.allSettled(
    workload.sources.map((source) =>
      prepareSource(source, where, random, mayLeaveOut(workload, source) ? shard : WHOLE),
    ),
  );
  const errors = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  for (const error of errors) if (!(error instanceof EventmillError)) throw error;
  if (errors.length > 0) {
    const mistakes = errors as EventmillError[];
    throw new EventmillError(mistakes[0]!.code, mistakes.map(({ message }) => message).join('\n'));
  }
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/**
 * Whether a shard's events are what they would be if its feed never made those of others. They are not where others' events
 * count: towards a limit, towards a rate of the whole, or towards the proportion of sources that go as fast as they can.
 */
function mayLeaveOut({ limits, sources }: Workload, { rate, time }: WorkloadSource): boolean {
  if (limits.count !== undefined) return false;
  if (time.kind === 'backfill') return comesByItself({ rate }) && time.fillPerSecond === undefined;
  const natural = rate.kind === 'natural' || (time.kind === 'simulated' && time.speed !== undefined);
  return natural || (rate.kind === 'max' && sources.length === 1);
}

/** Finds and checks the parts of one source; `where` begins each mistake. */
export async function prepareSource(
  source: WorkloadSource,
  where: string,
  random: Random,
  shard = WHOLE,
): Promise<PreparedSource> {
  const part = source.part ?? (await loadPart<GeneratorPart>('generators', source.generator));
  const options = checkOptions(
    part.options ?? {},
    source.options,
    `${where}: sources.${source.name}.options`,
  );
  const { compile } = await loadPart<SerializerPart>('serializers', source.serializer);
  const rate = await loadRate(source.rate);
  const key = source.key === undefined ? (part.key ?? null) : source.key;
  // Entities go by the generator's own key: under another one, or with disorder, all events have to be made.
  const whole = shard.of === 1 || source.disorder !== undefined;
  const partial = !whole && key !== null && key === part.key ? { owns: ownsKey(shard) } : {};
  const openAt = (time: ModelTime, more: Pick<FeedContext, 'owns'> = {}) =>
    openFeed(part, { options, random: random.fork(source.name), time, ...more }, `source ${source.name}`);
  checkDisorder(source, where);
  const disordered = (opened: Opened, holds: boolean, tell?: TellTruth): Opened => {
    const { feed, serializer } = opened;
    const { disorder, time } = source;
    if (disorder === undefined) return opened;
    const wrapped = new DisorderedFeed({
      feed,
      serializer,
      disorder,
      keyOf: key === null ? noKey : compileKey(key, feed.fields),
      entityOf: part.key === undefined || part.key === null ? null : compileKey(part.key, feed.fields),
      salt: random.fork(source.name).fork('disorder').uint32(),
      simulated: isSimulated(source),
      holds,
      ...(time.until === undefined ? {} : { until: time.until }),
      ...(tell === undefined ? {} : { tell }),
    });
    return { feed: wrapped, serializer: takingWritten(serializer), close: () => wrapped.close() };
  };
  const open = (tell?: TellTruth): OpenedSource => {
    const asked = modelTime(source);
    const first = openAt(asked, partial);
    checkPacing(source, first, rate, where);
    checkKey(key, first, `${where}: sources.${source.name}.key`);
    // How fast the model's life must pass for the mean that was asked for is known only once there is a model.
    const time = { ...asked, speed: naturalSpeed(source, first) ?? asked.speed };
    const feed = time.speed === asked.speed ? first : openAt(time, partial);
    const opened = disordered({ feed, serializer: serializerOf(feed) }, true, tell);
    return {
      ...opened,
      ...paced(opened.feed, { source, rate, model: time, random: random.fork(source.name) }),
    };
  };
  const serializerOf = (feed: Feed) => {
    const plain = compileAll(compile, feed);
    return source.valueBytes === undefined ? plain : padded(plain, source.valueBytes, random);
  };
  const openAgain = () => {
    const asked = modelTime(source);
    const first = openAt({ ...asked, pace: 'own' });
    const speed = naturalSpeed(source, first) ?? asked.speed;
    const own = speed === asked.speed ? first : openAt({ ...asked, pace: 'own', speed });
    // One without a clock of its own makes its events in one order, however it is asked.
    const feed = own.nextAt === undefined ? openAt(asked) : own;
    const ordered = asked.pace === 'own' || own.nextAt === undefined;
    return { opened: disordered({ feed, serializer: serializerOf(feed) }, false), ordered };
  };
  const keyIsOwn = key !== null && key === part.key;
  return { source, topic: source.topic ?? part.topic, key, keyIsOwn, open, openAgain };
}

/** One serializer for the events of all topics: those of side topics say themselves which one theirs is. */
function compileAll(compile: SerializerPart['compile'], { fields, sides = [] }: Feed): Serializer {
  const own = compile(fields);
  if (sides.length === 0) return own;
  const others = sides.map((side) => compile(side.fields));
  return {
    write(value, buffer, offset) {
      const { side } = value as { readonly side?: number };
      return (side === undefined ? own : others[side]!).write(value, buffer, offset);
    },
  };
}

/** A key that is no field of the generator's is a mistake before anything is sent. */
function checkKey(key: string | null, { fields }: Feed, where: string): void {
  if (key === null || fields === undefined || Object.hasOwn(fields, key)) return;
  const names = Object.keys(fields);
  const meant = nearest(key, names);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  throw new EventmillError(
    'CONFIG',
    `${where}: expected null or one of the generator's fields (${names.join(', ')}), got "${key}"${hint}`,
  );
}

/** Only text can be valid and yet not what its schema says. */
function checkDisorder({ name, disorder, serializer }: WorkloadSource, where: string): void {
  if ((disorder?.schemaViolating ?? 0) === 0 || serializer === 'json') return;
  throw new EventmillError(
    'CONFIG',
    `${where}: sources.${name}.disorder.schemaViolating: expected the serializer json, got ${serializer}; leave it out, or take malformed`,
  );
}
