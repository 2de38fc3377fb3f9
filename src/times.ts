/** Room for the times of a batch's records, used again and again: an array made anew for each batch costs more than what stands in it. */

/** The lengths are powers of two from 32 numbers (16 records). */
const SHORTEST = 5;
const LENGTHS = 20;
/** 4 MiB lie idle at most. */
const NUMBERS_MAX = 512 * 1024;

export class TimesPool {
  readonly #free: Float64Array[][] = Array.from({ length: LENGTHS }, () => []);
  #idle = 0;

  /** For so many numbers at least; what stands in it is of no meaning. */
  take(numbers: number): Float64Array {
    const length = lengthFor(numbers);
    const times = this.#free[length]?.pop();
    if (times === undefined) return new Float64Array(Math.max(numbers, 2 ** (SHORTEST + length)));
    this.#idle -= times.length;
    return times;
  }

  give(times: Float64Array): void {
    const length = lengthFor(times.length);
    if (this.#idle + times.length > NUMBERS_MAX || times.length !== 2 ** (SHORTEST + length)) return;
    this.#free[length]?.push(times);
    if (length < LENGTHS) this.#idle += times.length;
  }
}

const lengthFor = (numbers: number) => Math.max(0, 32 - Math.clz32(numbers - 1) - SHORTEST);
