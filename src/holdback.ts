/** Records that are held back until their time has come, or something of their entity has passed them. Bounded: beyond that the first to come out comes early. */
import type { Truth } from './disorder.js';
import type { Made } from './types.js';

export interface Held {
  readonly made: Made;
  readonly truth: Truth;
  /** The stream's time (epoch ms) when it should have come, and when it comes at the latest. */
  readonly heldAt: number;
  readonly releaseAt: number;
  /** It comes as soon as something of this entity (its bytes as latin1) has passed; null where time alone tells. */
  readonly behindEntity: string | null;
}

const HELD_MAX = 100_000;

export class Holdback {
  /** A heap: each stands before the two at twice its place. */
  readonly #heap: Held[] = [];
  /** Those that something has passed. */
  readonly #out: Held[] = [];
  readonly #byEntity = new Map<string, Held[]>();
  /** They stand in the heap still, and have gone out already. */
  readonly #gone = new Set<Held>();

  get size(): number {
    return this.#heap.length - this.#gone.size + this.#out.length;
  }

  get full(): boolean {
    return this.size > HELD_MAX;
  }

  hold(one: Held, now: number): void {
    if (one.releaseAt <= now) {
      this.#out.push(one);
      return;
    }
    this.#push(one);
    if (one.behindEntity === null) return;
    const others = this.#byEntity.get(one.behindEntity);
    if (others === undefined) this.#byEntity.set(one.behindEntity, [one]);
    else others.push(one);
  }

  /** Something of this entity comes now: what waited for that comes behind it. */
  passes(key: Uint8Array, start: number, length: number): void {
    if (this.#byEntity.size === 0) return;
    const name = Buffer.from(key.buffer, key.byteOffset + start, length).toString('latin1');
    const waiting = this.#byEntity.get(name);
    if (waiting === undefined) return;
    this.#byEntity.delete(name);
    for (const one of waiting) {
      this.#gone.add(one);
      this.#out.push(one);
    }
  }

  ripe(now: number): boolean {
    return this.#out.length > 0 || (this.#top()?.releaseAt ?? Number.POSITIVE_INFINITY) <= now;
  }

  /** The next whose time has come by `now`. */
  take(now: number): Held | undefined {
    return this.ripe(now) ? this.takeFirst() : undefined;
  }

  /** The next, whether its time has come or not. */
  takeFirst(): Held | undefined {
    const out = this.#out.shift();
    if (out !== undefined) return out;
    const one = this.#top();
    if (one === undefined) return undefined;
    this.#pop();
    if (one.behindEntity !== null) this.#forget(one, one.behindEntity);
    return one;
  }

  #forget(one: Held, key: string): void {
    const others = (this.#byEntity.get(key) ?? []).filter((other) => other !== one);
    if (others.length === 0) this.#byEntity.delete(key);
    else this.#byEntity.set(key, others);
  }

  /** The first of the heap that has not gone out yet. */
  #top(): Held | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (!this.#gone.delete(top)) return top;
      this.#pop();
    }
    return undefined;
  }

  #push(one: Held): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(one);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (heap[above]!.releaseAt <= one.releaseAt) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = one;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && heap[below + 1]!.releaseAt < heap[below]!.releaseAt) below++;
      if (heap[below]!.releaseAt >= last.releaseAt) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
  }
}
