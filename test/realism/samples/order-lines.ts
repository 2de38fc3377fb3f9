/** Orders as somebody else kept them: a JSON object a line, the event itself or a record that holds it as `value`. */
import { OrderRules } from '../rules/order-rules.js';
import type { Sight } from './order-sight.js';
import type { Kind, OrdersSample } from './orders.js';
import { type Orders, OrdersCollector } from './orders-collector.js';

/** Events of one order must come in their order, as they do in a topic; those of different ones need not. */
export async function ordersFromLines(kind: Kind, lines: AsyncIterable<string>): Promise<OrdersSample> {
  const collector = new OrdersCollector();
  const rules = new OrderRules(kind, { introduced: false });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const sight = eventOf(JSON.parse(line));
    rules.see({ topic: undefined, key: sight.orderId, sight });
    collector.see(sight);
  }
  collector.orders.sort();
  return { orders: collector.orders, violations: rules.broken.sentences };
}

function eventOf(parsed: Sight & { readonly value?: Sight | string }): Sight {
  const { value } = parsed;
  return typeof value === 'string' ? (JSON.parse(value) as Sight) : (value ?? parsed);
}

/** How many days lines need, by the beginning of their ids: weekdays, busy days and repeats come slowly. */
const DAYS: readonly (readonly [id: RegExp, days: number])[] = [
  [/^O(2|3|4|5)$/, 56],
  [/^O7$/, 366],
  [/^O(13|15)$/, 600],
  [/^O(20|22)$/, 75],
];

/** Whether so many orders and days suffice for a line. */
export function suffices({ day, count }: Orders, id: string): boolean {
  const days = count === 0 ? 0 : day.values[count - 1]! - day.values[0]!;
  return count >= 1000 && DAYS.every(([line, least]) => !line.test(id) || days >= least);
}
