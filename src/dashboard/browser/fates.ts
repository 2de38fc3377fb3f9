/** What became of all records so far, one bar a profile, with the counts as text. */
import { count } from '../../figures.js';
import type { Fates } from '../shapes.js';
import { make, setText } from './dom.js';

const KINDS = ['acked', 'written', 'pending', 'failed', 'expired', 'dropped'] as const;

const bars = document.querySelector<HTMLElement>('#fates .bars')!;

export function showFates(profiles: readonly string[], fates: readonly Fates[]): void {
  if (bars.dataset['of'] !== profiles.join()) {
    bars.dataset['of'] = profiles.join();
    bars.replaceChildren(...profiles.map(newBar));
  }
  for (const [at, of] of fates.entries()) {
    const row = bars.children[at] as HTMLElement;
    const total = KINDS.reduce((sum, kind) => sum + of[kind], 0);
    const parts = row.querySelectorAll<HTMLElement>('.bar > span');
    for (const [index, kind] of KINDS.entries())
      parts[index]!.style.width = total === 0 ? '0' : `${(of[kind] / total) * 100}%`;
    const texts = KINDS.filter((kind) => of[kind] > 0).map((kind) => `${count(of[kind])} ${kind}`);
    setText(row.querySelector<HTMLElement>('.counts')!, texts.join(', ') || 'none yet');
  }
}

function newBar(profile: string): HTMLElement {
  const row = make('div', 'fate');
  const bar = make('div', 'bar');
  bar.setAttribute('aria-hidden', 'true');
  bar.append(...KINDS.map((kind) => make('span', `fate-${kind}`)));
  row.append(make('b', '', profile), bar, make('span', 'counts'));
  return row;
}
