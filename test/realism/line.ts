/** What the yardstick is made of: lines, each a statistic, the band that it must fall into, and what real data give. */

export interface Line<Sample> {
  /** As the table of the yardstick calls it, such as `S3`; one line of it may be several here. */
  readonly id: string;
  readonly words: string;
  readonly band: readonly [low: number, high: number];
  /** What real data gave, for people. */
  readonly real: string;
  /** NaN where the sample cannot tell, which is in no band. */
  measure(sample: Sample): number;
}

/** One kind of generator: how a sample of it is drawn, and what is measured on it. */
export interface Family<Sample> {
  /** The generator's name, and what people type. */
  readonly name: string;
  readonly lines: readonly Line<Sample>[];
  /** `fast`: a smaller sample, on which lines are noisier. */
  sample(seed: number, fast: boolean): Promise<Sample>;
  /** Rules that no event may break, each broken one as a sentence with how often. */
  violations(sample: Sample): readonly string[];
  /** The same over so many events, drawn for that alone. */
  check(seed: number, events: number): readonly string[];
  /** What can be told of events that somebody else kept, a JSON object a line, and the lines that it suffices for. */
  read?(lines: AsyncIterable<string>): Promise<{ sample: Sample; lines: readonly Line<Sample>[] }>;
  /** SVG by file name. */
  plots(sample: Sample): Readonly<{ [file: string]: string }>;
}

export interface Verdict {
  readonly id: string;
  readonly words: string;
  readonly band: readonly [number, number];
  readonly real: string;
  readonly median: number;
  /** How many of the samples fell into the band widened by a quarter. */
  readonly within: number;
  readonly of: number;
  readonly passed: boolean;
}

/** Of ten samples eight must fall into the widened band, and the median into the band itself. */
const SHARE = 0.8;

export function judge<Sample>(line: Line<Sample>, values: readonly number[]): Verdict {
  const { id, words, band, real } = line;
  const [low, high] = widened(band);
  const within = values.filter((value) => value >= low && value <= high).length;
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  const passed = median >= band[0] && median <= band[1] && within >= SHARE * values.length;
  return { id, words, band, real, median, within, of: values.length, passed };
}

/** The band with a quarter of its width added at both ends together; one that is open stays so. */
export function widened([low, high]: readonly [number, number]): readonly [number, number] {
  const more = Number.isFinite(high - low)
    ? (high - low) / 8
    : Math.abs(Number.isFinite(low) ? low : high) / 8;
  return [low - more, high + more];
}
