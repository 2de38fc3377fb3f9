/** The market as somebody else kept it: a JSON object a line, the event itself or a record that holds it as `value`. */
import {
  AUCTION,
  BUY,
  blankTick,
  HALT,
  NONE,
  RESUME,
  SELL,
  type Tick,
  TRADE,
} from '../../../generators/market/tick.js';
import { StockRules } from '../rules/stock-rules.js';
import type { StockSample } from './stock.js';
import { StockCollector } from './stock-collector.js';

/** What is read of an event. */
interface Told {
  readonly type: string;
  readonly symbol: string;
  readonly sector: string;
  readonly timestamp: number;
  readonly sequence: number;
  readonly price: number;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
  readonly volume: number;
  readonly tier: number;
  readonly size?: number;
  readonly side?: string;
}

const DOLLAR = 10_000;
const TYPES: Readonly<{ [type: string]: number }> = {
  trade: TRADE,
  auction: AUCTION,
  halt: HALT,
  resume: RESUME,
};

/** Events of one symbol must come in their order, as they do in a topic; those of different ones need not. */
export async function stockFromLines(lines: AsyncIterable<string>): Promise<StockSample> {
  const collector = new StockCollector(true);
  const rules = new StockRules({ exchange: true });
  const codes = new Map<string, number>();
  const tick = blankTick();
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const told = eventOf(JSON.parse(line));
    if (!codes.has(told.symbol)) codes.set(told.symbol, codes.size);
    fill(tick, told, codes.get(told.symbol)!);
    rules.see(tick);
    if (told.size === undefined) continue;
    collector.see({ ...told, size: told.size, auction: told.type === 'auction', buy: told.side === 'buy' });
  }
  return { daily: [], tapes: collector.shares, market: collector.shares, violations: rules.broken.sentences };
}

function eventOf(parsed: Told & { readonly value?: Told | string }): Told {
  const { value } = parsed;
  return typeof value === 'string' ? (JSON.parse(value) as Told) : (value ?? parsed);
}

function fill(tick: Tick, told: Told, code: number): void {
  tick.type = TYPES[told.type] ?? NONE;
  tick.symbol = code;
  tick.timestamp = told.timestamp;
  tick.sequence = told.sequence;
  tick.price = Math.round(told.price * DOLLAR);
  tick.bid = Math.round(told.bid * DOLLAR);
  tick.ask = Math.round(told.ask * DOLLAR);
  tick.bidSize = told.bidSize;
  tick.askSize = told.askSize;
  tick.volume = told.volume;
  tick.tier = told.tier;
  tick.size = told.size;
  tick.side = told.side === 'buy' ? BUY : told.side === 'sell' ? SELL : NONE;
}
