/** What is told of a trade, and how its fields are held: words as codes, prices as ten-thousandths of a dollar. */
import type { Fields } from '../../src/types.js';
import { SPLITS } from './actions.js';
import { SECTORS, VENUES } from './universe.js';

export const TRADE = 0;
export const AUCTION = 1;
export const HALT = 2;
export const RESUME = 3;
export const BUY = 0;
export const SELL = 1;
export const LIMIT_UP = 0;
export const LIMIT_DOWN = 1;
/** No word: the field is left out. */
export const NONE = -1;

export interface Tick {
  type: number;
  symbol: number;
  venue: number;
  sector: number;
  timestamp: number;
  sequence: number;
  price: number;
  size: number | undefined;
  side: number;
  bid: number;
  ask: number;
  bidSize: number;
  askSize: number;
  volume: number;
  currency: number;
  tier: number;
  reason: number;
  split: number;
  dividend: number | undefined;
}

export function blankTick(): Tick {
  return {
    type: TRADE,
    symbol: 0,
    venue: 0,
    sector: 0,
    timestamp: 0,
    sequence: 0,
    price: 0,
    size: 0,
    side: BUY,
    bid: 0,
    ask: 0,
    bidSize: 0,
    askSize: 0,
    volume: 0,
    currency: 0,
    tier: 1,
    reason: NONE,
    split: NONE,
    dividend: undefined,
  };
}

const PRICE = { type: 'decimal', scale: 4, digits: 2 } as const;

export function tickFields(symbols: readonly string[]): Fields {
  return {
    type: {
      type: 'code',
      values: ['trade', 'auction', 'halt', 'resume'],
      doc: 'opening and closing auctions print once each, and one reopens after a halt; halt and resume carry the last price and quote',
    },
    symbol: { type: 'code', values: symbols },
    venue: { type: 'code', values: VENUES, doc: 'market identifier code of the listing exchange' },
    sector: { type: 'code', values: SECTORS },
    timestamp: { type: 'int', doc: 'epoch ms' },
    sequence: { type: 'int', doc: 'counts up by one per symbol, from 1' },
    price: { ...PRICE, doc: 'dollars, on the tick' },
    size: { type: 'int', optional: true, doc: 'shares; of trades and auctions' },
    side: {
      type: 'code',
      values: ['buy', 'sell'],
      optional: true,
      doc: 'who came to the other; of trades and auctions',
    },
    bid: { ...PRICE, doc: 'best bid as the trade met it' },
    ask: { ...PRICE, doc: 'best ask as the trade met it' },
    bidSize: { type: 'int', doc: 'shares' },
    askSize: { type: 'int', doc: 'shares' },
    volume: { type: 'int', doc: "the day's shares so far, this print included" },
    currency: { type: 'code', values: ['USD'] },
    tier: { type: 'int', doc: 'of the limit-up limit-down plan: 1 or 2' },
    reason: {
      type: 'code',
      values: ['limit_up', 'limit_down'],
      optional: true,
      doc: 'of a halt: which band the quote stuck to',
    },
    split: {
      type: 'code',
      values: SPLITS,
      optional: true,
      doc: 'of an opening auction: new shares for old ones; prices before it are not adjusted',
    },
    dividend: {
      ...PRICE,
      optional: true,
      doc: 'of an opening auction: dollars a share that it trades without',
    },
  };
}
