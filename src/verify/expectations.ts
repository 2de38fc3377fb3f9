/**
 * What should come: each source made once more, in the order of its own model, no further than what has come asks for.
 * What was made so and has not come stands in a table, under 64 bits of topic, key and sequence number.
 *
 * Long because what was made, what is open and what is missing are one account.
 */
import type { Headers } from '../types.js';
import { isDisordered, withMadeHeaders } from './headers.js';
import { KEY_LIMITS, type KeyLimits, Keys } from './keys.js';
import { type OpenEvent, OpenEvents } from './open-events.js';
import { finish, type LeftOut, mix, NONE, Scan } from './scan.js';

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
  readonly headers?: Headers | null;
  /** Whether nothing more will be made of its key. */
  readonly last?: boolean;
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
  /** Whether any value can have a `promisedAt`. */
  readonly promises: boolean;
  /** How far its replay may run ahead of what has come, where that is less than the limit for all. */
  readonly ahead?: number;
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
/** How far a replay runs ahead for what it will most likely not find. */
const UNLIKELY_AHEAD = 50_000;
/** Its content is not known. */
const ANY = -2;
const NO_KEY = new Uint8Array(0);

/** One source and how far it has got. */
export interface Line {
  readonly expected: Expected;
  readonly number: number;
  readonly replay: Replay | null;
  made: number;
  came: number;
  /** The greatest index that has come. */
  latest: number;
  ended: boolean;
  /** How many of those made have no number in their value. */
  unnumbered: number;
}

/** One topic, and who writes to it. */
export class Place {
  readonly name: string;
  readonly salt: number;
  readonly lines: readonly Line[];
  readonly leftOut: LeftOut;
  /** Several sources in one topic may use the same keys and numbers: then an event's content is its name. */
  readonly byContent: boolean;

  constructor(name: string, lines: readonly Line[]) {
    this.name = name;
    const bytes = Buffer.from(name);
    this.salt = finish(mix(0, bytes, 0, bytes.length));
    this.lines = lines;
    this.byContent = lines.length > 1 && lines.every(({ replay }) => replay !== null);
    const whole = lines.every(({ expected }) => expected.compares === 'same');
    const promises = lines.some(({ expected }) => expected.promises);
    this.leftOut = whole ? 'nothing' : promises ? 'timestamp and promisedAt' : 'timestamp';
  }

  /** The number that names an event beside its key; −1 where its content has to. */
  number(key: Uint8Array | null, sequence: number): number {
    return key === null || this.byContent ? NONE : sequence;
  }

  /** Under which each source keeps how far its keys have got. */
  saltOf(line: Line): number {
    return this.byContent ? this.salt ^ Math.imul(line.number + 1, 0x2c1b3c6d) : this.salt;
  }
}

export class Expectations {
  readonly keys: Keys;
  readonly open = new OpenEvents();
  readonly lines: readonly Line[];
  /** Events that were given up waiting for. */
  forgotten = 0;
  /** Records that were not found as far ahead as is looked: spoiled, or come before too much that was made earlier. */
  tooEarly = 0;
  readonly #limits: Limits;
  readonly #places = new Map<string, Place>();
  readonly #scan = new Scan();
  readonly #event: OpenEvent = { high: 0, low: 0, digest: 0, promise: NONE, index: 0, source: 0 };
  readonly #name = { high: 0, low: 0 };
  /** Events that only gaps tell of. */
  #imagined = 0;

  constructor(sources: readonly Expected[], limits: Limits) {
    this.#limits = limits;
    this.keys = new Keys(limits.keys);
    this.lines = sources.map((expected, number) => ({
      expected,
      number,
      replay: expected.compares === 'nothing' ? null : expected.open(),
      made: 0,
      came: 0,
      latest: -1,
      ended: false,
      unnumbered: 0,
    }));
  }

  place(name: string): Place {
    let place = this.#places.get(name);
    if (place === undefined) {
      const own = this.lines.filter(({ expected }) => expected.topic === name);
      // Events may name topics of their own, so that any source may have made what is in an unknown one.
      place = new Place(name, own.length > 0 ? own : this.lines);
      this.#places.set(name, place);
    }
    return place;
  }

  /** 64 bits for the key looked for last and a sequence number; for values without a number their content has to do. */
  nameOf(sequence: number, digest: number): { readonly high: number; readonly low: number } {
    const { high, low } = this.keys;
    const numbered = Math.imul(sequence + 1, 0x9e3779b1);
    const mark = sequence >= 0 ? numbered : Math.imul(digest, 0x2c1b3c6d) ^ 0x5bd1e995;
    this.#name.high = finish(high ^ mark);
    this.#name.low = finish(low + Math.imul(mark, 0x85ebca6b));
    return this.#name;
  }

  /** Where it stands in `open`, of the key looked for last; −1 if it is not expected. */
  find(sequence: number, digest: number): number {
    const { high, low } = this.nameOf(sequence, digest);
    return this.open.find(high, low, digest);
  }

  /** Whether what stands there has this content, as far as is known. */
  resembles(at: number, digest: number): boolean {
    return this.open.sourceAt(at) < 0 || this.open.digestAt(at) === digest;
  }

  /** The same as `find`, making more of the sources until it is there, or until that is hopeless. */
  search(
    place: Place,
    key: Uint8Array | null,
    sequence: number,
    digest: number,
    unnumbered: boolean,
  ): number {
    const { high, low } = this.nameOf(sequence, digest);
    for (;;) {
      const line = this.#hungriest(place, unnumbered);
      if (line === undefined) break;
      if (!this.#makeOne(line, line.replay!)) continue;
      if (this.#event.low === low && this.#event.high === high) return this.open.find(high, low, digest);
    }
    if (place.lines.some(({ made, came }) => made - came >= this.#limits.ahead)) this.tooEarly++;
    const imagined =
      place.lines.some(({ replay }) => replay === null) && this.#imagine(place, key, sequence, digest);
    return imagined ? this.find(sequence, digest) : -1;
  }

  /** The source that has run ahead least and may still go on: so none runs far ahead of the others. */
  #hungriest(place: Place, unnumbered: boolean): Line | undefined {
    let hungriest: Line | undefined;
    let least = this.#limits.ahead;
    for (const line of place.lines) {
      // What has no number, although all have so far, is most likely spoiled: not worth a long search.
      const likely = unnumbered && line.unnumbered === 0 ? UNLIKELY_AHEAD : least;
      const most = Math.min(least, likely, line.expected.ahead ?? least);
      if (line.replay === null || line.ended || line.made - line.came >= most) continue;
      hungriest = line;
      least = line.made - line.came;
    }
    return hungriest;
  }

  #makeOne(line: Line, replay: Replay): boolean {
    if (!replay.next()) {
      line.ended = true;
      return false;
    }
    const place = this.#lookAt(replay);
    const { digest, timestamp, promisedAt } = this.#scan;
    const number = isDisordered(replay.headers) ? NONE : place.number(replay.key, this.#scan.sequence);
    if (number >= 0) this.keys.expect(number + 1, replay.last === true);
    if (this.#scan.sequence < 0) line.unnumbered++;
    const name = this.nameOf(number, digest);
    const event = this.#event;
    event.high = name.high;
    event.low = name.low;
    event.digest = digest;
    event.promise = place.leftOut === 'nothing' || promisedAt < 0 ? NONE : promisedAt - timestamp;
    event.index = line.made++;
    event.source = line.number;
    this.#add(event);
    return true;
  }

  /** Scans what a replay has made, and looks for its key. */
  #lookAt(replay: Replay): Place {
    const place = this.place(replay.topic);
    this.#scan.read(replay.value, 0, replay.valueLength, place.leftOut);
    this.#scan.digest = withMadeHeaders(this.#scan.digest, replay.headers);
    this.keys.find(place.salt, replay.key ?? NO_KEY, replay.keyStart, replay.keyStart + replay.keyLength);
    return place;
  }

  /** Without a replay: a number above all that came before of its key tells that those between exist. */
  #imagine(place: Place, key: Uint8Array | null, sequence: number, digest: number): boolean {
    this.keys.find(place.salt, key ?? NO_KEY, 0, key?.length ?? 0);
    const event = this.#event;
    event.digest = ANY;
    event.promise = ANY;
    event.source = -1;
    // Keys begin at 0 or at 1. Without a number there is nothing to go by, and whatever comes is taken for ours.
    const from = sequence <= 0 ? sequence : Math.max(1, this.keys.expected);
    if (sequence - from > GAP_MAX) return false;
    for (let number = from; number <= sequence; number++) {
      const name = this.nameOf(number, digest);
      event.high = name.high;
      event.low = name.low;
      event.index = this.#imagined++;
      this.#add(event);
    }
    if (sequence >= 0) this.keys.expect(sequence + 1);
    return true;
  }

  #add(event: OpenEvent): void {
    if (this.open.size >= this.#limits.open) this.forgotten += this.open.forgetOldest();
    this.open.add(event);
  }

  /**
   * Counts the events that were made for certain and have not come, until there are `enough`. `made`: how many were
   * made, if that is known; without it, those that something later proves. The names of events are not kept, so the
   * sources are made once more, as far as what has come asked for.
   */
  missing(
    place: Place,
    made: number | undefined,
    enough: number,
    tell: (key: string | null, sequence: number) => void,
  ): number {
    let count = place.lines.some(({ replay }) => replay === null) ? this.open.countOf(-1) : 0;
    for (const line of place.lines) {
      const { expected, latest, made: remade, replay } = line;
      if (replay === null) continue;
      const again = expected.open();
      const sureBefore = place.lines.length > 1 || !expected.ordered ? 0 : (made ?? latest + 1);
      // What nothing has asked for yet is missing, too, if it was made.
      const end = Math.max(remade, sureBefore);
      for (let index = 0; index < end && count < enough && again.next(); index++) {
        const { key, keyStart, keyLength } = again;
        const found = this.#lookAt(again);
        const { sequence, digest } = this.#scan;
        const disordered = isDisordered(again.headers);
        const number = disordered ? NONE : found.number(key, sequence);
        const absent = index >= remade || this.find(number, digest) >= 0;
        if (found !== place || !absent) continue;
        // What came late may have been held back for good, as the run ended.
        if (disordered && index >= sureBefore) continue;
        // Where the order of the run is not known, only what something of its key has followed was made for certain.
        if (key !== null) this.keys.find(found.saltOf(line), key, keyStart, keyStart + keyLength);
        if (index >= sureBefore && (key === null || sequence + 1 >= this.keys.seen)) continue;
        count++;
        tell(key && Buffer.from(key.subarray(keyStart, keyStart + keyLength)).toString(), sequence);
      }
    }
    return count;
  }
}
