/**
 * Which partitions are read next: the one that is furthest behind in time, and those which it will have caught up with
 * by its next answer. What was made together is thus read together, however unlike the partitions are in size, so that
 * what is expected and has not come stays little. A broker that answers for the first few partitions asked only, as
 * Kafka does when those fill its answer, starves none either.
 */
export class Turns {
  /** The time of the last record read, by partition; none before the first. */
  readonly #marks = new Map<number, number>();
  /** How far the last answer led, ms. */
  readonly #strides = new Map<number, number>();
  /** Those that gave nothing when it was their turn: nobody waits for them, though they are asked along. */
  readonly #silent = new Set<number>();
  readonly #given = new Set<number>();
  #asked: readonly number[] = [];

  /** Of those that may hold more; the one furthest behind comes first. */
  next(partitions: readonly number[]): readonly number[] {
    const waited = partitions.filter((partition) => !this.#silent.has(partition));
    waited.sort((a, b) => this.#mark(a) - this.#mark(b));
    const slowest = waited[0];
    if (slowest === undefined) return this.#ask(partitions);
    const until = this.#mark(slowest) + (this.#strides.get(slowest) ?? 0);
    const others = partitions.filter((partition) => this.#silent.has(partition));
    return this.#ask([...waited.filter((partition) => this.#mark(partition) <= until), ...others]);
  }

  /** A record has come. */
  came(partition: number, timestamp: number): void {
    if (!this.#given.has(partition)) {
      this.#given.add(partition);
      this.#strides.set(partition, 0);
    }
    const before = this.#marks.get(partition);
    if (before !== undefined && timestamp > before) {
      this.#strides.set(partition, this.#strides.get(partition)! + timestamp - before);
    }
    this.#marks.set(partition, timestamp);
  }

  /** The answer is over. Only who was asked first is known to have had nothing; after an empty answer, all. */
  answered(): void {
    for (const partition of this.#given) this.#silent.delete(partition);
    const empty = this.#given.size === 0 ? this.#asked : this.#asked.slice(0, 1);
    for (const partition of empty) if (!this.#given.has(partition)) this.#silent.add(partition);
    this.#given.clear();
  }

  #ask(partitions: readonly number[]): readonly number[] {
    this.#asked = partitions;
    return partitions;
  }

  #mark(partition: number): number {
    return this.#marks.get(partition) ?? Number.NEGATIVE_INFINITY;
  }
}
