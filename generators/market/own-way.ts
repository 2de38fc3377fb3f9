/** A share's own part of its log price, beside the market and its sector: how it moves, how wildly, and how busy that makes it. */
import type { Random } from '../../src/types.js';
import { type Day, varianceClock } from './day.js';
import { RETURN_DAYS, YEAR_DAYS } from './factors.js';
import { SURPRISE_SQUARE } from './flow.js';
import { activityExcess, beginning, leveraged, type Memory, remember, varianceExcess } from './volatility.js';

const SLOW: Memory = { sigma: 0.82, days: 200, busier: 0.1 };
const MIDDLE: Memory = { sigma: 0.55, days: 12, busier: 0.6 };
const FAST: Memory = { sigma: 0.7, days: 12 / 390, busier: 1.05 };
const ALL = [SLOW, MIDDLE, FAST];
const VARIANCE_EXCESS = varianceExcess(ALL);
const ACTIVITY_EXCESS = activityExcess([SLOW, MIDDLE]);
/** Pauses are so many times as long as gaps are on average; see Gaps. */
const PAUSES = 3.7;
const LEVERAGE = -0.3;
/** The fast part is brought up to date when this old. */
const FAST_MS = 30_000;
/** The share of a day's own variance that trades bring about: each moves the price a little its own way. */
const IMPACT_SHARE = 0.25;
/** What odd lots and others do, so that the mean square is about 1. */
const ODD_IMPACT = 0.75;
const LOT_IMPACT = 1.2;
/** Trades are more where the slower parts are high, which makes their share of the variance larger than they alone would. */
const IMPACT_EXCESS = Math.exp(SLOW.busier * SLOW.sigma ** 2 + MIDDLE.busier * MIDDLE.sigma ** 2);
/** How large a surprise is, in yearly standard deviations, and what it adds to the parts of log variance. */
const NEWS = 0.125;
/** The mean square of a surprise's size: heavier than Gaussian. */
const NEWS_SQUARE = 2;
const STIR = { middle: 0.7, fast: 1.2 };

export class OwnWay {
  readonly #random: Random;
  readonly #day: Day;
  /** A year. */
  readonly #sigma: number;
  /** What it moves in a millisecond of variance's clock, and how much of it returns in one of time. */
  readonly #perRootMs: number;
  readonly #returning: number;
  /** How much the fast part tells of how busy the share will be until its next trade: little where that is far away. */
  readonly #fastBusier: number;
  /** Surprises per trading ms, and by night. */
  readonly #newsRate: number;
  readonly #newsNight: number;
  /** What a surprise adds to the middle part: less where the last one is hardly forgotten. */
  readonly #stir: number;
  /** What a trade moves the price by, per surprise of its side. */
  readonly #impact: number;
  /** Log price beside market and sector. */
  log = 0;
  volatility = 1;
  activity = 1;
  #slow: number;
  #middle: number;
  #fast: number;
  #fastAt = 0;
  /** Of the last event: since the opening, ms, and on the clock of variance. */
  #at = 0;
  #clock = 0;
  #newsAt: number;
  #atOpen = 0;
  #daily = 1;

  constructor(random: Random, day: Day, setting: { sigma: number; trades: number; news: number }) {
    const { trades, news } = setting;
    // What surprises bring about is a part of the whole.
    const sigma = setting.sigma / Math.sqrt(1 + news * NEWS ** 2 * NEWS_SQUARE);
    this.#random = random;
    this.#day = day;
    this.#sigma = sigma;
    const openShare = (1 - IMPACT_SHARE) * (1 - day.nightShare);
    this.#perRootMs = sigma * Math.sqrt(openShare / YEAR_DAYS / day.ms);
    this.#returning = 1 / (RETURN_DAYS * day.ms);
    this.#fastBusier = FAST.busier / (1 + PAUSES / trades / FAST.days);
    this.#stir = STIR.middle / (1 + (news / YEAR_DAYS) * MIDDLE.days);
    this.#newsNight = day.nightShare === 0 ? 0 : news / 2 / YEAR_DAYS;
    this.#newsRate = (news / YEAR_DAYS - this.#newsNight) / day.ms;
    this.#impact = Math.sqrt(
      (IMPACT_SHARE * (1 - day.nightShare) * sigma ** 2) /
        YEAR_DAYS /
        trades /
        SURPRISE_SQUARE /
        IMPACT_EXCESS,
    );
    this.#slow = beginning(SLOW, random);
    this.#middle = beginning(MIDDLE, random);
    this.#fast = FAST.sigma * random.normal();
    this.#newsAt = random.exponential() / this.#newsRate;
    this.#refresh();
  }

  /** Before the first event, at a trading time `into` a day. */
  begin(time: number, into: number): void {
    this.#fastAt = time;
    this.#at = into;
    this.#clock = varianceClock(this.#day, into);
  }

  /** To a trading time, `into` the day, not before the last one; the market's volatility stirs all shares. */
  moveTo(time: number, into: number, marketVolatility: number): void {
    if (time - this.#fastAt >= FAST_MS) {
      this.#fast = remember(this.#fast, FAST, (time - this.#fastAt) / this.#day.ms, this.#random.normal());
      this.#fastAt = time;
      this.#refresh();
    }
    const clock = varianceClock(this.#day, into);
    const step = Math.sqrt(clock - this.#clock) * this.#perRootMs * this.volatility * marketVolatility;
    this.log = this.log * (1 - (into - this.#at) * this.#returning) + step * this.#random.normal();
    this.#at = into;
    this.#clock = clock;
    if (time >= this.#newsAt) this.#surprise(time);
  }

  /** A trade moves the price, an odd lot less than others. */
  impact(flow: { readonly surprise: number }, isOdd: boolean): void {
    this.log += this.#impact * this.#daily * flow.surprise * (isOdd ? ODD_IMPACT : LOT_IMPACT);
  }

  /** The night's move and the slow parts of volatility, before a day that begins at `time`. */
  overnight(time: number): void {
    const random = this.#random;
    const { nightShare } = this.#day;
    const sd = (this.#sigma * this.volatility) / Math.sqrt(YEAR_DAYS);
    const day = Math.max(-4, Math.min(4, (this.log - this.#atOpen) / sd));
    this.#slow = remember(this.#slow, SLOW, 1, leveraged(random, LEVERAGE, day));
    this.#middle = remember(this.#middle, MIDDLE, 1, leveraged(random, LEVERAGE, day));
    if (nightShare > 0) {
      this.#fast = FAST.sigma * random.normal();
      this.log += sd * Math.sqrt(nightShare) * random.normal();
      if (random.float() < this.#newsNight) this.#surprise(time);
    }
    this.#atOpen = this.log;
    this.#fastAt = time;
    this.#at = 0;
    this.#clock = 0;
    this.#refresh();
  }

  /** News: the price jumps, and there is much to talk about. */
  #surprise(time: number): void {
    const random = this.#random;
    this.log += NEWS * this.#sigma * random.normal() * Math.sqrt(NEWS_SQUARE * random.exponential());
    this.#middle += this.#stir;
    this.#fast += STIR.fast;
    this.#newsAt = time + random.exponential() / this.#newsRate;
    this.#refresh();
  }

  #refresh(): void {
    const slower = this.#slow + this.#middle;
    this.volatility = Math.exp((slower + this.#fast - VARIANCE_EXCESS) / 2);
    this.#daily = Math.exp((slower - VARIANCE_EXCESS) / 2);
    const fastBusier = this.#fastBusier;
    this.activity = Math.exp(
      SLOW.busier * this.#slow +
        MIDDLE.busier * this.#middle +
        fastBusier * this.#fast -
        ACTIVITY_EXCESS -
        (fastBusier * FAST.sigma) ** 2 / 2,
    );
  }
}
