/**
 * Markets that nobody should take for real, to show that the lines tell: prices drawn anew for each trade, and a Gaussian
 * walk of trades that come as a Poisson process. Both keep New York's hours.
 */
import { tradesOn } from '../../../generators/market/calendar.js';
import { DAY_MS, HOUR_MS, Zone } from '../../../generators/model/zone.js';
import { createRandom } from '../../../src/random.js';
import type { Random } from '../../../src/types.js';
import { collect, DAILY, daysOf, type Extent, MARKET, type Size, type StockSample, TAPES } from './stock.js';
import type { Print, Share } from './stock-collector.js';
import { START } from './stock-feed.js';

export type Null = 'uniform' | 'walk';

const SESSION_MS = 6.5 * HOUR_MS;
const YEARLY = 0.28;

export function nullSample(kind: Null, seed: number, size: Size): StockSample {
  const draw = (extent: Extent): readonly Share[] => {
    const prints = printsOf(kind, createRandom(seed).fork(kind), extent);
    return collect(prints, { days: daysOf(extent, size), trades: extent.trades });
  };
  return { daily: draw(DAILY), tapes: draw(TAPES), market: draw(MARKET), violations: [] };
}

function* printsOf(kind: Null, random: Random, { symbols, tradesPerDay }: Extent): Generator<Print> {
  const zone = new Zone('America/New_York');
  // A walk's steps add up to its yearly volatility, nights among them.
  const step = YEARLY / Math.sqrt(252 * tradesPerDay);
  const logs = Float64Array.from({ length: symbols }, () => Math.log(20 + 200 * random.float()));
  for (let date = START / DAY_MS; ; date++) {
    if (!tradesOn(date)) continue;
    const open = zone.startOf(date) + 9.5 * HOUR_MS;
    const gap = SESSION_MS / (symbols * tradesPerDay);
    for (let time = gap * random.exponential(); time < SESSION_MS; time += gap * random.exponential()) {
      const symbol = random.int(symbols);
      logs[symbol]! += step * random.normal();
      const walked = Math.exp(logs[symbol]!);
      const price =
        Math.max(1, Math.round(kind === 'walk' ? 100 * walked : 1000 + 9000 * random.float())) / 100;
      yield {
        symbol: `S${symbol}`,
        sector: `${symbol % 11}`,
        timestamp: Math.floor(open + time),
        auction: false,
        price,
        size: 1 + random.int(1000),
        buy: random.float() < 0.5,
        bid: price - 0.01,
        ask: price + 0.01,
      };
    }
  }
}
