/** What a web shop sells: things for the home, made of what and for what. Most prices end in 99, the others in 95 or 00. */
import { aliasTable } from '../../src/alias.js';
import type { Random } from '../../src/types.js';
import type { Menu, Offer } from './menu.js';

const SIZES = ['one_size', 'S', 'M', 'L', 'XL'] as const;
const SIZE_SHARES = [0.19, 0.34, 0.31, 0.16];

/** Thing | usual price in dollars | whether it comes in sizes. */
const THINGS = `Mug|12
Water Bottle|19
Notebook|9
Desk Lamp|39
Backpack|64
T-Shirt|22|sized
Hoodie|49|sized
Phone Case|16
Charger|24
Headphones|79
Keyboard|79
Throw Pillow|26
Blanket|44
Cutting Board|29
Frying Pan|46
Chef Knife|58
Candle|14
Wall Clock|34
Plant Pot|18
Running Shirt|32|sized
Rain Jacket|89|sized
Socks|13|sized
Yoga Mat|36
Storage Box|21
Coffee Grinder|69
Floor Lamp|99
Bookshelf|119
Office Chair|159`
  .split('\n')
  .map((line) => line.split('|'));
const KINDS = [
  'Classic',
  'Everyday',
  'Compact',
  'Recycled',
  'Premium',
  'Nordic',
  'Travel',
  'Studio',
  'Outdoor',
];
/** What a kind costs, against the usual price. */
const KIND_PRICES = [1, 0.8, 0.85, 1.1, 1.5, 1.2, 0.95, 1.3, 1.15];

/** Popularity falls as (rank + 2)^−1 (Zipf and Mandelbrot). */
const popularity = (rank: number): number => 1 / (rank + 3);

/** The range, which products are popular being a matter of chance. */
export function catalogue(random: Random): Menu {
  const products = THINGS.flatMap(([thing, dollars, sized]) =>
    KINDS.map((kind, index) => ({
      name: `${kind} ${thing}`,
      unitPriceCents: priceOf(Number(dollars) * KIND_PRICES[index]!, random),
      sized: sized === 'sized',
    })),
  );
  const ranks = shuffled(products.length, random);
  const offers: Offer[] = [];
  const weights: number[] = [];
  products.forEach(({ unitPriceCents, sized }, product) => {
    const share = popularity(ranks[product]!);
    const sizes = sized ? [1, 2, 3, 4] : [0];
    for (const size of sizes) {
      offers.push({ product, size, unitPriceCents });
      weights.push(sized ? share * SIZE_SHARES[size - 1]! : share);
    }
  });
  const any = aliasTable(weights);
  return {
    productIds: products.map((_, product) => `P${String(product + 1).padStart(3, '0')}`),
    names: products.map(({ name }) => name),
    sizes: SIZES,
    offers,
    any,
    main: any,
  };
}

/** Of whole dollars a cent or five are left off, or nothing. */
function priceOf(dollars: number, random: Random): number {
  const whole = Math.max(3, Math.round(dollars * (0.92 + 0.16 * random.float())));
  const off = random.float();
  return whole * 100 - (off < 0.72 ? 1 : off < 0.9 ? 5 : 0);
}

/** Each number below `count` once: R. Durstenfeld, Algorithm 235, 1964. */
function shuffled(count: number, random: Random): readonly number[] {
  const numbers = Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index--) {
    const other = random.int(index + 1);
    [numbers[index], numbers[other]] = [numbers[other]!, numbers[index]!];
  }
  return numbers;
}
