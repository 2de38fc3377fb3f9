/** Numbers that grow at their end, without an object each. */
export class Growing {
  length = 0;
  #values = new Float64Array(1024);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** Adds to the last one. */
  add(value: number): void {
    this.#values[this.length - 1]! += value;
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.length);
  }
}
