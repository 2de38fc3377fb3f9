/** Numbers 64-bit hashes in the order in which they first come: an open-addressing table of 12 bytes a place. */
export class HashIndex {
  size = 0;
  #mask = 255;
  #high = new Int32Array(256);
  #low = new Int32Array(256);
  /** 0: free, else the number + 1. */
  #number = new Int32Array(256);

  get bytes(): number {
    return (this.#mask + 1) * 12;
  }

  /** −1 if it has not come yet. */
  find(high: number, low: number): number {
    for (let at = low & this.#mask; ; at = (at + 1) & this.#mask) {
      const number = this.#number[at]!;
      if (number === 0) return -1;
      if (this.#low[at] === low && this.#high[at] === high) return number - 1;
    }
  }

  /** Of a hash that has not come yet. */
  add(high: number, low: number): number {
    if (this.size * 10 >= this.#mask * 7) this.#grow();
    const number = this.size++;
    this.#put(high, low, number + 1);
    return number;
  }

  #put(high: number, low: number, number: number): void {
    let at = low & this.#mask;
    while (this.#number[at] !== 0) at = (at + 1) & this.#mask;
    this.#high[at] = high;
    this.#low[at] = low;
    this.#number[at] = number;
  }

  #grow(): void {
    const [high, low, numbers] = [this.#high, this.#low, this.#number];
    const places = (this.#mask + 1) * 2;
    this.#mask = places - 1;
    this.#high = new Int32Array(places);
    this.#low = new Int32Array(places);
    this.#number = new Int32Array(places);
    numbers.forEach((number, from) => {
      if (number !== 0) this.#put(high[from]!, low[from]!, number);
    });
  }
}
