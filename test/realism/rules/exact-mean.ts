/** The mean of all prices of the last five minutes, each of them kept. Prices are integers, so that sums are exact. */
const WINDOW_MS = 300_000;

export class ExactMean {
  #times = new Float64Array(64);
  #prices = new Float64Array(64);
  #from = 0;
  #to = 0;
  #sum = 0;
  #last = 0;

  /** Of prices at most five minutes old; without any, the last mean that there was; 0 before the first price. */
  at(time: number): number {
    while (this.#from < this.#to && this.#times[this.#place(this.#from)]! < time - WINDOW_MS) {
      this.#last = this.#sum / (this.#to - this.#from);
      this.#sum -= this.#prices[this.#place(this.#from++)]!;
    }
    return this.#from === this.#to ? this.#last : this.#sum / (this.#to - this.#from);
  }

  add(time: number, price: number): void {
    if (this.#to - this.#from === this.#times.length) this.#grow();
    this.#times[this.#place(this.#to)] = time;
    this.#prices[this.#place(this.#to++)] = price;
    this.#sum += price;
  }

  clear(): void {
    this.#from = 0;
    this.#to = 0;
    this.#sum = 0;
    this.#last = 0;
  }

  #place(index: number): number {
    return index & (this.#times.length - 1);
  }

  #grow(): void {
    const count = this.#to - this.#from;
    const times = new Float64Array(2 * count);
    const prices = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) {
      times[i] = this.#times[this.#place(this.#from + i)]!;
      prices[i] = this.#prices[this.#place(this.#from + i)]!;
    }
    this.#times = times;
    this.#prices = prices;
    this.#from = 0;
    this.#to = count;
  }
}
