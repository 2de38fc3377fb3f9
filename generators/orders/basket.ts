/** The lines of an order, in objects that are used again for the next one. */
import { aliasTable } from '../../src/alias.js';
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

/** How many lines orders have, from one. */
const LINES = aliasTable([0.37, 0.27, 0.17, 0.1, 0.06, 0.03]);
const LINES_MAX = LINES.size;
/** How many of each, from one. */
const QUANTITIES = aliasTable([0.9, 0.075, 0.015, 0.01]);

export class Basket {
  readonly #menu: Menu;
  readonly #lines: readonly Line[];
  readonly #lists: readonly (readonly Line[])[];
  subtotalCents = 0;
  /** The lines as an array of just their number. */
  lines: readonly Line[];

  constructor(menu: Menu) {
    this.#menu = menu;
    this.#lines = Array.from({ length: LINES_MAX }, () => ({
      productId: 0,
      name: 0,
      size: 0,
      quantity: 1,
      unitPriceCents: 0,
    }));
    this.#lists = Array.from({ length: LINES_MAX + 1 }, (_, count) => this.#lines.slice(0, count));
    this.lines = this.#lists[0]!;
  }

  /** Fills it anew: a main course first, then anything; what is picked twice goes onto one line. */
  fill(random: Random): void {
    const menu = this.#menu;
    const wanted = LINES.pick(random) + 1;
    let count = 0;
    this.subtotalCents = 0;
    for (let pick = 0; pick < wanted; pick++) {
      const offer = menu.offers[(pick === 0 ? menu.main : menu.any).pick(random)]!;
      const quantity = QUANTITIES.pick(random) + 1;
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

  /** The line that holds a product in a size already, or the first free one. */
  #place(product: number, size: number, count: number): number {
    for (let index = 0; index < count; index++) {
      const line = this.#lines[index]!;
      if (line.productId === product && line.size === size) return index;
    }
    return count;
  }
}
