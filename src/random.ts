/**
 * Seeded chance: the only source of it. Streams are sfc32 (C. Doty-Humphrey's PractRand): 32-bit arithmetic only, so
 * that every machine and every Node gives the same numbers, and nothing is allocated per draw. Only Math.exp, log
 * and sqrt are used beside it, which V8 computes in software; Math.pow and sin are not, as they differ by build.
 */
import type { Random } from './types.js';

/** A stream for a seed. `createRandom(1)` and `createRandom('1')` are the same stream. */
export function createRandom(seed: number | string): Random {
  return derive(0x6a09e667, 0xbb67ae85 | 0, 0x3c6ef372, 0xa54ff53a | 0, String(seed));
}

/** Mixes a name into four words (bryc's cyrb128, chained), and starts the stream of the words that result. */
function derive(w0: number, w1: number, w2: number, w3: number, name: string): Sfc32 {
  let [a, b, c, d] = [w0, w1, w2, w3];
  for (let index = 0; index <= name.length; index++) {
    // One step more than there are characters: an empty name differs from no name.
    const unit = index < name.length ? name.charCodeAt(index) : 0x10000 + name.length;
    a = b ^ Math.imul(a ^ unit, 597399067);
    b = c ^ Math.imul(b ^ unit, 2869860233);
    c = d ^ Math.imul(c ^ unit, 951274213);
    d = a ^ Math.imul(d ^ unit, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return new Sfc32(a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a);
}

class Sfc32 implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  /** Kept apart from the state, so that forks do not depend on how much was drawn. */
  readonly #seed: readonly [number, number, number, number];

  constructor(w0: number, w1: number, w2: number, w3: number) {
    this.#seed = [w0, w1, w2, w3];
    [this.#a, this.#b, this.#c, this.#d] = this.#seed;
    // PractRand's own warm-up: after it, streams of similar seeds have nothing in common.
    for (let round = 0; round < 15; round++) this.#draw();
  }

  /** A signed 32-bit integer: what the rest is made of, since it never needs a heap number. */
  #draw(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  uint32(): number {
    return this.#draw() >>> 0;
  }

  float(): number {
    return (this.#draw() >>> 0) * 2 ** -32;
  }

  int(below: number): number {
    return Math.floor((this.#draw() >>> 0) * 2 ** -32 * below);
  }

  exponential(): number {
    return -Math.log(((this.#draw() >>> 0) + 0.5) * 2 ** -32);
  }

  normal(): number {
    const bits = this.#draw();
    const layer = bits & 127;
    // The layer and the place in it come from different bits (J. Doornik); the half makes the values exactly symmetric.
    const place = (bits >> 8) + 0.5;
    const x = place * WIDTH[layer]!;
    return Math.abs(place) < INNER[layer]! ? x : this.#normalAtEdge(layer, x);
  }

  /** The one draw in a hundred that does not fall into the inner part of its layer. */
  #normalAtEdge(layer: number, x: number): number {
    if (layer === 0) {
      for (;;) {
        const beyond = this.exponential() / TAIL;
        if (2 * this.exponential() > beyond * beyond) return x > 0 ? TAIL + beyond : -TAIL - beyond;
      }
    }
    const height = DENSITY[layer]! + this.float() * (DENSITY[layer - 1]! - DENSITY[layer]!);
    return height < Math.exp(-0.5 * x * x) ? x : this.normal();
  }

  fork(name: string | number): Random {
    const [w0, w1, w2, w3] = this.#seed;
    return derive(w0, w1, w2, w3, String(name));
  }
}

// The ziggurat of G. Marsaglia and W. W. Tsang, "The Ziggurat Method for Generating Random Variables", Journal of
// Statistical Software 5 (8), 2000: 128 layers of equal AREA under exp(−x²/2), the outermost beginning at TAIL.
const TAIL = 3.442619855899;
const AREA = 9.91256303526217e-3;
/** Places in a layer are 24-bit signed integers. */
const PLACES = 2 ** 23;
const WIDTH = new Float64Array(128);
const INNER = new Float64Array(128);
const DENSITY = new Float64Array(128);

function buildZiggurat(): void {
  let outer = TAIL;
  let x = TAIL;
  const base = AREA / Math.exp(-0.5 * x * x);
  INNER[0] = (x / base) * PLACES;
  INNER[1] = 0;
  WIDTH[0] = base / PLACES;
  WIDTH[127] = x / PLACES;
  DENSITY[0] = 1;
  DENSITY[127] = Math.exp(-0.5 * x * x);
  for (let layer = 126; layer >= 1; layer--) {
    x = Math.sqrt(-2 * Math.log(AREA / x + Math.exp(-0.5 * x * x)));
    INNER[layer + 1] = (x / outer) * PLACES;
    outer = x;
    DENSITY[layer] = Math.exp(-0.5 * x * x);
    WIDTH[layer] = x / PLACES;
  }
}
buildZiggurat();
