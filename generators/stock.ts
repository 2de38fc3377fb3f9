/** Stock trades with quotes: shares in sectors, moved by a market, on the tick. The model stands in market/. */
import { defineGenerator } from '../src/generator.js';
import type { Feed, Made, ModelTime, OptionValues } from '../src/types.js';
import { Factors } from './market/factors.js';
import { Instrument } from './market/instrument.js';
import { continuousSessions, dayOf, exchangeSessions, SESSION_MS, type Sessions } from './market/sessions.js';
import { blankTick, type Tick, tickFields } from './market/tick.js';
import { listingsFor, SECTORS, SYMBOLS_MAX } from './market/universe.js';
import { TimeHeap } from './model/heap.js';

/** Activity by rank falls as rank^−0.88, as dollar volume does across US shares. */
const ZIPF_EXPONENT = 0.88;
/** The larger shares belong to tier 1 of the limit-up limit-down plan. */
const TIER_ONE = 1000;

export default defineGenerator<Tick>({
  doc: 'Stock trades with bid and ask, sizes and volume, for up to 10,000 symbols that move with a market and their sectors.',
  topic: 'stock_price_updates',
  key: 'symbol',
  options: {
    symbols: {
      doc: 'How many symbols, the most traded first, or a list of them.',
      type: 'integer-or-list',
      default: 20,
      min: 1,
      max: SYMBOLS_MAX,
    },
    tradesPerDay: {
      doc: "Mean trades of a symbol in a trading day; the first symbols have many times the last ones' (rank^-0.88).",
      type: 'number',
      default: 10_000,
      unit: 'trades a day',
      min: 1,
      max: 5_000_000,
    },
    hours: {
      doc: "exchange: 09:30-16:00 in New York, without weekends and the exchange's holidays; always: one trading day after another without nights; auto: exchange in simulated time, else always.",
      type: 'string',
      default: 'auto',
      values: ['auto', 'exchange', 'always'],
    },
  },
  create({ options, random, time }) {
    const listings = listingsFor(options['symbols'] ?? 20);
    const sessions = sessionsFor(options, time);
    const tick = blankTick();
    const trades = tradesByRank(listings.length, Number(options['tradesPerDay'] ?? 10_000));
    const symbolRandom = random.fork('symbol');
    const instruments = listings.map(
      (listing, code) =>
        new Instrument(symbolRandom.fork(listing.symbol), listing, {
          code,
          tier: code < TIER_ONE ? 1 : 2,
          trades: trades[code]!,
          sessions,
          tick,
        }),
    );
    const perTradingDay = trades.reduce((sum, one) => sum + one + 2, 0);
    const feed = new StockFeed(
      instruments,
      new Factors(random.fork('factor'), SECTORS.length),
      sessions,
      tick,
      time,
    );
    return {
      fields: tickFields(listings.map(({ symbol }) => symbol)),
      perSecond: (perTradingDay / SESSION_MS) * 1000 * sessions.share,
      next: (dueAt) => feed.next(dueAt),
      nextAt: () => feed.nextAt(),
    } satisfies Feed<Tick>;
  },
});

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
    instruments.forEach((instrument, code) => {
      this.#upcoming.push(instrument.begin(), code);
    });
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
    const day = dayOf(time);
    if (day !== this.#day) {
      this.#day = day;
      this.#opening = this.#sessions.openOf(day);
    }
    return this.#opening + (time - day * SESSION_MS);
  }
}

function sessionsFor(options: OptionValues, time: ModelTime): Sessions {
  const hours = options['hours'] ?? 'auto';
  const exchange = hours === 'exchange' || (hours === 'auto' && time.kind === 'simulated');
  return exchange ? exchangeSessions(time.start) : continuousSessions(time.start);
}

function tradesByRank(count: number, mean: number): Float64Array {
  const weights = Float64Array.from({ length: count }, (_, rank) =>
    Math.exp(-ZIPF_EXPONENT * Math.log(rank + 1)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (weight / total) * count * mean);
}
