/** Which shares are traded: names, sectors, venues and about what they cost. Tickers are like life; all prices are invented. */
import { EventmillError } from '../../src/errors.js';
import { createRandom } from '../../src/random.js';
import type { OptionValue } from '../../src/types.js';

export const SECTORS = [
  'Information Technology',
  'Financials',
  'Health Care',
  'Consumer Discretionary',
  'Communication Services',
  'Industrials',
  'Consumer Staples',
  'Energy',
  'Utilities',
  'Real Estate',
  'Materials',
  'Digital Assets',
] as const;
const DIGITAL_ASSETS = SECTORS.length - 1;
const SHARE_SECTORS = DIGITAL_ASSETS;

/** Market identifier codes (ISO 10383); XXXX is the standard's own word for no market. */
export const VENUES = ['XNAS', 'XNYS', 'XXXX'] as const;
const NO_MARKET = VENUES.length - 1;
const SHARE_VENUES = NO_MARKET;

export const SYMBOLS_MAX = 10_000;

export interface Listing {
  readonly symbol: string;
  /** Index into SECTORS. */
  readonly sector: number;
  /** Index into VENUES. */
  readonly venue: number;
  /** About what a share costs at the start, dollars. */
  readonly price: number;
}

/** ticker sector venue price, the most traded first. */
const LARGEST = `NVDA 0 0 135|TSLA 3 0 245|AAPL 0 0 228|MSFT 0 0 415|AMZN 3 0 188|AMD 0 0 142|META 4 0 565|JPM 1 1 215|GOOGL 4 0 168|XOM 7 1 117
BAC 1 1 41|UNH 2 1 570|CVX 7 1 150|AVGO 0 0 172|PFE 2 1 29|KO 6 1 70|WMT 6 1 80|F 3 1 11|INTC 0 0 23|NFLX 4 0 705
T 4 1 22|CSCO 0 0 55|LLY 2 1 905|BA 5 1 152|GE 5 1 186|CAT 5 1 390|NEE 8 1 84|PLD 9 1 122|LIN 10 0 478|FCX 10 1 47
DIS 4 1 95|V 1 1 283|MA 1 1 500|HD 3 1 402|PG 6 1 173|MRK 2 1 110|JNJ 2 1 162|ABBV 2 1 195|PEP 6 0 174|COST 6 0 890
ORCL 0 1 172|CRM 0 1 288|ADBE 0 0 495|QCOM 0 0 170|TXN 0 0 203|MU 0 0 106|IBM 0 1 233|C 1 1 63|WFC 1 1 62|GS 1 1 520
MS 1 1 118|UBER 5 1 78|NKE 3 1 82|SBUX 3 0 95|MCD 3 1 298|TGT 6 1 154|SLB 7 1 43|COP 7 1 108|DUK 8 1 117|SO 8 1 90
AMT 9 1 226|O 9 1 62|NEM 10 1 55|DOW 10 1 53|HON 5 0 207|UPS 5 1 133|DE 5 1 405|VZ 4 1 44|CMCSA 4 0 42|GILD 2 0 85`;

/** Coins in dollars, with prices that are invented too; the last one is about what a small one costs. */
const COINS = `BTC 98000|ETH 3600|SOL 205|XRP 2.4|DOGE 0.38|ADA 1.05|AVAX 44|LINK 24|DOT 8.6|LTC 118|BCH 510|UNI 15|AAVE 330|XLM 0.44|NEAR 6.9|ATOM 9.2|ALGO 0.42|FIL 6.8|ETC 31|ICP 12`;

/** What kind of universe: large and other US shares, small ones alone, or coins. */
export type Listed = 'large' | 'small' | 'crypto';

const known = new Map<Listed, readonly Listing[]>();

/** The most traded first, then made-up tickers in a fixed order, up to SYMBOLS_MAX. */
function universe(listed: Listed): readonly Listing[] {
  let all = known.get(listed);
  if (all === undefined) {
    all = withStrangers(listed === 'large' ? largest() : listed === 'crypto' ? coins() : [], listed);
    known.set(listed, all);
  }
  return all;
}

function largest(): Listing[] {
  return LARGEST.split(/[|\n]/).map((line) => {
    const [symbol = '', sector, venue, price] = line.split(' ');
    return { symbol, sector: Number(sector), venue: Number(venue), price: Number(price) };
  });
}

function coins(): Listing[] {
  return COINS.split('|').map((line) => {
    const [coin = '', price] = line.split(' ');
    return { symbol: `${coin}-USD`, sector: DIGITAL_ASSETS, venue: NO_MARKET, price: Number(price) };
  });
}

function withStrangers(famous: readonly Listing[], listed: Listed): readonly Listing[] {
  const all = [...famous];
  const taken = new Set(all.map(({ symbol }) => symbol));
  for (let step = 1; all.length < SYMBOLS_MAX; step++) {
    const symbol = listed === 'crypto' ? `${tickerOf(step)}-USD` : tickerOf(step);
    if (taken.has(symbol)) continue;
    taken.add(symbol);
    all.push(listingOf(symbol, listed));
  }
  return all;
}

/** Consonant, vowel, consonant, consonant: the steps visit all 40,000 of them without order, as 7919 has no factor in common. */
function tickerOf(step: number): string {
  const consonants = 'BCDFGHJKLMNPQRSTVWXZ';
  const place = (step * 7919) % 40_000;
  const first = consonants[place % 20]!;
  const second = 'AEIOU'[Math.floor(place / 20) % 5]!;
  const third = consonants[Math.floor(place / 100) % 20]!;
  return first + second + third + consonants[Math.floor(place / 2000)]!;
}

/** The median price of those that nobody knows, dollars, and how far they stray from it. */
const STRANGERS = {
  large: { price: 75, stray: 0.5 },
  small: { price: 11, stray: 0.8 },
  crypto: { price: 1.5, stray: 1.2 },
} as const;

/** A listing that depends on the ticker alone. */
function listingOf(symbol: string, listed: Listed): Listing {
  const random = createRandom(`listing ${symbol}`);
  const { price, stray } = STRANGERS[listed];
  const dollars = Math.min(800, Math.max(price / 12, price * Math.exp(stray * random.normal())));
  const coin = listed === 'crypto';
  return {
    symbol,
    sector: coin ? DIGITAL_ASSETS : random.int(SHARE_SECTORS),
    venue: coin ? NO_MARKET : random.int(SHARE_VENUES),
    price: Math.round(dollars * 100) / 100,
  };
}

/**
 * The listings that the option `symbols` asks for, the most traded first: that many of the largest, or those of a
 * list, whose order does not matter: strangers rank below the known, by their names' hashes.
 */
export function listingsFor(symbols: OptionValue, listed: Listed): readonly Listing[] {
  if (typeof symbols === 'number') return universe(listed).slice(0, symbols);
  if (!Array.isArray(symbols) || symbols.length === 0 || symbols.length > SYMBOLS_MAX) {
    throw new EventmillError(
      'CONFIG',
      `stock: symbols: expected a number from 1 to ${SYMBOLS_MAX} or a list of that many, got ${JSON.stringify(symbols)?.slice(0, 60)}`,
    );
  }
  const names: string[] = symbols.map(String);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new EventmillError('CONFIG', `stock: symbols: ${twice} stands in the list twice`);
  const ranks = new Map(universe(listed).map((listing, rank) => [listing.symbol, { listing, rank }]));
  return names
    .map(
      (name) =>
        ranks.get(name) ?? {
          listing: listingOf(name, listed),
          rank: SYMBOLS_MAX + createRandom(name).float(),
        },
    )
    .sort((one, other) => one.rank - other.rank)
    .map(({ listing }) => listing);
}
