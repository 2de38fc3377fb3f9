/** Which generators are measured, on which lines. */
import type { Family } from './line.js';
import { stockDaily } from './lines/stock-daily.js';
import { stockMinutes } from './lines/stock-minutes.js';
import { stockTape } from './lines/stock-tape.js';
import { type StockSample, stockSample, stockViolations } from './samples/stock.js';

export const stockFamily: Family<StockSample> = {
  name: 'stock',
  lines: [...stockDaily, ...stockMinutes, ...stockTape],
  sample: stockSample,
  violations: (sample) => sample.violations,
  check: stockViolations,
  plots: () => ({}),
};
