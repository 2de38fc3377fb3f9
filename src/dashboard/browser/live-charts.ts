/** The charts of the last minutes, each with its latest values as text beside it. */
import { TimeChart, type TimeSeries } from '../../charts/browser/time-chart.js';
import { bytes, milliseconds, perSecond } from '../../figures.js';
import type { Moment, Point } from '../shapes.js';
import { make, setText } from './dom.js';

/** As the server keeps: five minutes. */
const MOMENTS_MAX = 600;

const percentile = document.getElementById('percentile') as HTMLSelectElement;

interface Kind {
  readonly format: (value: number) => string;
  readonly of: (point: Point) => number | null;
  readonly logarithmic?: boolean;
  /** A line of its own for what was asked for, the same for all profiles. */
  readonly asked?: boolean;
}

const KINDS: { readonly [name: string]: Kind } = {
  rate: { format: perSecond, of: ({ rate }) => rate, asked: true },
  latency: {
    format: milliseconds,
    of: (point) => point[percentile.value as 'p50' | 'p95' | 'p99' | 'max'],
    logarithmic: true,
  },
  buffer: { format: bytes, of: ({ buffer }) => buffer },
  retries: { format: perSecond, of: ({ retries }) => retries },
};

export class LiveCharts {
  readonly #charts: readonly LiveChart[];
  readonly #closed = new AbortController();
  #moments: Moment[] = [];

  constructor(profiles: readonly string[]) {
    this.#charts = Object.entries(KINDS).map(([name, kind]) => new LiveChart(name, kind, profiles));
    percentile.onchange = () => this.#show();
    const redraw = () => {
      for (const chart of this.#charts) chart.redraw();
    };
    for (const medium of ['(prefers-color-scheme: dark)', 'print'])
      matchMedia(medium).addEventListener('change', redraw, { signal: this.#closed.signal });
  }

  close(): void {
    this.#closed.abort();
    for (const chart of this.#charts) chart.close();
  }

  begin(history: readonly Moment[]): void {
    this.#moments = [...history];
    this.#show();
  }

  add(moment: Moment): void {
    const last = this.#moments.at(-1);
    if (last !== undefined && last.at >= moment.at) return;
    this.#moments.push(moment);
    if (this.#moments.length > MOMENTS_MAX) this.#moments.shift();
    this.#show();
  }

  #show(): void {
    for (const chart of this.#charts) chart.show(this.#moments);
  }
}

class LiveChart {
  readonly #kind: Kind;
  readonly #profiles: number;
  readonly #values: HTMLElement[];
  readonly #chart: TimeChart;
  #moments: readonly Moment[] = [];

  constructor(name: string, kind: Kind, profiles: readonly string[]) {
    this.#kind = kind;
    this.#profiles = profiles.length;
    const figure = document.querySelector(`[data-chart="${name}"]`)!;
    const plot = figure.querySelector<HTMLElement>('.plot')!;
    const list = figure.querySelector('.values')!;
    const names = kind.asked === true ? [...profiles, 'asked for'] : profiles;
    this.#values = names.map((of, at) => {
      const item = make('li', `line-${at % 6}`, `${of} `);
      item.append(make('b', ''));
      return item;
    });
    list.replaceChildren(...this.#values);
    this.#chart = new TimeChart(plot, {
      names,
      format: kind.format,
      logarithmic: kind.logarithmic ?? false,
      onPoint: (index) => this.#tell(index),
    });
  }

  show(moments: readonly Moment[]): void {
    this.#moments = moments;
    const lines = Array.from({ length: this.#values.length }, (_, line) =>
      moments.map((moment) => this.#valueOf(moment, line)),
    );
    const data: TimeSeries = [moments.map(({ at }) => at), ...lines];
    this.#chart.show(data);
    this.#tell(null);
  }

  redraw(): void {
    this.#chart.redraw();
  }

  close(): void {
    this.#chart.close();
  }

  #valueOf({ points }: Moment, line: number): number | null {
    if (line === this.#profiles) return points[0]?.asked ?? null;
    const point = points[line];
    const value = point === undefined ? null : this.#kind.of(point);
    // A logarithm has no zero.
    return this.#kind.logarithmic === true && value === 0 ? null : value;
  }

  /** The values at a moment, or the latest. */
  #tell(index: number | null): void {
    const moment = index === null ? this.#moments.at(-1) : this.#moments[index];
    for (const [line, item] of this.#values.entries()) {
      const value = moment === undefined ? null : this.#valueOf(moment, line);
      setText(item.querySelector('b')!, value === null ? '–' : this.#kind.format(value));
    }
  }
}
