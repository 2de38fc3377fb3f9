/** What a pizzeria sells. All prices end in 99 or 49. */
import { type AliasTable, aliasTable } from '../../src/alias.js';

const SIZES = ['small', 'medium', 'large', 'regular'] as const;
const REGULAR = 3;

/** The most popular first: name, then the price in cents of each size (small, medium, large) or of the only one. */
const PIZZERIA = `Margherita|899 1199 1499
Pepperoni|999 1349 1699
Cola|249
Garlic Bread|549
Quattro Formaggi|1049 1399 1749
Hawaiian|999 1349 1699
Diavola|1049 1399 1749
Chicken Wings|899
Vegetariana|999 1299 1649
Prosciutto e Funghi|1099 1449 1799
Sparkling Water|199
Barbecue Chicken|1149 1499 1849
Capricciosa|1099 1449 1799
Lemonade|299
Tiramisu|649
Meat Feast|1199 1549 1949
Caesar Salad|799
Quattro Stagioni|1099 1449 1799
Mozzarella Sticks|699
Orange Soda|249
Tuna and Onion|1049 1399 1749
Spinach and Ricotta|1049 1399 1749
Chocolate Brownie|549
Calzone|1199
Truffle Mushroom|1249 1649 1999
Garden Salad|649
Prawn and Rocket|1249 1649 1999
Alcohol-free Beer|399
Panna Cotta|599
Marinara|799 1049 1349
Vanilla Ice Cream|449
Potato Wedges|499
Anchovy and Caper|1049 1399 1749
Dough Balls|499`;

/** Of the three sizes of a pizza. */
const SIZE_SHARES = [0.16, 0.49, 0.35];
/** Popularity falls as (rank + 2)^−1.15 (Zipf and Mandelbrot). */
const popularity = (rank: number): number => Math.exp(-1.15 * Math.log(rank + 3));

/** A product in a size: what stands on one line of an order. */
export interface Offer {
  /** Index into the menu's products. */
  readonly product: number;
  /** Index into the menu's sizes. */
  readonly size: number;
  readonly unitPriceCents: number;
}

export interface Menu {
  readonly productIds: readonly string[];
  readonly names: readonly string[];
  readonly sizes: readonly string[];
  readonly offers: readonly Offer[];
  /** Picks any offer, by popularity. */
  readonly any: AliasTable;
  /** Picks what an order begins with: a pizza in a pizzeria. */
  readonly main: AliasTable;
}

export function pizzeriaMenu(): Menu {
  const lines = PIZZERIA.split('\n').map((line) => line.split('|') as [name: string, prices: string]);
  const offers: Offer[] = [];
  const weights: number[] = [];
  lines.forEach(([, prices], product) => {
    const cents = prices.split(' ').map(Number);
    cents.forEach((unitPriceCents, index) => {
      const sized = cents.length > 1;
      offers.push({ product, size: sized ? index : REGULAR, unitPriceCents });
      weights.push(popularity(product) * (sized ? SIZE_SHARES[index]! : 1));
    });
  });
  return {
    productIds: lines.map((_, product) => `P${String(product + 1).padStart(2, '0')}`),
    names: lines.map(([name]) => name),
    sizes: SIZES,
    offers,
    any: aliasTable(weights),
    main: aliasTable(weights.map((weight, index) => (offers[index]!.size < REGULAR ? weight : 0))),
  };
}
