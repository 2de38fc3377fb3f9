/** The lines of an order, in objects that are used again for the next one. */
import { type AliasTable, aliasTable } from '../../src/alias.js';
import type { Random } from '../../src/types.js';
import type { Menu } from './menu.js';

/** A line; product, name and size are codes. */
export interface Line {
  productId: number;
  name: number;
  size: number;
  quantity: number;
  unitPriceCents: number;
}

/** How much is taken: shares of orders with one line, two, and so on; and of lines with one of a kind, two, and so on. */
export interface Appetite {
  readonly lines: readonly number[];
  readonly quantities: readonly number[];
}

/** How often a regular begins with the favourite. */
const FAVOURITE_SHARE = 0.4;
/** A power of two, so that bits of a hash pick one. */
const FAVOURITES = 4096;

export class Basket {
  readonly #menu: Menu;
  readonly #lines: readonly Line[];
  readonly #lists: readonly (readonly Line[])[];
  readonly #countOf: AliasTable;
  readonly #quantityOf: AliasTable;
  readonly #favourites: Uint16Array;
  subtotalCents = 0;
  /** How many things in all. */
  quantity = 0;
  /** The lines as an array of just their number. */
  lines: readonly Line[];

  constructor(menu: Menu, { lines, quantities }: Appetite, random: Random) {
    this.#menu = menu;
    this.#countOf = aliasTable(lines);
    this.#quantityOf = aliasTable(quantities);
    this.#favourites = Uint16Array.from({ length: FAVOURITES }, () => menu.main.pick(random));
    this.#lines = Array.from({ length: lines.length }, () => ({
      productId: 0,
      name: 0,
      size: 0,
      quantity: 1,
      unitPriceCents: 0,
    }));
    this.#lists = Array.from({ length: lines.length + 1 }, (_, count) => this.#lines.slice(0, count));
    this.lines = this.#lists[0]!;
  }

  /** Fills it anew: a main course first, then anything; what is picked twice goes onto one line. `habits` is the customer's hash. */
  fill(habits: number, random: Random): void {
    const menu = this.#menu;
    const wanted = this.#wanted(habits, random);
    const first = random.float() < FAVOURITE_SHARE ? this.#favourites[habits & (FAVOURITES - 1)]! : -1;
    let count = 0;
    this.subtotalCents = 0;
    this.quantity = 0;
    for (let pick = 0; pick < wanted; pick++) {
      const picked = pick === 0 && first >= 0 ? first : (pick === 0 ? menu.main : menu.any).pick(random);
      const offer = menu.offers[picked]!;
      const quantity = this.#quantityOf.pick(random) + 1;
      this.quantity += quantity;
      const line = this.#lines[this.#place(offer.product, offer.size, count)]!;
      if (line === this.#lines[count]) {
        count++;
        line.productId = offer.product;
        line.name = offer.product;
        line.size = offer.size;
        line.quantity = 0;
        line.unitPriceCents = offer.unitPriceCents;
      }
      line.quantity += quantity;
      this.subtotalCents += quantity * offer.unitPriceCents;
    }
    this.lines = this.#lists[count]!;
  }

  /** How many picks: a third of the customers live alone, a third with many; over all it is as the shares say. */
  #wanted(habits: number, random: Random): number {
    const one = this.#countOf.pick(random);
    const other = this.#countOf.pick(random);
    const household = (habits >>> 16) % 3;
    return 1 + (household === 0 ? Math.min(one, other) : household === 1 ? one : Math.max(one, other));
  }

  /** The line that holds a product in a size already, or the first free one. */
  #place(product: number, size: number, count: number): number {
    for (let index = 0; index < count; index++) {
      const line = this.#lines[index]!;
      if (line.productId === product && line.size === size) return index;
    }
    return count;
  }
}
