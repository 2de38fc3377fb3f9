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
] as const;

export const VENUES = ['XNAS', 'XNYS'] as const;

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

let known: readonly Listing[] | undefined;

/** The largest first, then made-up tickers in a fixed order, up to SYMBOLS_MAX. */
function universe(): readonly Listing[] {
  if (known !== undefined) return known;
  const all: Listing[] = LARGEST.split(/[|\n]/).map((line) => {
    const [symbol = '', sector, venue, price] = line.split(' ');
    return { symbol, sector: Number(sector), venue: Number(venue), price: Number(price) };
  });
  const taken = new Set(all.map(({ symbol }) => symbol));
  for (let step = 1; all.length < SYMBOLS_MAX; step++) {
    const symbol = tickerOf(step);
    if (taken.has(symbol)) continue;
    taken.add(symbol);
    all.push(listingOf(symbol));
  }
  known = all;
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

/** A listing that depends on the ticker alone. */
function listingOf(symbol: string): Listing {
  const random = createRandom(`listing ${symbol}`);
  const price = Math.min(800, Math.max(3, Math.exp(3.7 + 0.8 * random.normal())));
  return {
    symbol,
    sector: random.int(SECTORS.length),
    venue: random.int(VENUES.length),
    price: Math.round(price * 100) / 100,
  };
}

/**
 * The listings that the option `symbols` asks for, the most traded first: that many of the largest, or those of a
 * list, whose order does not matter: strangers rank below the known, by their names' hashes.
 */
export function listingsFor(symbols: OptionValue): readonly Listing[] {
  if (typeof symbols === 'number') return universe().slice(0, symbols);
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
  const ranks = new Map(universe().map((listing, rank) => [listing.symbol, { listing, rank }]));
  return names
    .map(
      (name) =>
        ranks.get(name) ?? { listing: listingOf(name), rank: SYMBOLS_MAX + createRandom(name).float() },
    )
    .sort((one, other) => one.rank - other.rank)
    .map(({ listing }) => listing);
}
