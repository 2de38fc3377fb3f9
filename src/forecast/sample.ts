/** Records of a source from its beginning on, made and measured exactly as a run would make them, and sent nowhere. */
import { compileKey, noKey, putKey } from '../key.js';
import type { PreparedSource } from '../prepare.js';
import { generatorThrew, misshapen } from '../source.js';
import type { BackfillSnapshot, Clock, Entry, Headers, Made, Serializer } from '../types.js';

/** One record as it would be sent. */
export interface SampleRecord {
  /** Without a profile's name. */
  readonly topic: string;
  readonly key: Buffer | null;
  /** Kafka's hash of the key; −1 without one. */
  readonly hash: number;
  /** null: a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Headers | null;
  readonly timestamp: number;
}

export interface Sample {
  /** From all of what was made: a model's day begins with other events than it ends with. In their order, in runs of neighbours. */
  readonly records: readonly SampleRecord[];
  /** When each event that was made is due, in ms from the start; of `max` none. More than `records`, where only making the events tells when they come. */
  readonly dueMs: readonly number[];
  /** How many events were made. */
  readonly made: number;
  /** No more come: the model's calendar is over, or the rate has stopped. */
  readonly ended: boolean;
  /** Up to here, in ms from the start, `dueMs` holds all there are. */
  readonly knownMs: number;
  /** The model's mean, events per second of the wall clock; where only the model knows. */
  readonly modelPerSecond: number | undefined;
  /** The same per second of the model's own calendar, where it has one. */
  readonly calendarPerSecond: number | undefined;
  /** How far it came out of the past, where it begins there. */
  readonly backfill: BackfillSnapshot | undefined;
}

export interface SampleWishes {
  readonly startAt: number;
  /** What is due later than this after the start is not made, ms. */
  readonly horizonMs: number;
  /** Nor more than this. */
  readonly count: number;
  readonly clock: Clock;
}

/** Enough for a mean that holds and for every partition to be met; a moment's work. */
const RECORDS_MAX = 10_000;
/** Records are kept, to be packed into batches; large ones are therefore fewer. */
const BYTES_MAX = 16 * 2 ** 20;
/** Records are kept in runs of so many, as neighbours are what a batch holds. */
const RUN = 250;
/** So many events are made to see what comes later, and of a source whose calendar only its model knows, when. */
const EVENTS_MAX = 200_000;
/** Slow generators are not waited for; long enough that a busy machine plans what an idle one does. */
const MAKING_MS_MAX = 5000;
const CLOCK_EVERY = 64;

/** Makes events of a source from its beginning on. Throws GENERATOR_THREW if its generator does. */
export function takeSample(prepared: PreparedSource, wishes: SampleWishes): Sample {
  const { feed, serializer, pace: paceFrom } = prepared.open();
  const { startAt, horizonMs, count, clock } = wishes;
  const pace = paceFrom(startAt);
  const press = new Press(prepared, serializer, feed.fields);
  const begunAt = clock.now();
  const dueMs: number[] = [];
  let made = 0;
  let ended = false;
  let beyond = false;
  for (; made < Math.min(EVENTS_MAX, count); made++) {
    const due = pace.nextDueAt();
    ended = due === Number.POSITIVE_INFINITY;
    beyond = due > startAt + horizonMs;
    if (ended || beyond) break;
    if (made % CLOCK_EVERY === 0 && clock.now() - begunAt > MAKING_MS_MAX) break;
    try {
      const event = feed.next(Math.max(startAt, due));
      if (typeof event?.timestamp !== 'number' || !(event.timestamp >= 0)) throw misshapen(event);
      press.offer(event, made);
    } catch (cause) {
      throw generatorThrew(prepared.source.name, made + 1, cause);
    }
    if (due >= 0) dueMs.push(due - startAt);
    pace.advance();
  }
  const perSecond = pace.perSecondAt(startAt);
  const modelPerSecond = isNatural(prepared) && perSecond > 0 ? perSecond : undefined;
  const knownMs = ended ? Number.POSITIVE_INFINITY : beyond ? horizonMs : (dueMs.at(-1) ?? 0);
  const { perSecond: calendarPerSecond } = feed;
  const backfill = pace.backfill?.();
  return { records: press.records, dueMs, made, ended, knownMs, modelPerSecond, backfill, calendarPerSecond };
}

/** Whether its events come when the model has them, and not when a formula says so. */
export function isNatural({ source: { rate, time } }: PreparedSource): boolean {
  return rate.kind === 'natural' || (time.kind === 'simulated' && time.speed !== undefined);
}

/** Turns events into bytes, of some as long as they are few, of every second run whenever they get too many. */
class Press {
  records: SampleRecord[] = [];
  #bytes = 0;
  /** One run in so many is kept. */
  #every = 1;
  readonly #topic: string;
  readonly #serializer: Serializer;
  readonly #keyOf: ReturnType<typeof compileKey>;
  readonly #entry: Entry;
  #buffer = Buffer.allocUnsafe(64 * 1024);

  constructor(
    { topic, key }: PreparedSource,
    serializer: Serializer,
    fields: Parameters<typeof compileKey>[1],
  ) {
    this.#topic = topic;
    this.#serializer = serializer;
    this.#keyOf = key === null ? noKey : compileKey(key, fields);
    this.#entry = {
      serializer,
      value: null,
      key: null,
      keyStart: 0,
      keyLength: 0,
      timestamp: 0,
      headers: null,
    };
  }

  /** The events in their order, `nth` from 0 on. */
  offer(event: Made, nth: number): void {
    const run = Math.floor(nth / RUN);
    if (nth % RUN === 0 && (this.records.length >= RECORDS_MAX || this.#bytes >= BYTES_MAX)) this.#thin();
    if (run % this.#every === 0 && this.#bytes < 2 * BYTES_MAX) this.#take(event);
  }

  /** The first run always stays. */
  #thin(): void {
    this.#every *= 2;
    this.records = this.records.filter((_, i) => Math.floor(i / RUN) % 2 === 0);
    this.#bytes = this.records.reduce((sum, record) => sum + payloadBytes(record), 0);
  }

  #take(event: Made): void {
    const entry = this.#entry;
    const hash =
      event.key === undefined
        ? this.#keyOf(event.value, entry)
        : event.key === null
          ? noKey(null, entry)
          : putKey(event.key, entry);
    const key =
      entry.key === null
        ? null
        : Buffer.from(entry.key.subarray(entry.keyStart, entry.keyStart + entry.keyLength));
    const value = event.value === null || event.value === undefined ? null : this.#written(event.value);
    this.#bytes += (key?.length ?? 0) + (value?.length ?? 0);
    this.records.push({
      topic: event.topic ?? this.#topic,
      key,
      hash,
      value,
      headers: event.headers ?? null,
      timestamp: Math.floor(event.timestamp),
    });
  }

  #written(value: unknown): Buffer {
    let end = this.#serializer.write(value, this.#buffer, 0);
    while (end > this.#buffer.length) {
      this.#buffer = Buffer.allocUnsafe(2 * end);
      end = this.#serializer.write(value, this.#buffer, 0);
    }
    return Buffer.from(this.#buffer.subarray(0, end));
  }
}

/** Keys, values and headers as made. */
export function payloadBytes({ key, value, headers }: SampleRecord): number {
  const ofHeaders = Object.entries(headers ?? {}).reduce(
    (sum, [name, text]) => sum + Buffer.byteLength(name) + (text === null ? 0 : Buffer.byteLength(text)),
    0,
  );
  return (key?.length ?? 0) + (value?.length ?? 0) + ofHeaders;
}

export function meanPayload(records: readonly SampleRecord[]): number {
  return records.length === 0
    ? 0
    : records.reduce((sum, record) => sum + payloadBytes(record), 0) / records.length;
}
