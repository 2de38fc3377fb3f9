/** The scripts that the page loads: compiled from browser/, and what they import. */
import { readFileSync } from 'node:fs';
import { chartTexts } from '../charts/library.js';

/** By their paths below src, which are also those below /assets/, so that their imports find one another. */
const SCRIPTS = [
  'dashboard/browser/main.js',
  'dashboard/browser/controls.js',
  'dashboard/browser/dom.js',
  'dashboard/browser/events.js',
  'dashboard/browser/fates.js',
  'dashboard/browser/live-charts.js',
  'charts/browser/time-chart.js',
  'figures.js',
];

/** Under a test runner this file is TypeScript, and what browsers understand lies in dist. */
const COMPILED = new URL(import.meta.url.endsWith('.ts') ? '../../dist/src/' : '../', import.meta.url);

export interface Asset {
  readonly type: string;
  readonly body: string;
}

/** By path; each read when it is first asked for. */
export function assets(): { [path: string]: () => Asset } {
  const pages: { [path: string]: () => Asset } = { '/assets/uplot.js': once(() => chartTexts().script) };
  for (const name of SCRIPTS) pages[`/assets/${name}`] = once(() => script(name));
  return pages;
}

function once(text: () => string): () => Asset {
  let asset: Asset | undefined;
  return () => {
    asset ??= { type: 'text/javascript; charset=utf-8', body: text() };
    return asset;
  };
}

/** Source maps are for those who have the sources. */
function script(name: string): string {
  return readFileSync(new URL(name, COMPILED), 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}
