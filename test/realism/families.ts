/** Which generators are measured, on which lines. */
import type { Family } from './line.js';
import { stockDaily } from './lines/stock-daily.js';
import { stockMinutes } from './lines/stock-minutes.js';
import { stockTape } from './lines/stock-tape.js';
import { stockPlots } from './plots/stock-plots.js';
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
