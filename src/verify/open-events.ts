/** Events that are expected and have not come yet: a hash table from which what came is taken out. */

/** One place of the table, as given and as found. */
export interface OpenEvent {
  /** 64 bits of topic, key and sequence number. */
  high: number;
  low: number;
  digest: number;
  /** promisedAt − timestamp; −1 for none. */
  promise: number;
  /** Its place in the order in which its source makes events. */
  index: number;
  /** Which source made it; −1 where nothing is known but that it should exist. */
  source: number;
}

/** The source of a free place. */
const FREE = -2;
const SMALLEST = 1024;

/**
 * A place is eight words side by side, half a line of the processor's cache: in columns each event would be six misses. The index, which
 * may be beyond 32 bits, is a double over words 4 and 5.
 */
const WORDS = 8;
const HIGH = 0;
const LOW = 1;
const DIGEST = 2;
const PROMISE = 3;
const SOURCE = 6;
/** Bytes that one place takes. */
export const OPEN_EVENT_BYTES = 4 * WORDS;

export class OpenEvents {
  size = 0;
  #mask = 0;
  #words!: Int32Array;
  /** The same memory, for the indexes. */
  #doubles!: Float64Array;

  constructor() {
    this.#allocate(SMALLEST);
  }

  /** Bytes held. */
  get bytes(): number {
    return (this.#mask + 1) * OPEN_EVENT_BYTES;
  }

  add(event: OpenEvent): void {
    if (this.size * 10 >= this.#mask * 7) this.#rebuild((this.#mask + 1) * 2, 0);
    const words = this.#words;
    let at = event.low & this.#mask;
    while (words[at * WORDS + SOURCE] !== FREE) at = (at + 1) & this.#mask;
    const word = at * WORDS;
    words[word + HIGH] = event.high;
    words[word + LOW] = event.low;
    words[word + DIGEST] = event.digest;
    words[word + PROMISE] = event.promise;
    words[word + SOURCE] = event.source;
    this.#doubles[at * (WORDS / 2) + 2] = event.index;
    this.size++;
  }

  /** Where an event of this name lies, best one with this digest; −1 if none does. */
  find(high: number, low: number, digest: number): number {
    const words = this.#words;
    let found = -1;
    for (let at = low & this.#mask; words[at * WORDS + SOURCE] !== FREE; at = (at + 1) & this.#mask) {
      const word = at * WORDS;
      if (words[word + LOW] !== low || words[word + HIGH] !== high) continue;
      if (words[word + DIGEST] === digest) return at;
      if (found < 0) found = at;
    }
    return found;
  }

  digestAt(at: number): number {
    return this.#words[at * WORDS + DIGEST]!;
  }

  promiseAt(at: number): number {
    return this.#words[at * WORDS + PROMISE]!;
  }

  indexAt(at: number): number {
    return this.#doubles[at * (WORDS / 2) + 2]!;
  }

  sourceAt(at: number): number {
    return this.#words[at * WORDS + SOURCE]!;
  }

  /** Takes an event out; what stood behind it moves up, so that no graves remain. */
  remove(place: number): void {
    const words = this.#words;
    let hole = place;
    this.size--;
    for (let at = (hole + 1) & this.#mask; words[at * WORDS + SOURCE] !== FREE; at = (at + 1) & this.#mask) {
      const home = words[at * WORDS + LOW]! & this.#mask;
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue;
      copyPlace(words, at, words, hole);
      hole = at;
    }
    words[hole * WORDS + SOURCE] = FREE;
  }

  /** How many events of a source are open. */
  countOf(source: number): number {
    let count = 0;
    for (let at = 0; at <= this.#mask; at++) if (this.sourceAt(at) === source) count++;
    return count;
  }

  /** Forgets about a quarter of the events: those whose index is least. Returns how many. */
  forgetOldest(): number {
    const before = this.size;
    const indexes = new Float64Array(before);
    let filled = 0;
    for (let at = 0; at <= this.#mask; at++)
      if (this.sourceAt(at) !== FREE) indexes[filled++] = this.indexAt(at);
    const oldest = indexes.sort()[before >> 2]!;
    this.#rebuild(this.#mask + 1, oldest);
    return before - this.size;
  }

  /** Moves all events from an index on into a table of so many places. */
  #rebuild(places: number, fromIndex: number): void {
    const [before, indexes] = [this.#words, this.#doubles];
    this.#allocate(places);
    this.size = 0;
    const words = this.#words;
    for (let from = 0; from < before.length / WORDS; from++) {
      if (before[from * WORDS + SOURCE] === FREE || indexes[from * (WORDS / 2) + 2]! < fromIndex) continue;
      let at = before[from * WORDS + LOW]! & this.#mask;
      while (words[at * WORDS + SOURCE] !== FREE) at = (at + 1) & this.#mask;
      copyPlace(before, from, words, at);
      this.size++;
    }
  }

  #allocate(places: number): void {
    this.#mask = places - 1;
    this.#words = new Int32Array(places * WORDS);
    this.#doubles = new Float64Array(this.#words.buffer);
    for (let at = 0; at < places; at++) this.#words[at * WORDS + SOURCE] = FREE;
  }
}

function copyPlace(from: Int32Array, fromPlace: number, to: Int32Array, toPlace: number): void {
  for (let word = 0; word < WORDS; word++) to[toPlace * WORDS + word] = from[fromPlace * WORDS + word]!;
}
