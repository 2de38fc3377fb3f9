/** What comes next: a min-heap of times, four children a node, as it is kinder to caches than two. */

/** Entries are a time and an id; among equal times the lower id comes first, so that the order is total. */
export class TimeHeap {
  size = 0;
  #times: Float64Array;
  #ids: Int32Array;

  constructor(capacity = 64) {
    this.#times = new Float64Array(capacity);
    this.#ids = new Int32Array(capacity);
  }

  /** The earliest time; Infinity when empty. */
  get topTime(): number {
    return this.size === 0 ? Infinity : this.#times[0]!;
  }

  /** The id that goes with `topTime`; only valid when not empty. */
  get topId(): number {
    return this.#ids[0]!;
  }

  push(time: number, id: number): void {
    if (this.size === this.#times.length) this.#grow();
    const times = this.#times;
    const ids = this.#ids;
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const above = times[parent]!;
      if (above < time || (above === time && ids[parent]! < id)) break;
      times[place] = above;
      ids[place] = ids[parent]!;
      place = parent;
    }
    times[place] = time;
    ids[place] = id;
  }

  pop(): void {
    this.size--;
    if (this.size > 0) this.#sink(this.#times[this.size]!, this.#ids[this.size]!);
  }

  /** Gives the earliest entry a later time: cheaper than pop and push. */
  delayTop(time: number): void {
    this.#sink(time, this.#ids[0]!);
  }

  #sink(time: number, id: number): void {
    const times = this.#times;
    const ids = this.#ids;
    const size = this.size;
    let place = 0;
    for (;;) {
      let child = place * 4 + 1;
      if (child >= size) break;
      const end = Math.min(child + 4, size);
      let least = times[child]!;
      for (let sibling = child + 1; sibling < end; sibling++) {
        const candidate = times[sibling]!;
        if (candidate < least || (candidate === least && ids[sibling]! < ids[child]!)) {
          least = candidate;
          child = sibling;
        }
      }
      if (least > time || (least === time && ids[child]! > id)) break;
      times[place] = least;
      ids[place] = ids[child]!;
      place = child;
    }
    times[place] = time;
    ids[place] = id;
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    const ids = new Int32Array(this.#ids.length * 2);
    times.set(this.#times);
    ids.set(this.#ids);
    this.#times = times;
    this.#ids = ids;
  }
}
