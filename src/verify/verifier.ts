/**
 * Judges records as they are read back, against the events that the seed makes: each source is made once more, in the
 * order of its own model, no further than what has come asks for. What is expected and has not come stands in a table;
 * what comes is looked up there, compared, and taken out. So memory follows what is under way, not what has passed.
 *
 * Where a source cannot be made again (a program's own generator that does not repeat itself), the sequence numbers in
 * the values have to do: a gap stands for records expected, of unknown content.
 */
import { Findings, type Verdict } from './findings.js';
import { HashIndex } from './hash-index.js';
import { KEY_LIMITS, type KeyLimits, Keys } from './keys.js';
import { type OpenEvent, OpenEvents } from './open-events.js';
import { finish, mix, NONE, Scan } from './scan.js';

/** One record as read; the bytes need not outlive the call. */
export interface Evidence {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Of the batch; −1 for none. */
  readonly producerId: number;
}

/** One source's events, made once more. After `next` the fields tell of the event. */
export interface Replay {
  /** False at the end of the model's life. */
  next(): boolean;
  /** Where the event would go. */
  readonly topic: string;
  readonly key: Uint8Array | null;
  readonly keyStart: number;
  readonly keyLength: number;
  readonly value: Uint8Array;
  readonly valueLength: number;
}

/** What is known of a source. */
export interface Expected {
  /** The topic of its events, unless they name others. */
  readonly topic: string;
  /**
   * `same`: every byte; `times`: every byte but the two times that follow the wall clock; `nothing`: its generator does
   * not repeat itself, and only sequence numbers can be checked.
   */
  readonly compares: 'same' | 'times' | 'nothing';
  /** Whether replays come in the order in which the run made them; else timestamps have to tell. */
  readonly ordered: boolean;
  /** Whether the value's `timestamp` is the record's own. */
  readonly stamped: boolean;
  open(): Replay;
}

/** What may be remembered; beyond it the oldest is forgotten. */
export interface Limits {
  readonly keys: KeyLimits;
  /** How far a replay may run ahead of what has come: orders under way may be 100,000 with a dozen events each. */
  readonly ahead: number;
  /** Events expected at once. */
  readonly open: number;
}

export const LIMITS: Limits = { keys: KEY_LIMITS, ahead: 2_000_000, open: 4_000_000 };

/** A gap in sequence numbers beyond this is no gap, but a number that is wrong. */
const GAP_MAX = 1_000_000;
/** Its content is not known. */
const ANY = -2;

interface Line {
  readonly expected: Expected;
  readonly number: number;
  readonly replay: Replay | null;
  made: number;
  came: number;
  /** The greatest index that has come. */
  latest: number;
  ended: boolean;
}

/** Per partition, what the order of records is judged by. */
interface Course {
  latest: Float64Array;
  timestamp: number;
}

class Topic {
  readonly name: string;
  readonly salt: number;
  readonly lines: readonly Line[];
  /** Whether every byte is compared. */
  readonly whole: boolean;
  readonly findings = new Findings();
  readonly courses = new Map<number, Course>();

  constructor(name: string, lines: readonly Line[]) {
    this.name = name;
    const bytes = Buffer.from(name);
    this.salt = finish(mix(0, bytes, 0, bytes.length));
    this.lines = lines;
    this.whole = lines.every(({ expected }) => expected.compares === 'same');
  }
}

const NO_KEY = new Uint8Array(0);

export class Verifier {
  /** Expected events that were given up waiting for; if they came after all, they were told as strangers. */
  forgotten = 0;
  readonly #limits: Limits;
  readonly #lines: readonly Line[];
  readonly #topics = new Map<string, Topic>();
  readonly #keys: Keys;
  readonly #open = new OpenEvents();
  readonly #scan = new Scan();
  readonly #event: OpenEvent = { high: 0, low: 0, digest: 0, promise: NONE, index: 0, source: 0 };
  /** Producers that have written something of ours. */
  readonly #ours = new Set<number>();
  /** Events that only gaps tell of. */
  #imagined = 0;
  /** What came without a sequence number, by content, so that a second copy is known for one. */
  #anonymous = new HashIndex();
  /** What nobody could place yet: by producer, in case it turns out to be one of ours. */
  readonly #unplaced = new Map<string, number>();

  constructor(sources: readonly Expected[], limits: Limits = LIMITS) {
    this.#limits = limits;
    this.#keys = new Keys(limits.keys);
    this.#lines = sources.map((expected, number) => ({
      expected,
      number,
      replay: expected.compares === 'nothing' ? null : expected.open(),
      made: 0,
      came: 0,
      latest: -1,
      ended: false,
    }));
  }

  /** Bytes held for what is expected and for keys. */
  get bytes(): number {
    return this.#open.bytes + this.#keys.bytes;
  }

  get keysOverflowed(): number {
    return this.#keys.overflowed;
  }

  topic(name: string): Topic {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      const own = this.#lines.filter(({ expected }) => expected.topic === name);
      // Events may name topics of their own, so that any source may have made what is in an unknown one.
      topic = new Topic(name, own.length > 0 ? own : this.#lines);
      this.#topics.set(name, topic);
    }
    return topic;
  }

  // ---------------------------------------------------------------- what comes

  see(name: string, record: Evidence): void {
    const topic = this.topic(name);
    const { findings } = topic;
    findings.read++;
    const value = record.value ?? NO_KEY;
    const { whole } = topic;
    this.#scan.read(value, 0, value.length, !whole);
    const { sequence, digest, timestamp, promisedAt } = this.#scan;
    const key = record.key ?? NO_KEY;
    this.#keys.find(topic.salt, key, 0, key.length);
    const keyed = record.key !== null && sequence >= 0;
    let at = this.#find(sequence, digest);
    if (at < 0 && (keyed ? sequence + 1 <= this.#keys.expected : this.#hasCome(sequence, digest))) {
      findings.duplicated++;
      this.#tell(findings, 'duplicated', record, sequence);
      return;
    }
    if (at < 0) at = this.#search(topic, record, sequence, digest);
    if (at < 0) this.#stranger(topic, record, sequence);
    else {
      const promise = promisedAt < 0 || timestamp < 0 ? NONE : promisedAt - timestamp;
      this.#arrived(topic, record, at, { sequence, digest, timestamp, promise, whole });
    }
  }

  #hasCome(sequence: number, digest: number): boolean {
    const { high, low } = this.#nameOf(sequence, digest);
    return this.#anonymous.find(high, low) >= 0;
  }

  #noteAnonymous(sequence: number, digest: number): void {
    const { high, low } = this.#nameOf(sequence, digest);
    if (this.#anonymous.size >= this.#limits.open) this.#anonymous = new HashIndex();
    if (this.#anonymous.find(high, low) < 0) this.#anonymous.add(high, low);
  }

  /** Makes more of the sources until the event is among what is expected; −1 if it is not to be found. */
  #search(topic: Topic, record: Evidence, sequence: number, digest: number): number {
    const { high, low } = this.#nameOf(sequence, digest);
    for (const line of topic.lines) {
      if (line.replay === null) {
        if (this.#imagine(topic, record, sequence)) return this.#open.find(high, low, digest);
        continue;
      }
      while (!line.ended && line.made - line.came < this.#limits.ahead) {
        if (!this.#makeOne(line)) break;
        if (this.#event.low === low && this.#event.high === high) return this.#open.find(high, low, digest);
      }
    }
    return -1;
  }

  #makeOne(line: Line): boolean {
    const replay = line.replay!;
    if (!replay.next()) {
      line.ended = true;
      return false;
    }
    const topic = this.topic(replay.topic);
    const { whole } = topic;
    this.#scan.read(replay.value, 0, replay.valueLength, !whole);
    const { sequence, digest, timestamp, promisedAt } = this.#scan;
    const key = replay.key ?? NO_KEY;
    this.#keys.find(topic.salt, key, replay.keyStart, replay.keyStart + replay.keyLength);
    if (replay.key !== null && sequence >= 0) this.#keys.expect(sequence + 1);
    const name = this.#nameOf(sequence, digest);
    const event = this.#event;
    event.high = name.high;
    event.low = name.low;
    event.digest = digest;
    event.promise = whole || promisedAt < 0 ? NONE : promisedAt - timestamp;
    event.index = line.made++;
    event.source = line.number;
    this.#add(event);
    return true;
  }

  /** Without a replay: a number above all that came before of its key tells that those between exist. */
  #imagine(topic: Topic, record: Evidence, sequence: number): boolean {
    if (record.key === null || sequence < 0) return false;
    this.#keys.find(topic.salt, record.key, 0, record.key.length);
    const from = Math.max(1, this.#keys.expected);
    if (sequence - from > GAP_MAX) return false;
    const event = this.#event;
    event.digest = ANY;
    event.promise = ANY;
    event.source = -1;
    event.index = this.#imagined++;
    for (let number = from; number <= sequence; number++) {
      const name = this.#nameOf(number, 0);
      event.high = name.high;
      event.low = name.low;
      this.#add(event);
    }
    this.#keys.expect(sequence + 1);
    return true;
  }

  #add(event: OpenEvent): void {
    if (this.#open.size >= this.#limits.open) this.forgotten += this.#open.forgetOldest();
    this.#open.add(event);
  }

  readonly #name = { high: 0, low: 0 };

  /** 64 bits for key and sequence number; for values without a number their content has to do. */
  #nameOf(sequence: number, digest: number): { high: number; low: number } {
    const { high, low } = this.#keys;
    const mark =
      sequence >= 0 ? Math.imul(sequence + 1, 0x9e3779b1) : Math.imul(digest, 0x2c1b3c6d) ^ 0x5bd1e995;
    this.#name.high = finish(high ^ mark);
    this.#name.low = finish(low + Math.imul(mark, 0x85ebca6b));
    return this.#name;
  }

  #find(sequence: number, digest: number): number {
    const { high, low } = this.#nameOf(sequence, digest);
    return this.#open.find(high, low, digest);
  }

  // ---------------------------------------------------------------- what is made of it

  #arrived(topic: Topic, record: Evidence, at: number, told: Told): void {
    const { findings } = topic;
    const open = this.#open;
    findings.distinct++;
    if (record.producerId >= 0) this.#ours.add(record.producerId);
    if (!this.#sound(at, told, record)) {
      findings.corrupted++;
      this.#tell(findings, 'corrupted', record, told.sequence);
    }
    const index = open.indexAt(at);
    const source = open.sourceAt(at);
    open.remove(at);
    const line = source < 0 ? topic.lines.find(({ replay }) => replay === null) : this.#lines[source];
    line!.came++;
    if (index > line!.latest) line!.latest = index;
    const behind = this.#isBehind(topic, record, line!, index);
    if (behind) findings.reorderedInPartition++;
    let late = behind && record.key === null;
    const key = record.key ?? NO_KEY;
    this.#keys.find(topic.salt, key, 0, key.length);
    if (record.key === null || told.sequence < 0) this.#noteAnonymous(told.sequence, told.digest);
    else {
      late = told.sequence + 1 < this.#keys.seen;
      if (!late) this.#keys.see(told.sequence + 1);
    }
    if (!late) return;
    findings.reordered++;
    this.#tell(findings, 'reordered', record, told.sequence);
  }

  /** Whether something of the same source that was made later has come before it on this partition. */
  #isBehind(topic: Topic, record: Evidence, line: Line, index: number): boolean {
    let course = topic.courses.get(record.partition);
    if (course === undefined) {
      course = { latest: new Float64Array(this.#lines.length).fill(-1), timestamp: -1 };
      topic.courses.set(record.partition, course);
    }
    // Where the run's order is not the model's, due times tell it, a millisecond being as fine as they are.
    const mark = line.expected.ordered && line.replay !== null ? index : record.timestamp;
    if (mark < course.latest[line.number]!) return true;
    course.latest[line.number] = mark;
    return false;
  }

  #stranger(topic: Topic, record: Evidence, sequence: number): void {
    topic.findings.unknown++;
    if (record.producerId >= 0) {
      const name = `${record.producerId} ${topic.name}`;
      this.#unplaced.set(name, (this.#unplaced.get(name) ?? 0) + 1);
    }
    this.#tell(topic.findings, 'unknown', record, sequence);
  }

  #tell(findings: Findings, verdict: Verdict, record: Evidence, sequence: number): void {
    if (!findings.wantsExample(verdict)) return;
    const { partition, offset } = record;
    const key = record.key === null ? null : Buffer.from(record.key).toString();
    findings.example(verdict, { key, sequence: sequence < 0 ? null : sequence, partition, offset });
  }

  // ---------------------------------------------------------------- the end

  /** What was found in a topic. */
  findings(name: string): Findings {
    const { findings } = this.topic(name);
    findings.unknownOfOurs = 0;
    for (const [unplaced, count] of this.#unplaced) {
      const [producer, topic] = unplaced.split(' ');
      if (topic === name && this.#ours.has(Number(producer))) findings.unknownOfOurs += count;
    }
    return findings;
  }

  /**
   * Counts the events that were made for certain and have not come, and names the first ones. `made`: how many were
   * made, if that is known; without it, those that something later proves. The names of events are not kept, so the
   * sources are made once more, as far as what has come asked for, or until there are examples `enough`.
   */
  missing(name: string, made: number | undefined, enough = Number.POSITIVE_INFINITY): number {
    const topic = this.topic(name);
    let count = topic.lines.some(({ replay }) => replay === null) ? this.#imaginedOpen() : 0;
    for (const line of topic.lines) {
      const { replay, expected } = line;
      if (replay === null) continue;
      const again = expected.open();
      const whole = topic.lines.length === 1 && expected.ordered;
      const sureBefore = whole ? (made ?? line.latest + 1) : 0;
      for (let index = 0; index < line.made && count < enough && again.next(); index++) {
        const { key, keyStart, keyLength } = again;
        this.#scan.read(again.value, 0, again.valueLength, !topic.whole);
        const { sequence, digest } = this.#scan;
        this.#keys.find(this.topic(again.topic).salt, key ?? NO_KEY, keyStart, keyStart + keyLength);
        // Where the order of the run is not known, only what something of its key has followed was made for certain.
        const sure = index < sureBefore || sequence + 1 < this.#keys.seen;
        if (!sure || again.topic !== name || this.#find(sequence, digest) < 0) continue;
        count++;
        if (!topic.findings.wantsExample('lost')) continue;
        const text = key && Buffer.from(key.subarray(keyStart, keyStart + keyLength)).toString();
        topic.findings.example('lost', { key: text, sequence: sequence < 0 ? null : sequence });
      }
    }
    return count;
  }

  /** Gaps in sequence numbers that nothing has filled. */
  #imaginedOpen(): number {
    return this.#open.countOf(-1);
  }

  /** Whether the value is the one that the seed makes, and its times fit each other. */
  #sound(at: number, told: Told, record: Evidence): boolean {
    const open = this.#open;
    const source = open.sourceAt(at);
    if (source < 0) return readable(record.value);
    if (open.digestAt(at) !== told.digest) return false;
    if (told.whole) return true;
    if (this.#lines[source]!.expected.stamped && told.timestamp !== record.timestamp) return false;
    const promise = open.promiseAt(at);
    // Both times are cut to whole milliseconds, so that their difference may be off by one.
    return promise === NONE ? told.promise === NONE : Math.abs(promise - told.promise) <= 1;
  }
}

/** What a value says of itself. */
interface Told {
  readonly sequence: number;
  readonly digest: number;
  readonly timestamp: number;
  readonly promise: number;
  readonly whole: boolean;
}

function readable(value: Uint8Array | null): boolean {
  if (value === null) return true;
  try {
    JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString());
    return true;
  } catch {
    return false;
  }
}
