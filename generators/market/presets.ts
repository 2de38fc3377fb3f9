/** Markets by name: what a trader would say of each, and how the options of a source change it. */
import { EventmillError } from '../../src/errors.js';
import type { OptionValue, OptionValues } from '../../src/types.js';
import { type Day, EXCHANGE_DAY, ROUND_THE_CLOCK } from './day.js';
import type { Listed } from './universe.js';

export interface Market {
  readonly listed: Listed;
  readonly day: Day;
  /** Standard deviations of log prices a year: of the market, of a sector beside it, of a typical share beside both. */
  readonly marketSigma: number;
  readonly sectorSigma: number;
  readonly ownSigma: number;
  /** The spread of a share that trades 50,000 times a day, as a share of its price. */
  readonly spread: number;
  /** Surprises a year and share, half of them over night. */
  readonly news: number;
  /** Whether limit-up limit-down bands and halts apply. */
  readonly limits: boolean;
}

const LARGE: Market = {
  listed: 'large',
  day: EXCHANGE_DAY,
  marketSigma: 0.175,
  sectorSigma: 0.11,
  ownSigma: 0.2,
  spread: 1.9e-4,
  news: 6,
  limits: true,
};

const MARKETS: Readonly<{ [name: string]: Market }> = {
  'us-large-cap': LARGE,
  'small-cap': {
    ...LARGE,
    listed: 'small',
    marketSigma: 0.19,
    sectorSigma: 0.12,
    ownSigma: 0.42,
    spread: 7e-4,
    news: 10,
  },
  'crypto-24x7': {
    listed: 'crypto',
    day: ROUND_THE_CLOCK,
    marketSigma: 0.45,
    sectorSigma: 0.15,
    ownSigma: 0.4,
    spread: 2e-4,
    news: 12,
    limits: false,
  },
  calm: { ...LARGE, marketSigma: 0.09, sectorSigma: 0.08, ownSigma: 0.15, spread: 1.4e-4, news: 3 },
  crisis: { ...LARGE, marketSigma: 0.45, sectorSigma: 0.2, ownSigma: 0.36, spread: 4e-4, news: 20 },
};

export const PRESETS: readonly string[] = Object.keys(MARKETS);

/** The market of a preset, with what the options say differently. Throws an EventmillError CONFIG where they contradict one another. */
export function marketOf(options: OptionValues): Market {
  const preset = MARKETS[String(options['preset'])] ?? LARGE;
  const percent = (value: OptionValue | undefined, otherwise: number): number =>
    typeof value === 'number' ? value / 100 : otherwise;
  const marketSigma = percent(options['indexVolatility'], preset.marketSigma);
  const usual = Math.hypot(preset.marketSigma, preset.sectorSigma, preset.ownSigma);
  const total = percent(options['volatility'], usual);
  if (total <= marketSigma) {
    throw new EventmillError(
      'CONFIG',
      `stock: volatility: expected more than indexVolatility (${figure(marketSigma)}), as a share moves with the market and on its own besides, got ${figure(total)}; raise volatility or lower indexVolatility`,
    );
  }
  // What the market does not explain keeps its proportion of sector to share.
  const scale = Math.sqrt(total ** 2 - marketSigma ** 2) / Math.hypot(preset.sectorSigma, preset.ownSigma);
  const { spread, newsPerYear, limits } = options;
  return {
    ...preset,
    marketSigma,
    sectorSigma: preset.sectorSigma * scale,
    ownSigma: preset.ownSigma * scale,
    spread: typeof spread === 'number' ? spread / 10_000 : preset.spread,
    news: typeof newsPerYear === 'number' ? newsPerYear : preset.news,
    limits: limits === 'auto' ? preset.limits : limits === 'luld',
  };
}

function figure(sigma: number): string {
  return `${Number((100 * sigma).toPrecision(3))} %`;
}
