/** What is measured of orders at pizzerias. */
import type { Line } from '../line.js';
import type { OrdersSample } from '../samples/orders.js';
import { ARRIVED, CANCELLED, type Orders, which } from '../samples/orders-collector.js';
import { share } from '../statistics/arrivals.js';
import { deviation, map, mean, median, quantile } from '../statistics/moments.js';
import { everyOrder } from './orders-every.js';
import * as shared from './orders-shared.js';

/** Of deliveries with a tip, per cent of the subtotal. */
function tipPercents(orders: Orders): Float64Array {
  return map(tipped(orders), (index) => (100 * orders.tip.values[index]!) / orders.subtotal.values[index]!);
}

function tipped(orders: Orders): readonly number[] {
  return which(orders, (index) => orders.tip.values[index]! > 0);
}

function wholeDollars(orders: Orders): number {
  return share(tipped(orders), (index) => orders.tip.values[index]! % 100 === 0);
}

export const pizzaLines: readonly Line<OrdersSample>[] = [
  {
    id: 'O1',
    words: 'peak-hour share',
    band: [0.1, 0.3],
    real: '.28',
    measure: ({ orders }) => shared.peakHourShare(orders),
  },
  {
    id: 'O1',
    words: 'share from 17 to 20 h',
    band: [0.35, 0.8],
    real: '.81',
    measure: ({ orders }) => shared.hoursShare(orders, 17, 20),
  },
  {
    id: 'O1',
    words: 'share from 0 to 9 h',
    band: [Number.NEGATIVE_INFINITY, 0.03],
    real: '0',
    measure: ({ orders }) => shared.hoursShare(orders, 0, 9),
  },
  {
    id: 'O2',
    words: 'Friday and Saturday ÷ mean day',
    band: [1.1, 1.7],
    real: '1.51, 1.68',
    measure: ({ orders }) => shared.weekdaysOverMean(orders, [5, 6]),
  },
  {
    id: 'O2',
    words: 'Monday to Wednesday ÷ mean day',
    band: [0.6, 0.95],
    real: '.63',
    measure: ({ orders }) => shared.weekdaysOverMean(orders, [1, 2, 3]),
  },
  {
    id: 'O4',
    words: 'Fano factor of daily counts',
    band: [1.5, Number.POSITIVE_INFINITY],
    real: '4.1',
    measure: ({ orders }) => shared.dailyFano(orders),
  },
  {
    id: 'O4',
    words: 'the same within a weekday',
    band: [1.1, 6],
    real: '1.96',
    measure: ({ orders }) => shared.withinWeekdayFano(orders),
  },
  {
    id: 'O5',
    words: 'Fano factor of 15-minute counts, after weekday × slot × day',
    band: [0.9, 1.3],
    real: '1.04, 1.07',
    measure: ({ orders }) => shared.residualFano(orders),
  },
  {
    id: 'O7',
    words: 'busiest day of a year ÷ mean',
    band: [1.8, 4],
    real: '3.15, 2.32',
    measure: ({ orders }) => shared.busiestDay(orders),
  },
  {
    id: 'O8',
    words: 'items per basket',
    band: [2, 3],
    real: '2.17',
    measure: ({ orders }) => mean(orders.quantity.values),
  },
  {
    id: 'O8',
    words: 'baskets of one item',
    band: [0.25, 0.45],
    real: '.42',
    measure: ({ orders }) => share(orders.quantity.values, (items) => items === 1),
  },
  ...everyOrder,
  {
    id: 'O18',
    words: 'mean tip, % (deliveries with one)',
    band: [12, 20],
    real: '16.1',
    measure: ({ orders }) => mean(tipPercents(orders)),
  },
  {
    id: 'O18',
    words: 'deviation of tips, %',
    band: [4, 9],
    real: '6.1',
    measure: ({ orders }) => deviation(tipPercents(orders)),
  },
  {
    id: 'O18',
    words: 'tips of whole dollars',
    band: [0.25, 0.6],
    real: '.35',
    measure: ({ orders }) => wholeDollars(orders),
  },
  {
    id: 'O19',
    words: 'delivery minutes, median',
    band: [20, 38],
    real: '34, 24',
    measure: ({ orders }) => median(shared.deliveryMinutes(orders)),
  },
  {
    id: 'O19',
    words: 'delivery minutes, 95 % ÷ median',
    band: [1.3, 2],
    real: '1.3, 1.85',
    measure: ({ orders }) =>
      quantile(shared.deliveryMinutes(orders), 0.95) / median(shared.deliveryMinutes(orders)),
  },
  {
    id: 'O19',
    words: 'σ of ln of delivery minutes',
    band: [0.2, 0.45],
    real: '.20, .45',
    measure: ({ orders }) => deviation(map(shared.deliveryMinutes(orders), Math.log)),
  },
  {
    id: 'O21',
    words: 'late against the promise',
    band: [0.04, 0.12],
    real: '.069',
    measure: ({ orders }) => shared.lateShare(orders),
  },
  {
    id: 'O22',
    words: 'delivered',
    band: [0.95, 0.99],
    real: '.972',
    measure: ({ orders }) => shared.endShare(orders, 1, ARRIVED),
  },
  {
    id: 'O22',
    words: 'cancelled',
    band: [0.005, 0.03],
    real: '.010',
    measure: ({ orders }) => shared.endShare(orders, 1, CANCELLED),
  },
  {
    id: 'O23',
    words: 'orders with a coupon (a convention)',
    band: [0.15, 0.5],
    real: '–',
    measure: ({ orders }) => mean(orders.coupon.values),
  },
  {
    id: 'O24',
    words: 'paid by card or wallet (a convention)',
    band: [0.75, 0.92],
    real: '–',
    measure: ({ orders }) => shared.paymentShare(orders, 'card', 'wallet'),
  },
  {
    id: 'O24',
    words: 'paid in cash (a convention)',
    band: [0.05, 0.2],
    real: '–',
    measure: ({ orders }) => shared.paymentShare(orders, 'cash'),
  },
  {
    id: 'O26',
    words: 'delivered to a door (a convention)',
    band: [0.5, 0.7],
    real: '–',
    measure: ({ orders }) => mean(orders.door.values),
  },
];
