/** What is worth knowing about a profile at a rate before it is run: one rule each, with its reason and its remedy. */
import { bytes, count, milliseconds, perSecond, seconds } from '../figures.js';
import type { Profile } from '../types.js';
import type { SourceForecast } from './forecast.js';
import type { ProfileForecast } from './profile.js';

/** `risk`: records may be lost, doubled or late. `idle`: a setting that does nothing here. `cost`: what could be had for less. */
export type NoteKind = 'risk' | 'idle' | 'cost';

export interface Note {
  readonly kind: NoteKind;
  /** One sentence, with its remedy. */
  readonly text: string;
}

interface Facts {
  readonly profile: Profile;
  readonly forecast: Omit<ProfileForecast, 'notes'>;
  readonly sources: readonly SourceForecast[];
  readonly sandbox: boolean;
  /** Records per second on the mean, all sources together; null: as fast as it goes. */
  readonly perSecond: number | null;
  /** Threads, each a producer of its own. */
  readonly workers: number;
}

interface Rule {
  readonly kind: NoteKind;
  /** The sentence, or undefined where it does not apply. */
  readonly say: (facts: Facts) => string | undefined;
}

const RETRIES_UNBOUNDED = 2_147_483_647;
/** A broker's own default of message.max.bytes: what it takes as one batch. */
const MESSAGE_BYTES_MAX = 1_048_588;
/** What a batch of one record has beside its key and value. */
const FRAMING_BYTES = 72;
/** How long a new leader takes to be elected, at the least, in a cluster that is well. */
const ELECTION_SECONDS = 5;
/** An answer from a broker in the same data centre. */
const ANSWER_MS = 1;

const RULES: readonly Rule[] = [
  {
    kind: 'risk',
    say: ({ profile: { settings } }) =>
      settings.acks === 0
        ? 'acks 0: nobody acknowledges, so records that are lost are counted as written; take acks all to know'
        : undefined,
  },
  {
    kind: 'risk',
    say: ({ profile: { settings } }) =>
      settings.acks === 1
        ? 'acks 1: what the leader has acknowledged is lost if it goes before others have copied it; take acks all to keep it'
        : undefined,
  },
  {
    kind: 'risk',
    say: ({ profile: { settings } }) =>
      !settings.idempotent && settings.acks !== 0 && settings.retriesMax > 0
        ? 'not idempotent: a retry after a lost answer stores its records twice; with acks all, set idempotent to true'
        : undefined,
  },
  { kind: 'risk', say: retriesEndEarly },
  { kind: 'risk', say: tooSlowForSync },
  { kind: 'risk', say: tooLarge },
  { kind: 'risk', say: batchesTooLarge },
  { kind: 'risk', say: bufferTooSmall },
  { kind: 'risk', say: hotPartition },
  { kind: 'idle', say: lingerNeverReached },
  { kind: 'cost', say: lingerInVain },
  { kind: 'cost', say: compressionInVain },
  { kind: 'idle', say: idlePartitions },
];

/** All that applies, risks first. */
export function notesOn(facts: Facts): readonly Note[] {
  return RULES.flatMap(({ kind, say }) => {
    const text = say(facts);
    return text === undefined ? [] : [{ kind, text }];
  });
}

/** Retries back off, twice as long each time; the jitter is left out. */
function retriesEndEarly({ profile: { settings } }: Facts): string | undefined {
  const { retriesMax, retryBackoffMs, retryBackoffMsMax, deliveryTimeoutMs } = settings;
  if (settings.acks === 0 || retriesMax >= RETRIES_UNBOUNDED) return undefined;
  if (retriesMax === 0)
    return 'retriesMax 0: the first error is the last word, also one that would have passed; raise it';
  let pausesMs = 0;
  let pause = retryBackoffMs;
  for (let retry = 0; retry < retriesMax && pausesMs < deliveryTimeoutMs; retry++) {
    pausesMs += Math.min(pause, retryBackoffMsMax);
    pause *= 2;
  }
  if (pausesMs >= deliveryTimeoutMs) return undefined;
  return (
    `retriesMax ${retriesMax}: against a broker that refuses at once, records fail after about ${milliseconds(pausesMs)}, ` +
    `long before deliveryTimeoutMs (${milliseconds(deliveryTimeoutMs)}); raise retriesMax and let the time decide`
  );
}

function tooSlowForSync({ profile: { settings }, perSecond: all, workers }: Facts): string | undefined {
  if (settings.mode !== 'sync' || all === null) return undefined;
  const rate = all / workers;
  if (rate < 1000 / (2 * ANSWER_MS)) return undefined;
  const each = workers === 1 ? '' : ' in each thread';
  return (
    `mode sync: at ${perSecond(rate)}${each} each acknowledgement must come within ${milliseconds(1000 / rate)}, or records ` +
    'are made late; lower the rate, or take mode async'
  );
}

function tooLarge({ sources, sandbox }: Facts): string | undefined {
  const large = sources.filter(({ recordBytes }) => recordBytes.max + FRAMING_BYTES > MESSAGE_BYTES_MAX);
  if (large.length === 0) return undefined;
  const names = large.map(({ name, recordBytes }) => `${name} (${bytes(recordBytes.max)})`).join(', ');
  return (
    `records of ${names} are larger than a broker takes by default (max.message.bytes ${count(MESSAGE_BYTES_MAX)})` +
    `${sandbox ? ', and so does the sandbox' : ''}; raise it on the topic, or lower valueBytes`
  );
}

function batchesTooLarge({ profile: { settings }, forecast }: Facts): string | undefined {
  const { batch, compressionRatio } = forecast;
  if (settings.batchBytes <= MESSAGE_BYTES_MAX || batch.bytes / compressionRatio <= MESSAGE_BYTES_MAX)
    return undefined;
  return (
    `batchBytes ${count(settings.batchBytes)}: batches will be larger than a broker takes by default ` +
    `(max.message.bytes ${count(MESSAGE_BYTES_MAX)}) and be sent twice, the second time split; lower it to 1000000`
  );
}

function bufferTooSmall({ profile: { settings }, forecast: { buffer } }: Facts): string | undefined {
  const { lastsSeconds, whenFull } = buffer;
  if (settings.mode === 'sync' || lastsSeconds === null || lastsSeconds >= ELECTION_SECONDS) return undefined;
  const then =
    whenFull === 'wait'
      ? 'then records are made late'
      : `then records are ${whenFull === 'drop' ? 'dropped' : 'failed'}`;
  return (
    `bufferBytes ${count(settings.bufferBytes)}: without a broker the buffer is full after ${seconds(lastsSeconds)}, less than ` +
    `the election of a leader may take, and ${then}; raise it (${bytes(buffer.bytesPerSecond! * ELECTION_SECONDS)} hold ${ELECTION_SECONDS} s)`
  );
}

function hotPartition({ forecast: { topics } }: Facts): string | undefined {
  const hot = topics.filter(
    ({ partitions, hottest }) =>
      hottest !== null && partitions > 1 && hottest.share > 2 / partitions && hottest.share > 0.3,
  );
  if (hot.length === 0) return undefined;
  const which = hot.map(
    ({ base, hottest }) =>
      `${Math.round(100 * hottest!.share)} % of ${base} go to partition ${hottest!.partition}`,
  );
  return `${which.join(', ')}: one leader and one reader carry them; take a key whose values are used more evenly`;
}

function idlePartitions({ forecast: { topics } }: Facts): string | undefined {
  const idle = topics.filter(({ idlePartitions: none }) => none > 0);
  if (idle.length === 0) return undefined;
  const which = idle.map(
    ({ base, partitions, idlePartitions: none, keys }) =>
      `${base} leaves ${none} of its ${partitions} partitions empty (${count(keys)} ${keys === 1 ? 'key' : 'keys'} seen)`,
  );
  return `${which.join(', ')}; fewer partitions or more keys`;
}

function lingerNeverReached({ profile: { settings }, forecast: { batch } }: Facts): string | undefined {
  if (settings.lingerMs === 0 || settings.mode === 'sync') return undefined;
  if (batch.closedBy !== 'batchBytes' && batch.closedBy !== 'batchRecords') return undefined;
  return `lingerMs ${settings.lingerMs} has no effect at this rate: ${batch.closedBy} closes batches before it does`;
}

function lingerInVain({
  profile: { settings },
  forecast: { batch },
  perSecond: rate,
}: Facts): string | undefined {
  if (settings.lingerMs === 0 || batch.closedBy !== 'lingerMs' || batch.records >= 1.5 || rate === null)
    return undefined;
  return (
    `lingerMs ${settings.lingerMs} adds its time to each record and finds it hardly any company ` +
    `(${batch.records.toFixed(1)} records a batch); set it to 0 for latency, or raise it for fewer requests`
  );
}

function compressionInVain({ profile: { settings }, forecast }: Facts): string | undefined {
  if (settings.compression === 'none' || forecast.compressionRatio >= 1.15) return undefined;
  return (
    `compression ${settings.compression} saves next to nothing (${forecast.compressionRatio.toFixed(2)}×) on batches of ` +
    `${forecast.batch.records.toFixed(1)} records; raise lingerMs to fill them, or set compression to none`
  );
}
