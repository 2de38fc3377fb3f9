/**
 * Judges records as they are read back, against the events that the seed makes. What comes is looked up among what is
 * expected, compared, and taken out: so memory follows what is under way, not what has passed.
 *
 * Where a source cannot be made again (a program's own generator that does not repeat itself), the sequence numbers in
 * the values have to do: a gap stands for records expected, of unknown content.
 *
 * Long because what is awaited, what came early and what was given up is one account.
 */
import { keyHash } from '../partition.js';
import type { Shard } from '../types.js';
import { Expectations, type Expected, LIMITS, type Limits, type Line, type Place } from './expectations.js';
import { Findings, type Verdict } from './findings.js';
import { HashIndex } from './hash-index.js';
import { isReadDisordered, type ReadHeaders, withReadHeaders } from './headers.js';
import { NONE, Scan } from './scan.js';

/** One record as read; the bytes need not outlive the call. */
export interface Evidence {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Of the batch; −1 for none. */
  readonly producerId: number;
  readonly headers?: ReadHeaders;
}

/** What a value says of itself. */
interface Told {
  readonly sequence: number;
  readonly digest: number;
  readonly timestamp: number;
  readonly promise: number;
  /** Made so on purpose, as its header says: then its order and its times tell nothing. */
  readonly disordered: boolean;
}

/** Records of one producer in one topic: those that look like second copies, and all others. */
interface Unplaced {
  readonly topic: string;
  readonly producerId: number;
  copies: number;
  others: number;
}

/** Who wrote what is judged. */
export interface Authors {
  /** The part of the run that is judged; what has another's key is passed over. */
  readonly shard: Shard;
  /** How many producers share the whole, each with keys of its own: order within a partition holds for each of them. */
  readonly of: number;
}

export const ONE_AUTHOR: Authors = { shard: { index: 0, of: 1 }, of: 1 };

/** What was found in a topic, and how far each of its partitions has got. */
interface Docket {
  readonly place: Place;
  readonly findings: Findings;
  /** By partition and producer: of each source the greatest mark of order that has come. */
  readonly courses: Map<number, Float64Array>;
  /** How many partitions keys lead to; 0 while that is not known. */
  partitions: number;
}

const NO_BYTES = new Uint8Array(0);

export class Verifier {
  readonly #limits: Limits;
  readonly #authors: Authors;
  readonly #made: Expectations;
  readonly #dockets = new Map<string, Docket>();
  /** The one that was asked for last, and its topic. */
  #topic: string | undefined;
  #latest: Docket | undefined;
  readonly #scan = new Scan();
  /** Producers that have written something of ours. */
  readonly #ours = new Set<number>();
  /** What came without a sequence number that names it, by content, so that a second copy is known for one. */
  #anonymous = new HashIndex();
  /** What came from producers that have written nothing of ours yet, and may turn out to be ours. */
  readonly #unplaced = new Map<string, Unplaced>();

  constructor(sources: readonly Expected[], limits: Limits = LIMITS, authors: Authors = ONE_AUTHOR) {
    this.#limits = limits;
    this.#authors = authors;
    this.#made = new Expectations(sources, limits);
  }

  /** Bytes held for what is expected and for keys. */
  get bytes(): number {
    return this.#made.open.bytes + this.#made.keys.bytes + this.#anonymous.bytes;
  }

  /** Expected events that were given up waiting for; if they came after all, they were told as strangers. */
  get forgotten(): number {
    return this.#made.forgotten;
  }

  /** Records that were not found as far ahead as is looked: spoiled, or come before too much that was made earlier. */
  get tooEarly(): number {
    return this.#made.tooEarly;
  }

  get keysOverflowed(): number {
    return this.#made.keys.overflowed;
  }

  #docket(topic: string): Docket {
    // Records come in batches of one topic.
    if (topic === this.#topic) return this.#latest!;
    let docket = this.#dockets.get(topic);
    if (docket === undefined) {
      docket = {
        place: this.#made.place(topic),
        findings: new Findings(),
        courses: new Map(),
        partitions: 0,
      };
      this.#dockets.set(topic, docket);
    }
    this.#topic = topic;
    this.#latest = docket;
    return docket;
  }

  /** Says over how many partitions the keys of a topic were spread, so that each record's place can be checked. */
  spread(topic: string, partitions: number): void {
    this.#docket(topic).partitions = partitions;
  }

  // ---------------------------------------------------------------- what comes

  see(topic: string, record: Evidence): void {
    if (!this.#isJudged(record)) return;
    const docket = this.#docket(topic);
    const { place, findings } = docket;
    findings.read++;
    const value = record.value ?? NO_BYTES;
    this.#scan.read(value, 0, value.length, place.leftOut);
    const { timestamp, promisedAt } = this.#scan;
    // Its number may be spoiled, or come for the second time: what was made so is named by all that it holds.
    const disordered = isReadDisordered(record.headers);
    const sequence = disordered ? NONE : this.#scan.sequence;
    const digest = withReadHeaders(this.#scan.digest, record.headers);
    const { key } = record;
    const { keys } = this.#made;
    keys.find(place.salt, key ?? NO_BYTES, 0, key?.length ?? 0);
    const number = place.number(key, sequence);
    let at = this.#made.find(number, digest);
    // Another run into the same topic may use the same keys and numbers; its producer is another one.
    const known = record.producerId < 0 || this.#ours.has(record.producerId);
    if (at < 0 && (number >= 0 ? number + 1 <= keys.expected : this.#hasCome(digest))) {
      if (!known) this.#stranger(topic, findings, record, sequence, 'copies');
      else {
        findings.duplicated++;
        tell(findings, 'duplicated', record, sequence);
      }
      return;
    }
    const searched = at < 0;
    if (searched) at = this.#made.search(place, key, number, digest, !disordered && this.#scan.sequence < 0);
    const alike =
      at >= 0 && (this.#made.resembles(at, digest) || (known && this.#isNext(place, key, sequence)));
    if (!alike) this.#stranger(topic, findings, record, sequence, 'others');
    else {
      const promise = promisedAt < 0 || timestamp < 0 ? NONE : promisedAt - timestamp;
      // A search looks for other keys meanwhile.
      if (searched) keys.find(place.salt, key ?? NO_BYTES, 0, key?.length ?? 0);
      this.#arrived(docket, record, at, { sequence, digest, timestamp, promise, disordered });
    }
  }

  #isJudged({ key }: Evidence): boolean {
    const { shard } = this.#authors;
    return shard.of === 1 || key === null || keyHash(key, 0, key.length) % shard.of === shard.index;
  }

  /**
   * Whether the number is the one to come next of its key. Of a record that is not what was made under its number a number far ahead is
   * most likely what was spoiled; were it believed, all up to there would be missed.
   */
  #isNext({ salt }: Place, key: Uint8Array | null, sequence: number): boolean {
    const { keys } = this.#made;
    keys.find(salt, key ?? NO_BYTES, 0, key?.length ?? 0);
    // Keys begin at 0 or at 1.
    return sequence <= Math.max(1, keys.seen);
  }

  /** `keys` stands at the record's key. */
  #arrived(docket: Docket, record: Evidence, at: number, told: Told): void {
    const { findings, place } = docket;
    const { open, lines, keys } = this.#made;
    const { sequence } = told;
    findings.distinct++;
    const { producerId } = record;
    if (producerId >= 0 && !this.#ours.has(producerId)) this.#ours.add(producerId);
    if (!this.#sound(place, at, told, record)) {
      findings.corrupted++;
      tell(findings, 'corrupted', record, sequence);
    }
    const index = open.indexAt(at);
    const source = open.sourceAt(at);
    open.remove(at);
    const line = (source < 0 ? place.lines.find(({ replay }) => replay === null) : lines[source])!;
    line.came++;
    if (index > line.latest) line.latest = index;
    const behind = !told.disordered && this.#isBehind(docket, record, line, index);
    if (behind) findings.reorderedInPartition++;
    const { key } = record;
    if (key !== null && docket.partitions > 0 && !isInPlace(key, record.partition, docket.partitions)) {
      findings.misplaced++;
      tell(findings, 'misplaced', record, sequence);
    }
    let late = behind && key === null;
    if (source >= 0 && place.number(key, sequence) < 0) this.#noteAnonymous(told.digest);
    if (key !== null && sequence >= 0) {
      if (place.byContent) keys.find(place.saltOf(line), key, 0, key.length);
      late = sequence + 1 < keys.seen;
      if (!late) keys.see(sequence + 1);
    }
    if (!late) return;
    findings.reordered++;
    tell(findings, 'reordered', record, sequence);
  }

  /** Whether the value is the one that the seed makes, and its times fit each other. */
  #sound({ leftOut }: Place, at: number, told: Told, record: Evidence): boolean {
    const { open, lines } = this.#made;
    const source = open.sourceAt(at);
    if (source < 0) return readable(record.value);
    if (open.digestAt(at) !== told.digest) return false;
    if (leftOut === 'nothing' || told.disordered) return true;
    if (lines[source]!.expected.stamped && told.timestamp !== record.timestamp) return false;
    const promise = open.promiseAt(at);
    // Both times are cut to whole milliseconds, so that their difference may be off by one.
    return promise === NONE ? told.promise === NONE : Math.abs(promise - told.promise) <= 1;
  }

  /** Whether something of the same source that was made later has come before it on this partition. */
  #isBehind({ courses }: Docket, record: Evidence, line: Line, index: number): boolean {
    const { of } = this.#authors;
    const { key } = record;
    const author = of === 1 ? 0 : (key === null ? index : keyHash(key, 0, key.length)) % of;
    const course = record.partition * of + author;
    let latest = courses.get(course);
    if (latest === undefined) {
      latest = new Float64Array(this.#made.lines.length).fill(-1);
      courses.set(course, latest);
    }
    // Where the run's order is not the model's, due times tell it, a millisecond being as fine as they are.
    const mark = line.expected.ordered && line.replay !== null ? index : record.timestamp;
    if (mark < latest[line.number]!) return true;
    latest[line.number] = mark;
    return false;
  }

  #hasCome(digest: number): boolean {
    const { high, low } = this.#made.nameOf(NONE, digest);
    return this.#anonymous.find(high, low) >= 0;
  }

  #noteAnonymous(digest: number): void {
    const { high, low } = this.#made.nameOf(NONE, digest);
    if (this.#anonymous.size >= this.#limits.open) this.#anonymous = new HashIndex();
    if (this.#anonymous.find(high, low) < 0) this.#anonymous.add(high, low);
  }

  #stranger(
    topic: string,
    findings: Findings,
    record: Evidence,
    sequence: number,
    looks: 'copies' | 'others',
  ): void {
    const { producerId } = record;
    findings.unknown++;
    tell(findings, 'unknown', record, sequence);
    if (producerId < 0) return;
    const name = `${producerId} ${topic}`;
    const unplaced = this.#unplaced.get(name) ?? { topic, producerId, copies: 0, others: 0 };
    unplaced[looks]++;
    this.#unplaced.set(name, unplaced);
  }

  // ---------------------------------------------------------------- the end

  /** What was found in a topic. */
  findings(topic: string): Findings {
    const { findings } = this.#docket(topic);
    findings.unknownOfOurs = 0;
    findings.copiesOfOurs = 0;
    findings.copiesOfOthers = 0;
    for (const unplaced of this.#unplaced.values()) {
      if (unplaced.topic !== topic) continue;
      if (!this.#ours.has(unplaced.producerId)) {
        findings.copiesOfOthers += unplaced.copies;
        continue;
      }
      findings.unknownOfOurs += unplaced.others;
      findings.copiesOfOurs += unplaced.copies;
    }
    return findings;
  }

  /** How many records were made for certain and have not come, with examples; see `Expectations`. */
  missing(topic: string, made?: number, enough = Number.POSITIVE_INFINITY): number {
    const { place, findings } = this.#docket(topic);
    return this.#made.missing(place, made, enough, (key, sequence) => {
      if (!findings.wantsExample('lost')) return;
      findings.example('lost', { key, sequence: sequence < 0 ? null : sequence });
    });
  }
}

function isInPlace(key: Uint8Array, partition: number, partitions: number): boolean {
  return keyHash(key, 0, key.length) % partitions === partition;
}

function tell(findings: Findings, verdict: Verdict, record: Evidence, sequence: number): void {
  if (!findings.wantsExample(verdict)) return;
  const { partition, offset } = record;
  const key = record.key === null ? null : Buffer.from(record.key).toString();
  findings.example(verdict, { key, sequence: sequence < 0 ? null : sequence, partition, offset });
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
