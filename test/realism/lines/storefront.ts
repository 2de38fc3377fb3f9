/** What is measured of orders at web shops. */
import type { Line } from '../line.js';
import type { OrdersSample } from '../samples/orders.js';
import { ARRIVED, CANCELLED } from '../samples/orders-collector.js';
import { share } from '../statistics/arrivals.js';
import { deviation, map, mean } from '../statistics/moments.js';
import { distanceToLogNormal } from '../statistics/orders.js';
import { everyOrder } from './orders-every.js';
import * as shared from './orders-shared.js';

export const storefrontLines: readonly Line<OrdersSample>[] = [
  {
    id: 'O3',
    words: 'share from 0 to 6 h',
    band: [0.03, 0.08],
    real: '.048',
    measure: ({ orders }) => shared.hoursShare(orders, 0, 6),
  },
  {
    id: 'O3',
    words: 'peak hour × 24',
    band: [1.5, 2.2],
    real: '1.76',
    measure: ({ orders }) => 24 * shared.peakHourShare(orders),
  },
  {
    id: 'O3',
    words: 'weekend ÷ weekday',
    band: [0.65, 0.95],
    real: '.75',
    measure: ({ orders }) =>
      shared.weekdaysOverMean(orders, [0, 6]) / shared.weekdaysOverMean(orders, [1, 2, 3, 4, 5]),
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
    band: [1.1, 2.6],
    real: '1.13-2.48',
    measure: ({ orders }) => mean(orders.quantity.values),
  },
  {
    id: 'O8',
    words: 'baskets of one item',
    band: [0.4, 0.92],
    real: '.43-.90',
    measure: ({ orders }) => share(orders.quantity.values, (items) => items === 1),
  },
  ...everyOrder,
  {
    id: 'O20',
    words: 'σ of ln of delivery times',
    band: [0.55, 0.8],
    real: '.69',
    measure: ({ orders }) => deviation(map(shared.deliveryMinutes(orders), Math.log)),
  },
  {
    id: 'O20',
    words: 'their distance to a log-normal',
    band: [Number.NEGATIVE_INFINITY, 0.05],
    real: '.030',
    measure: ({ orders }) => distanceToLogNormal(shared.deliveryMinutes(orders)),
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
    measure: ({ orders }) => shared.endShare(orders, 60, ARRIVED),
  },
  {
    id: 'O22',
    words: 'cancelled',
    band: [0.005, 0.03],
    real: '.010',
    measure: ({ orders }) => shared.endShare(orders, 60, CANCELLED),
  },
  {
    id: 'O23',
    words: 'orders with a coupon (a convention)',
    band: [0.15, 0.5],
    real: '–',
    measure: ({ orders }) => mean(orders.coupon.values),
  },
];
