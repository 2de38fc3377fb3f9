/** Lines over time, drawn by uPlot in the page's own colours; the texts beside them are the caller's. */
import type Library from 'uplot';

/** What the library's script defines. */
declare const uPlot: typeof Library;

export interface TimeChartOptions {
  /** One line each. */
  readonly names: readonly string[];
  readonly format: (value: number) => string;
  /** Whether values that differ by magnitudes should all be seen. */
  readonly logarithmic?: boolean;
  /** Told which moment the pointer is at; null: at none. */
  readonly onPoint?: (index: number | null) => void;
}

/** Seconds, and for each line a value per moment; null leaves a gap. */
export type TimeSeries = readonly [number[], ...(number | null)[][]];

const HEIGHT = 170;
/** For those who do not tell colours apart. */
const DASHES: readonly number[][] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 4]];

export class TimeChart {
  readonly #host: HTMLElement;
  readonly #options: TimeChartOptions;
  readonly #observer = new ResizeObserver(() => this.#fit());
  #data: TimeSeries = [[]];
  #plot: Library | undefined;

  constructor(host: HTMLElement, options: TimeChartOptions) {
    this.#host = host;
    this.#options = options;
    this.#observer.observe(host);
  }

  show(data: TimeSeries): void {
    this.#data = data;
    if (this.#plot === undefined) this.redraw();
    else this.#plot.setData(data as never);
  }

  close(): void {
    this.#observer.disconnect();
    this.#plot?.destroy();
  }

  /** Anew, as when the page's colours have changed. */
  redraw(): void {
    this.#plot?.destroy();
    const { names, format, logarithmic = false, onPoint } = this.#options;
    const style = getComputedStyle(this.#host);
    const ink = style.getPropertyValue('--soft');
    const rule = style.getPropertyValue('--rule');
    const axis = { stroke: ink, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1 } };
    this.#plot = new uPlot(
      {
        width: this.#width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { size: 6 } },
        scales: {
          x: { time: false },
          y: logarithmic
            ? { distr: 3 }
            : { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.05)] },
        },
        axes: [
          { ...axis, size: 32, values: (_plot, splits) => splits.map((second) => `${second} s`) },
          {
            ...axis,
            size: 76,
            values: (_plot, splits) => splits.map((value) => (value === null ? '' : format(value))),
          },
        ],
        series: [
          {},
          ...names.map((name, at) => ({
            label: name,
            stroke: style.getPropertyValue(`--line-${at % DASHES.length}`),
            width: 2,
            dash: [...DASHES[at % DASHES.length]!],
            points: { show: false },
          })),
        ],
        hooks: { setCursor: [(plot) => onPoint?.(plot.cursor.idx ?? null)] },
      },
      this.#data as never,
      this.#host,
    );
  }

  get #width(): number {
    return Math.max(200, this.#host.clientWidth);
  }

  #fit(): void {
    if (this.#plot !== undefined && this.#plot.width !== this.#width)
      this.#plot.setSize({ width: this.#width, height: HEIGHT });
  }
}
