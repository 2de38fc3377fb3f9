/** What is measured of every kind of order in the same way, against the same bands. */
import type { Line } from '../line.js';
import type { OrdersSample } from '../samples/orders.js';
import { topShare, zipfExponent } from '../statistics/tails.js';
import * as shared from './orders-shared.js';

/** Popularity, menu prices, order values, repeats, and who buys most. */
export const everyOrder: readonly Line<OrdersSample>[] = [
  {
    id: 'O9',
    words: 'Zipf exponent of the 50 most popular',
    band: [0.4, 1.6],
    real: '.89, 1.55',
    measure: ({ orders }) => zipfExponent(shared.popularity(orders), 50),
  },
  {
    id: 'O9',
    words: 'the most popular product’s share',
    band: [0.03, 0.27],
    real: '.11, .27',
    measure: ({ orders }) => shared.topProducts(orders, 1),
  },
  {
    id: 'O9',
    words: 'the ten most popular products’ share',
    band: [0.25, 0.75],
    real: '.43, .73',
    measure: ({ orders }) => shared.topProducts(orders, 10),
  },
  {
    id: 'O10',
    words: 'prices on at most three endings',
    band: [0.75, Number.POSITIVE_INFINITY],
    real: '.96, .82',
    measure: ({ orders }) => shared.priceEndings(orders),
  },
  {
    id: 'O12',
    words: 'variation of order values',
    band: [0.5, 1.1],
    real: '.69, 1.03',
    measure: ({ orders }) => shared.valueVariation(orders),
  },
  {
    id: 'O12',
    words: 'σ of ln of order values',
    band: [0.45, 0.95],
    real: '.51, .74',
    measure: ({ orders }) => shared.valueSigma(orders),
  },
  {
    id: 'O12',
    words: 'mean ÷ median of order values',
    band: [1, Number.POSITIVE_INFINITY],
    real: '> 1',
    measure: ({ orders }) => shared.valueSkew(orders),
  },
  {
    id: 'O13',
    words: 'customers without a repeat in 52 weeks',
    band: [0.4, 0.65],
    real: '.542',
    measure: ({ orders }) => shared.noRepeats(orders),
  },
  {
    id: 'O13',
    words: 'variance ÷ mean of repeats',
    band: [3, 12],
    real: '7.1',
    measure: ({ orders }) => shared.repeatsFano(orders),
  },
  {
    id: 'O13',
    words: 'r of a negative binomial of repeats',
    band: [0.2, 0.8],
    real: '.377',
    measure: ({ orders }) => shared.repeatsShape(orders),
  },
  {
    id: 'O15',
    words: 'orders of the top 20 % of customers',
    band: [0.45, 0.7],
    real: '.571',
    measure: ({ orders }) =>
      topShare(
        shared.byCustomer(orders, () => 1),
        0.2,
      ),
  },
  {
    id: 'O15',
    words: 'revenue of the top 20 % of customers',
    band: [0.55, 0.8],
    real: '.678',
    measure: ({ orders }) =>
      topShare(
        shared.byCustomer(orders, (index) => orders.total.values[index]!),
        0.2,
      ),
  },
];
