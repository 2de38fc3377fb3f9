/** Orders under way: what is still to be told of each, in columns of numbers, so that a hundred thousand fit in little memory. */

/** A slot is an order's place in the book; slots are used again when their orders are over. */
export class OrderBook {
  /** How many orders are open. */
  size = 0;
  readonly orderIds: string[] = [];
  readonly customerIds: string[] = [];
  store = new Int32Array(64);
  /** What would be refunded. */
  refundCents = new Int32Array(64);
  /** Why it is cancelled, as a code. */
  reason = new Int8Array(64);
  #kinds: Uint8Array<ArrayBuffer>;
  #offsets: Float64Array<ArrayBuffer>;
  #counts = new Uint8Array(64);
  #told = new Uint8Array(64);
  readonly #free: number[] = [];
  readonly #steps: number;
  #used = 0;

  /** `steps`: the most events an order may have after the first. */
  constructor(steps: number) {
    this.#steps = steps;
    this.#kinds = new Uint8Array(64 * steps);
    this.#offsets = new Float64Array(64 * steps);
  }

  open(): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot === this.store.length) this.#grow();
    this.#counts[slot] = 0;
    this.#told[slot] = 0;
    this.size++;
    return slot;
  }

  close(slot: number): void {
    this.orderIds[slot] = '';
    this.customerIds[slot] = '';
    this.#free.push(slot);
    this.size--;
  }

  /** Plans an event so many ms of the model's time after the order was placed, and not before the one planned last. */
  plan(slot: number, kind: number, offset: number): void {
    const count = this.#counts[slot]!;
    const place = slot * this.#steps + count;
    this.#kinds[place] = kind;
    this.#offsets[place] = count === 0 ? offset : Math.max(offset, this.#offsets[place - 1]!);
    this.#counts[slot] = count + 1;
  }

  /** Whether an event of a kind is planned. */
  plans(slot: number, kind: number): boolean {
    const first = slot * this.#steps;
    for (let place = first; place < first + this.#counts[slot]!; place++)
      if (this.#kinds[place] === kind) return true;
    return false;
  }

  /** How many events have been told after the first one. */
  told(slot: number): number {
    return this.#told[slot]!;
  }

  /** The kind of the next event. */
  kind(slot: number): number {
    return this.#kinds[slot * this.#steps + this.#told[slot]!]!;
  }

  /** The offset of the next event; Infinity when all is told. */
  offset(slot: number): number {
    const told = this.#told[slot]!;
    return told < this.#counts[slot]! ? this.#offsets[slot * this.#steps + told]! : Infinity;
  }

  /** Ticks one event off. */
  tell(slot: number): void {
    this.#told[slot] = this.#told[slot]! + 1;
  }

  #grow(): void {
    const capacity = this.store.length * 2;
    this.store = widened(this.store, new Int32Array(capacity));
    this.refundCents = widened(this.refundCents, new Int32Array(capacity));
    this.reason = widened(this.reason, new Int8Array(capacity));
    this.#kinds = widened(this.#kinds, new Uint8Array(capacity * this.#steps));
    this.#offsets = widened(this.#offsets, new Float64Array(capacity * this.#steps));
    this.#counts = widened(this.#counts, new Uint8Array(capacity));
    this.#told = widened(this.#told, new Uint8Array(capacity));
  }
}

function widened<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from);
  return to;
}
