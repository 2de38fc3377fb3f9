/** Stock trades with quotes: shares in sectors, moved by a market, on the tick. The model stands in market/. */
import { defineGenerator } from '../src/generator.js';
import type { Feed, Made, ModelTime, OptionValues } from '../src/types.js';
import { Factors } from './market/factors.js';
import { type Floor, Instrument } from './market/instrument.js';
import { type Market, marketOf, PRESETS } from './market/presets.js';
import {
  clockSessions,
  continuousSessions,
  dayOf,
  exchangeSessions,
  type Sessions,
} from './market/sessions.js';
import { roundLot } from './market/sizes.js';
import { blankTick, type Tick, tickFields } from './market/tick.js';
import { TICK_TABLE, type TickSizes, tickTable } from './market/tick-sizes.js';
import { listingsFor, SECTORS, SYMBOLS_MAX } from './market/universe.js';
import { TimeHeap } from './model/heap.js';

/** Trades by rank fall as rank^−0.8, and dollars a little faster, as the larger shares are dearer. */
const ZIPF_EXPONENT = 0.8;
/** The larger shares belong to tier 1 of the limit-up limit-down plan. */
const TIER_ONE = 1000;
/** Coins trade in thousandths, a hundred of them being a lot. */
const COIN_LOT = 100;

export default defineGenerator<Tick>({
  doc: 'Stock trades with bid and ask, sizes and volume, auctions and halts, for up to 10,000 symbols that move with a market and their sectors.',
  topic: 'stock_price_updates',
  key: 'symbol',
  options: {
    preset: {
      doc: 'What market it is; the options below that are null are as it says. Coins trade in thousandths, without auctions and bands.',
      type: 'string',
      default: 'us-large-cap',
      values: PRESETS,
    },
    symbols: {
      doc: 'How many symbols, the most traded first, or a list of them.',
      type: 'integer-or-list',
      default: 20,
      min: 1,
      max: SYMBOLS_MAX,
    },
    tradesPerDay: {
      doc: "Mean trades of a symbol in a trading day; the first symbols have many times the last ones' (rank^-0.8).",
      type: 'number',
      default: 10_000,
      unit: 'trades a day',
      min: 1,
      max: 5_000_000,
    },
    hours: {
      doc: "exchange: 09:30-16:00 in New York, without weekends and the exchange's holidays, for coins days of 24 hours in UTC; always: one trading day after another without nights; auto: exchange in simulated time, else always.",
      type: 'string',
      default: 'auto',
      values: ['auto', 'exchange', 'always'],
    },
    volatility: {
      doc: 'Annualised volatility of a typical share, in per cent; us-large-cap has 28.',
      type: 'number',
      default: null,
      unit: '% a year',
      min: 1,
      max: 500,
    },
    indexVolatility: {
      doc: 'Annualised volatility of the whole market, in per cent; us-large-cap has 17.5. The nearer to volatility, the more shares move together.',
      type: 'number',
      default: null,
      unit: '% a year',
      min: 0,
      max: 400,
    },
    spread: {
      doc: 'Spread of a share that trades 50,000 times a day, in basis points; rarer ones are quoted wider. us-large-cap has 1.9.',
      type: 'number',
      default: null,
      unit: 'bp',
      min: 0,
      max: 100,
    },
    newsPerYear: {
      doc: 'Surprises a year and share that make its price jump, half of them over night; us-large-cap has 6.',
      type: 'number',
      default: null,
      unit: 'a year',
      min: 0,
      max: 1000,
    },
    limits: {
      doc: 'luld: limit-up limit-down bands, halts of five minutes and reopening auctions; none: no such bands; auto: as the preset says.',
      type: 'string',
      default: 'auto',
      values: ['auto', 'luld', 'none'],
    },
    splits: {
      doc: 'Whether dear shares are split and cheap ones merged; told by the opening auction. Prices are not adjusted.',
      type: 'boolean',
      default: false,
    },
    dividends: {
      doc: 'Whether most shares pay a dividend each quarter, by which their price falls; told by the opening auction.',
      type: 'boolean',
      default: false,
    },
    tickTable: {
      doc: "Rows 'DATE PRICE TICK': from which date on and from which price up prices stand on which tick, in dollars.",
      type: 'list',
      default: TICK_TABLE,
    },
  },
  create({ options, random, time, owns = () => true }) {
    const market = marketOf(options);
    const listings = listingsFor(options['symbols'] ?? 20, market.listed);
    const sessions = sessionsFor(options, time, market);
    const tick = blankTick();
    const floor: Floor = {
      market,
      sessions,
      sizesOf: sizesByDay(options, sessions),
      lotOf: market.listed === 'crypto' ? () => COIN_LOT : roundLot,
      tick,
      actions: {
        splits: options['splits'] === true && market.day.auctions,
        dividends: options['dividends'] === true && market.day.auctions,
      },
    };
    const trades = tradesByRank(listings.length, Number(options['tradesPerDay'] ?? 10_000));
    const symbolRandom = random.fork('symbol');
    const instruments = listings.map((listing, code) => {
      const tier = market.listed === 'large' && code < TIER_ONE ? 1 : 2;
      return new Instrument(
        symbolRandom.fork(listing.symbol),
        listing,
        { code, tier, trades: trades[code]! },
        floor,
      );
    });
    const auctions = market.day.auctions ? 2 : 0;
    const perTradingDay = trades.reduce((sum, one) => sum + one + auctions, 0);
    const factors = new Factors(random.fork('factor'), SECTORS.length, market);
    // A feed without a symbol could make nothing at all; whoever owns none throws away what is made.
    const owned = listings.flatMap(({ symbol }, code) => (owns(symbol) ? [code] : []));
    const codes = owned.length > 0 ? owned : listings.map((_, code) => code);
    const feed = new StockFeed(instruments, codes, factors, sessions, tick, time);
    return {
      fields: tickFields(listings.map(({ symbol }) => symbol)),
      perSecond: (perTradingDay / market.day.ms) * 1000 * sessions.share,
      next: (dueAt) => feed.next(dueAt),
      nextAt: () => feed.nextAt(),
    } satisfies Feed<Tick>;
  },
});

/** All shares ask for the same day at about the same time. */
function sizesByDay(options: OptionValues, sessions: Sessions): (day: number) => TickSizes {
  const rows = options['tickTable'];
  const sizesAt = tickTable(Array.isArray(rows) ? rows : TICK_TABLE);
  let known = -1;
  let sizes = sizesAt(sessions.openOf(0));
  return (day) => {
    if (day !== known) {
      known = day;
      sizes = sizesAt(sessions.openOf(day));
    }
    return sizes;
  };
}

/** Merges the symbols' events in the order of trading time. */
class StockFeed {
  readonly #instruments: readonly Instrument[];
  readonly #factors: Factors;
  readonly #sessions: Sessions;
  readonly #live: boolean;
  readonly #upcoming = new TimeHeap();
  readonly #tick: Tick;
  readonly #made: Made<Tick>;
  /** The day whose opening is at hand; events come in order, so it changes once a day. */
  #day = -1;
  #opening = 0;

  constructor(
    instruments: readonly Instrument[],
    codes: readonly number[],
    factors: Factors,
    sessions: Sessions,
    tick: Tick,
    time: ModelTime,
  ) {
    this.#instruments = instruments;
    this.#factors = factors;
    this.#sessions = sessions;
    this.#live = time.kind === 'live';
    this.#tick = tick;
    this.#made = { value: tick, timestamp: 0 };
    for (const code of codes) this.#upcoming.push(instruments[code]!.begin(factors), code);
  }

  next(dueAt: number): Made<Tick> {
    const time = this.#upcoming.topTime;
    const code = this.#upcoming.topId;
    const timestamp = Math.floor(this.#live ? dueAt : this.#epochOf(time));
    this.#factors.advanceTo(time);
    this.#upcoming.delayTop(this.#instruments[code]!.emit(time, this.#factors));
    this.#tick.timestamp = timestamp;
    this.#made.timestamp = timestamp;
    return this.#made;
  }

  nextAt(): number {
    return this.#epochOf(this.#upcoming.topTime);
  }

  #epochOf(time: number): number {
    const day = dayOf(time, this.#sessions.day.ms);
    if (day !== this.#day) {
      this.#day = day;
      this.#opening = this.#sessions.openOf(day);
    }
    return this.#opening + (time - day * this.#sessions.day.ms);
  }
}

function sessionsFor(options: OptionValues, time: ModelTime, { day }: Market): Sessions {
  const hours = options['hours'] ?? 'auto';
  const exchange = hours === 'exchange' || (hours === 'auto' && time.kind === 'simulated');
  if (!day.auctions) return exchange ? clockSessions(time.start, day) : continuousSessions(time.start, day);
  return exchange ? exchangeSessions(time.start) : continuousSessions(time.start, day);
}

function tradesByRank(count: number, mean: number): Float64Array {
  const weights = Float64Array.from({ length: count }, (_, rank) =>
    Math.exp(-ZIPF_EXPONENT * Math.log(rank + 1)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (weight / total) * count * mean);
}
