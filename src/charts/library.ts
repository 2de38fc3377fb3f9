/** The chart library as texts, to be served or inlined: pages draw with it offline, and without a build of their own. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type uPlot from 'uplot';

/** What the script defines in a page: the global `uPlot`. */
export type ChartLibrary = typeof uPlot;

export interface ChartTexts {
  /** A classic script that defines `uPlot`; holds no `</script`, so that it can stand inside a page. */
  readonly script: string;
  readonly style: string;
}

let read: ChartTexts | undefined;

/** Read once, when the first page asks. Throws Node's own error if the package is not installed. */
export function chartTexts(): ChartTexts {
  read ??= readTexts();
  return read;
}

function readTexts(): ChartTexts {
  const folder = dirname(createRequire(import.meta.url).resolve('uplot'));
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { script: text('uPlot.iife.min.js'), style: text('uPlot.min.css') };
}
