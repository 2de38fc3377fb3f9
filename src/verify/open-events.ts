/** Events that are expected and have not come yet: a hash table in columns of numbers, from which what came is taken out. */

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
/** Bytes that one place takes. */
export const OPEN_EVENT_BYTES = 4 * 4 + 8 + 2;

export class OpenEvents {
  size = 0;
  #mask = 0;
  #high!: Int32Array;
  #low!: Int32Array;
  #digest!: Int32Array;
  #promise!: Int32Array;
  #index!: Float64Array;
  #source!: Int16Array;

  constructor() {
    this.#allocate(SMALLEST);
  }

  /** Bytes held. */
  get bytes(): number {
    return (this.#mask + 1) * OPEN_EVENT_BYTES;
  }

  add(event: OpenEvent): void {
    if (this.size * 10 >= this.#mask * 7) this.#rebuild((this.#mask + 1) * 2, 0);
    let at = event.low & this.#mask;
    while (this.#source[at] !== FREE) at = (at + 1) & this.#mask;
    this.#high[at] = event.high;
    this.#low[at] = event.low;
    this.#digest[at] = event.digest;
    this.#promise[at] = event.promise;
    this.#index[at] = event.index;
    this.#source[at] = event.source;
    this.size++;
  }

  /** Where an event of this name lies, best one with this digest; −1 if none does. */
  find(high: number, low: number, digest: number): number {
    let found = -1;
    for (let at = low & this.#mask; this.#source[at] !== FREE; at = (at + 1) & this.#mask) {
      if (this.#low[at] !== low || this.#high[at] !== high) continue;
      if (this.#digest[at] === digest) return at;
      if (found < 0) found = at;
    }
    return found;
  }

  digestAt(at: number): number {
    return this.#digest[at]!;
  }

  promiseAt(at: number): number {
    return this.#promise[at]!;
  }

  indexAt(at: number): number {
    return this.#index[at]!;
  }

  sourceAt(at: number): number {
    return this.#source[at]!;
  }

  /** Takes an event out; what stood behind it moves up, so that no graves remain. */
  remove(place: number): void {
    let hole = place;
    this.size--;
    for (let at = (hole + 1) & this.#mask; this.#source[at] !== FREE; at = (at + 1) & this.#mask) {
      const home = this.#low[at]! & this.#mask;
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue;
      this.#move(at, hole);
      hole = at;
    }
    this.#source[hole] = FREE;
  }

  /** How many events of a source are open. */
  countOf(source: number): number {
    let count = 0;
    for (const one of this.#source) if (one === source) count++;
    return count;
  }

  /** Forgets about a quarter of the events: those whose index is least. Returns how many. */
  forgetOldest(): number {
    const before = this.size;
    const indexes = new Float64Array(before);
    let filled = 0;
    for (let at = 0; at <= this.#mask; at++)
      if (this.#source[at] !== FREE) indexes[filled++] = this.#index[at]!;
    const oldest = indexes.sort()[before >> 2]!;
    this.#rebuild(this.#mask + 1, oldest);
    return before - this.size;
  }

  #move(from: number, to: number): void {
    this.#high[to] = this.#high[from]!;
    this.#low[to] = this.#low[from]!;
    this.#digest[to] = this.#digest[from]!;
    this.#promise[to] = this.#promise[from]!;
    this.#index[to] = this.#index[from]!;
    this.#source[to] = this.#source[from]!;
  }

  /** Moves all events from an index on into a table of so many places. */
  #rebuild(places: number, fromIndex: number): void {
    const before = [this.#high, this.#low, this.#digest, this.#promise, this.#index, this.#source] as const;
    const [high, low, digest, promise, index, source] = before;
    this.#allocate(places);
    this.size = 0;
    for (let from = 0; from < source.length; from++) {
      if (source[from] === FREE || index[from]! < fromIndex) continue;
      let at = low[from]! & this.#mask;
      while (this.#source[at] !== FREE) at = (at + 1) & this.#mask;
      this.#high[at] = high[from]!;
      this.#low[at] = low[from]!;
      this.#digest[at] = digest[from]!;
      this.#promise[at] = promise[from]!;
      this.#index[at] = index[from]!;
      this.#source[at] = source[from]!;
      this.size++;
    }
  }

  #allocate(places: number): void {
    this.#mask = places - 1;
    this.#high = new Int32Array(places);
    this.#low = new Int32Array(places);
    this.#digest = new Int32Array(places);
    this.#promise = new Int32Array(places);
    this.#index = new Float64Array(places);
    this.#source = new Int16Array(places).fill(FREE);
  }
}
