/**
 * A feed whose events come late, out of order, twice, never or spoiled, as its workload asks for. Each record of that
 * kind says so in a header, and each is told of, so that whoever reads them can be scored.
 *
 * Every time it is asked for an event it gives one record: others take the place of what is missing or held back. So a
 * rate is a rate of records, what is missing was never due, and the sums of a run hold as they do without disorder.
 */
import {
  ABSENT_KINDS,
  chanceOf,
  DISORDER_HEADER,
  DISORDER_ID_HEADER,
  Fates,
  idOf,
  LATE_BY_MS,
  SKEW_BY_MS,
  type TellTruth,
  type Truth,
} from './disorder.js';
import { type Held, Holdback } from './holdback.js';
import { type KeyWriter, noKey, putKey } from './key.js';
import { malformed, Scribe, schemaViolating, Written } from './spoil.js';
import type { Disorder, DisorderKind, Entry, Feed, Fields, Made, Serializer } from './types.js';

export interface DisorderedOptions {
  readonly feed: Feed;
  readonly serializer: Serializer;
  readonly disorder: Disorder;
  /** The record's key. */
  readonly keyOf: KeyWriter;
  /** Whose numbers the events' sequence numbers are, whatever the record's key; null where nobody knows. */
  readonly entityOf: KeyWriter | null;
  /** Of the seed and the source. */
  readonly salt: number;
  /** Whether events are asked for by a calendar of their own, so that they may be made ahead of their turn. */
  readonly simulated: boolean;
  /** Where the calendar ends, epoch ms; what is held back then comes out. */
  readonly until?: number;
  /** false: nothing is held back, so that what is late comes in its turn; for whoever compares. */
  readonly holds: boolean;
  readonly tell?: TellTruth;
}

export class DisorderedFeed implements Feed {
  readonly fields?: Fields;
  readonly sides?: NonNullable<Feed['sides']>;
  readonly perSecond?: number;
  readonly nextAt?: () => number;
  readonly #options: DisorderedOptions;
  readonly #feed: Feed;
  readonly #fates: Fates;
  readonly #scribe: Scribe;
  readonly #until: number;
  readonly #held = new Holdback();
  /** Made ahead of its turn, and when the model has it. */
  #drawn: Made | Held | null = null;
  #drawnAt = 0;
  /** Told of when the next record goes out: a run that ends before that has not missed them. */
  #missed: Truth[] = [];
  /** The stream's time: the latest timestamp, epoch ms. */
  #now = 0;
  #count = 0;
  /** Records that it has given, the one on its way not among them. */
  #given = 0;
  readonly #entry: Entry;

  constructor(options: DisorderedOptions) {
    const { feed, disorder, salt, serializer, until, simulated } = options;
    this.#options = options;
    this.#feed = feed;
    this.#fates = new Fates(disorder, salt);
    this.#scribe = new Scribe(serializer);
    this.#until = until ?? Number.POSITIVE_INFINITY;
    this.#entry = {
      serializer,
      value: null,
      key: null,
      keyStart: 0,
      keyLength: 0,
      timestamp: 0,
      headers: null,
    };
    if (feed.fields !== undefined) this.fields = feed.fields;
    if (feed.sides !== undefined) this.sides = feed.sides;
    if (feed.perSecond !== undefined) this.perSecond = feed.perSecond;
    if (feed.nextAt !== undefined) this.nextAt = simulated ? () => this.#comesAt() : () => feed.nextAt!();
  }

  next(dueAt: number): Made {
    const made = this.#next(dueAt);
    this.#given++;
    return made;
  }

  #next(dueAt: number): Made {
    const back = this.#held.take(this.#now);
    if (back !== undefined) return this.#give(back);
    const drawn = this.#drawn ?? this.#draw(dueAt);
    this.#drawn = null;
    if (drawn === null) return this.#give(this.#held.takeFirst()!);
    if (isHeld(drawn)) return this.#give(drawn);
    this.#tellMissed();
    return drawn;
  }

  /** Tells of what is still held back, as no more will be asked for. */
  close(): void {
    // What was left out behind the last record was asked for only if nothing is left to ask for.
    if (this.#drawn === null && this.#ended) this.#tellMissed();
    for (let one = this.#held.takeFirst(); one !== undefined; one = this.#held.takeFirst())
      this.#tell({ ...one.truth, neverCame: true });
  }

  /** In simulated time what comes next is made ahead, as nobody can know otherwise whether anything comes. */
  #comesAt(): number {
    if (this.#drawn === null && !this.#held.ripe(this.#now)) this.#drawn = this.#draw(0);
    if (this.#drawn !== null || this.#held.size === 0)
      return this.#drawn === null ? this.#feed.nextAt!() : this.#drawnAt;
    return Math.min(this.#drawnAt, this.#until - 1);
  }

  /** Live, the last event of a model has nothing that could take its place. */
  #comingNow(kind: DisorderKind | null): DisorderKind | null {
    if (kind === null || this.#options.simulated || !ABSENT_KINDS.includes(kind)) return kind;
    return this.#ended ? null : kind;
  }

  get #ended(): boolean {
    return (this.#feed.nextAt?.() ?? Number.NEGATIVE_INFINITY) >= this.#until;
  }

  /** The next one that does come now; null at the end. */
  #draw(dueAt: number): Made | Held | null {
    while (!this.#ended) {
      this.#drawnAt = this.#feed.nextAt?.() ?? 0;
      const made = this.#feed.next(dueAt);
      if (made.timestamp > this.#now) this.#now = Math.floor(made.timestamp);
      const number = this.#numberOf(made);
      const { key, keyStart, keyLength } = this.#entityOf(made);
      const kind = this.#comingNow(this.#fates.of(key, keyStart, keyLength, number));
      const inTurn = kind === null || !ABSENT_KINDS.includes(kind);
      if (key !== null && inTurn) this.#held.passes(key, keyStart, keyLength);
      if (kind === null) return made;
      const one = this.#spoil(made, kind);
      if (kind === 'missing') this.#missed.push(one.truth);
      else if (kind === 'duplicate') {
        this.#held.hold(one, this.#now);
        return made;
      } else if (one.releaseAt > this.#now && this.#options.holds) {
        this.#held.hold(one, this.#now);
        if (this.#held.full) return this.#held.takeFirst()!;
      } else return one;
    }
    return null;
  }

  /** Its number within its entity; without one, its place in the source. */
  #numberOf({ value, key }: Made): number {
    const count = this.#count++;
    if (this.#options.entityOf === null && (key === undefined || key === null)) return count;
    if (typeof value !== 'object' || value === null) return count;
    const { sequence } = value as { sequence?: unknown };
    return typeof sequence === 'number' ? sequence : count;
  }

  #entityOf(made: Made): Entry {
    return this.#put(made, this.#options.entityOf ?? noKey);
  }

  #keyOf(made: Made): Entry {
    return this.#put(made, this.#options.keyOf);
  }

  #put(made: Made, ofValue: KeyWriter): Entry {
    const entry = this.#entry;
    if (made.key === undefined) ofValue(made.value, entry);
    else if (made.key === null) noKey(null, entry);
    else putKey(made.key, entry);
    return entry;
  }

  /** The event as it will come, in bytes of its own. */
  #spoil(made: Made, kind: DisorderKind): Held {
    const { disorder, holds } = this.#options;
    const { mark } = this.#fates;
    const entity = textOf(this.#entry);
    const { key, keyStart, keyLength } = this.#keyOf(made);
    const keyBytes = key === null ? null : Buffer.from(key.subarray(keyStart, keyStart + keyLength));
    const { sequence } = (made.value ?? {}) as { sequence?: unknown };
    const timestamp = Math.floor(made.timestamp);
    const lateMs = (disorder.lateByMs ?? LATE_BY_MS) * (0.1 + 0.9 * chanceOf(mark, 3));
    const held = holds && (kind === 'late' || kind === 'outOfOrder' || kind === 'duplicate');
    const skewBy = disorder.skewByMs ?? SKEW_BY_MS;
    const skewMs = kind === 'clockSkewed' ? skewOf(chanceOf(mark, 4), skewBy) : 0;
    const { value, detail } = this.#valueOf(made, kind, skewMs);
    const id = idOf(mark);
    const headers = { ...made.headers, [DISORDER_HEADER]: kind, [DISORDER_ID_HEADER]: id };
    const truth: Truth = {
      id,
      disorder: kind,
      key: keyBytes === null ? null : keyBytes.toString(),
      sequence: typeof sequence === 'number' ? sequence : null,
      timestamp,
      ...(skewMs === 0 ? {} : { skewMs }),
      ...(detail === undefined ? {} : { detail }),
    };
    const { topic } = made;
    return {
      made: {
        value,
        timestamp: Math.max(0, timestamp + skewMs),
        key: keyBytes,
        headers,
        ...(topic === undefined ? {} : { topic }),
      },
      truth,
      heldAt: this.#now,
      releaseAt: held ? this.#now + lateMs : this.#now,
      behindEntity: kind === 'outOfOrder' && holds ? entity : null,
    };
  }

  #valueOf(made: Made, kind: DisorderKind, skewMs: number): { value: unknown; detail?: string } {
    if (kind === 'tombstone') return { value: null };
    if (kind === 'missing') return { value: undefined };
    const bytes =
      skewMs === 0 ? this.#scribe.write(made.value) : this.#scribe.writeSkewed(made.value, skewMs);
    if (kind !== 'malformed' && kind !== 'schemaViolating') return { value: new Written(bytes) };
    const spoiled =
      kind === 'malformed' ? malformed(bytes, this.#fates.mark) : schemaViolating(bytes, this.#fates.mark);
    return { value: new Written(spoiled.bytes), detail: spoiled.detail };
  }

  #give(one: Held): Made {
    this.#tellMissed();
    const heldMs = this.#now - one.heldAt;
    const holds = ['late', 'outOfOrder', 'duplicate'].includes(one.truth.disorder);
    this.#tell(holds ? { ...one.truth, heldMs } : one.truth);
    return one.made;
  }

  #tell(truth: Truth): void {
    this.#options.tell?.(truth, this.#given);
  }

  #tellMissed(): void {
    if (this.#missed.length === 0) return;
    for (const truth of this.#missed) this.#tell(truth);
    this.#missed = [];
  }
}

/** As a name in tables: bytes as they are. */
function textOf({ key, keyStart, keyLength }: Entry): string | null {
  return key === null
    ? null
    : Buffer.from(key.buffer, key.byteOffset + keyStart, keyLength).toString('latin1');
}

function isHeld(one: Made | Held): one is Held {
  return 'truth' in one;
}

/** Ahead or behind, never by less than a tenth. */
function skewOf(chance: number, by: number): number {
  const size = 0.1 + 0.9 * Math.abs(2 * chance - 1);
  return Math.round((chance < 0.5 ? -size : size) * by);
}
