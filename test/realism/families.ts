/** Which generators are measured, on which lines. */
import type { Family } from './line.js';
import { pizzaLines } from './lines/pizza.js';
import { stockDaily } from './lines/stock-daily.js';
import { stockMinutes } from './lines/stock-minutes.js';
import { stockTape } from './lines/stock-tape.js';
import { storefrontLines } from './lines/storefront.js';
import { orderPlots } from './plots/order-plots.js';
import { stockPlots } from './plots/stock-plots.js';
import { ordersFromLines, suffices } from './samples/order-lines.js';
import { type Kind, type OrdersSample, ordersSample, orderViolations } from './samples/orders.js';
import { type StockSample, stockSample, stockViolations } from './samples/stock.js';
import { stockFromLines } from './samples/stock-lines.js';

export const stockFamily: Family<StockSample> = {
  name: 'stock',
  lines: [...stockDaily, ...stockMinutes, ...stockTape],
  sample: (seed, fast) => stockSample(seed, fast ? 'quarter' : 'whole'),
  violations: (sample) => sample.violations,
  check: stockViolations,
  async read(lines) {
    const sample = await stockFromLines(lines);
    // Days are too few, and shares may be.
    const enough = [...stockMinutes, ...stockTape].filter(
      ({ id }) => id !== 'S24' || sample.market.length >= 1000,
    );
    return { sample, lines: enough };
  },
  plots: stockPlots,
};

export const pizzaFamily = orderFamily('pizza', pizzaLines);
export const storefrontFamily = orderFamily('storefront', storefrontLines);

function orderFamily(name: Kind, lines: Family<OrdersSample>['lines']): Family<OrdersSample> {
  return {
    name,
    lines,
    sample: async (seed, fast) => ordersSample(name, seed, fast),
    violations: (sample) => sample.violations,
    check: (seed, events) => orderViolations(name, seed, events),
    async read(kept) {
      const sample = await ordersFromLines(name, kept);
      return { sample, lines: lines.filter(({ id }) => suffices(sample.orders, id)) };
    },
    plots: (sample) => orderPlots(name, sample),
  };
}
