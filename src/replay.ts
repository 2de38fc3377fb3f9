/** A workload's sources made once more, for whoever compares what came with what should have. */
import { isSimulated } from './backfill.js';
import { EventmillError } from './errors.js';
import { compileKey, noKey, putKey } from './key.js';
import type { OpenedSource, PreparedSource } from './prepare.js';
import { owns, WHOLE } from './shard.js';
import type { Entry, Headers, Made, Shard } from './types.js';
import type { Expected, Replay } from './verify/expectations.js';
import { isDisordered, withMadeHeaders } from './verify/headers.js';
import { Scan } from './verify/scan.js';

/** How many events are made to find out whether a generator repeats itself. */
const TRIED = 300;
/** Due times that nothing should depend on but `timestamp` and `promisedAt`. */
const DUE = Date.UTC(2025, 0, 1);
/** After so many events of others for each shard, one after another, nothing of its own is expected any more: it may have none of a few keys. */
const STRANGERS_MAX = 100_000;

/** What is expected of a source whose events go to `topic`, from one shard of the run or the whole. */
export function expectedOf(prepared: PreparedSource, topic: string, shard = WHOLE): Expected {
  const { source } = prepared;
  checkPlaces(prepared, shard);
  const open = () => new ReplayOfSource(prepared, topic, (index) => DUE + index * 0.01, shard);
  const first = open();
  const second = new ReplayOfSource(prepared, topic, (index) => DUE + 86_400_000 + index * 3.7, shard);
  const padded = source.valueBytes !== undefined;
  let same = true;
  let times = true;
  let stamped = true;
  for (let i = 0; i < TRIED && first.next() && second.next(); i++) {
    const one = looks(first);
    const other = looks(second);
    if (!one.stamped) stamped = false;
    // The pads of values without a number follow from how often they were written.
    if (one.key !== other.key || one.times !== other.times || (padded && !one.numbered)) times = false;
    if (one.whole !== other.whole) same = false;
  }
  const simulated = isSimulated(source);
  const compares = !times ? 'nothing' : same && simulated ? 'same' : 'times';
  // Without a key the records of other shards look like ours until our own stream has been searched for them.
  const searched = shard.of > 1 && prepared.key === null ? { ahead: STRANGERS_MAX } : {};
  return { topic, compares, ordered: first.ordered, stamped, promises: first.promises, ...searched, open };
}

/** Without keys an event's place in the run's stream says whose it is, and that cannot be told where replays come in another order. */
function checkPlaces({ source, key, openAgain }: PreparedSource, shard: Shard): void {
  if (shard.of === 1 || key !== null || openAgain().ordered) return;
  throw new EventmillError(
    'VERIFY',
    `source ${source.name}: expected a key to tell what shard ${shard.index}/${shard.of} has made, got none, and at a rate of its own its events come in no order that can be made again; give it a key, or its rate "natural" or "max"`,
  );
}

function looks({ value, valueLength, timestamp, keyBytes, headers }: ReplayOfSource) {
  const scan = new Scan();
  scan.read(value, 0, valueLength, 'nothing');
  const whole = withMadeHeaders(scan.digest, headers);
  scan.read(value, 0, valueLength, 'timestamp and promisedAt');
  return {
    key: Buffer.from(keyBytes).toString('latin1'),
    whole,
    times: withMadeHeaders(scan.digest, headers),
    // What is spoiled on purpose tells nothing of the generator.
    stamped: isDisordered(headers) || scan.timestamp === timestamp,
    numbered: isDisordered(headers) || scan.sequence >= 0,
  };
}

/** One source at work without a rate; its buffer is used again for each event. */
class ReplayOfSource implements Replay {
  topic: string;
  key: Uint8Array | null = null;
  keyStart = 0;
  keyLength = 0;
  value = Buffer.alloc(4096);
  valueLength = 0;
  headers: Headers | null = null;
  last = false;
  timestamp = 0;
  /** Whether the order is that of the run. */
  readonly ordered: boolean;
  readonly #topic: string;
  readonly #suffix: string;
  readonly #opened: Pick<OpenedSource, 'feed' | 'serializer'>;
  readonly #keyOf: ReturnType<typeof compileKey>;
  readonly #keyIsOwn: boolean;
  readonly #dueAt: (index: number) => number;
  readonly #until: number;
  readonly #entry: Entry;
  readonly #shard: Shard;
  #index = 0;

  constructor(prepared: PreparedSource, topic: string, dueAt: (index: number) => number, shard: Shard) {
    const { source, key } = prepared;
    const { opened, ordered } = prepared.openAgain();
    this.topic = topic;
    this.ordered = ordered;
    this.#shard = shard;
    this.#topic = topic;
    // What a profile adds to names of topics.
    this.#suffix = topic.startsWith(prepared.topic) ? topic.slice(prepared.topic.length) : '';
    this.#opened = opened;
    this.#dueAt = dueAt;
    this.#until = source.time.until ?? Number.POSITIVE_INFINITY;
    this.#keyIsOwn = prepared.keyIsOwn;
    this.#keyOf = key === null ? noKey : compileKey(key, opened.feed.fields);
    this.#entry = {
      serializer: opened.serializer,
      value: null,
      key: null,
      keyStart: 0,
      keyLength: 0,
      timestamp: 0,
      headers: null,
    };
  }

  /** Whether any value can have a promisedAt. */
  get promises(): boolean {
    const { fields } = this.#opened.feed;
    return fields === undefined || 'promisedAt' in fields;
  }

  get keyBytes(): Uint8Array {
    return this.key?.subarray(this.keyStart, this.keyStart + this.keyLength) ?? new Uint8Array(0);
  }

  next(): boolean {
    for (let strangers = 0; strangers < STRANGERS_MAX * this.#shard.of; strangers++) {
      const made = this.#nextOfAll();
      if (made === null) return false;
      const hash = this.#hashOf(made);
      if (!owns(this.#shard, hash, this.#index - 1)) continue;
      this.#write(made);
      return true;
    }
    return false;
  }

  #nextOfAll(): Made | null {
    const { feed } = this.#opened;
    if ((feed.nextAt?.() ?? 0) >= this.#until) return null;
    return feed.next(this.#dueAt(this.#index++));
  }

  #hashOf(made: Made): number {
    const entry = this.#entry;
    if (made.key === undefined) return this.#keyOf(made.value, entry);
    return made.key === null ? noKey(null, entry) : putKey(made.key, entry);
  }

  #write(made: Made): void {
    const { serializer } = this.#opened;
    const entry = this.#entry;
    this.key = entry.key;
    this.keyStart = entry.keyStart;
    this.keyLength = entry.keyLength;
    this.topic = made.topic === undefined ? this.#topic : made.topic + this.#suffix;
    this.timestamp = made.timestamp;
    this.headers = made.headers ?? null;
    this.last = made.last === true && (made.key !== undefined || this.#keyIsOwn);
    if (made.value === null) {
      this.valueLength = 0;
      return;
    }
    let end = serializer.write(made.value, this.value, 0);
    if (end > this.value.length) {
      this.value = Buffer.alloc(end * 2);
      end = serializer.write(made.value, this.value, 0);
    }
    this.valueLength = end;
  }
}
