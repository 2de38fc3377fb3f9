import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { contentSecurityPolicy, page, partsOf } from '../../../src/dashboard/page.js';
import { STEADY, snapshot } from '../../support/snapshots.js';

const TWO = snapshot([
  { acked: 1234, expired: 5, errors: { NEVER_MADE: 5 } },
  { name: 'fire-and-forget', acked: 0, unacknowledged: 77, settings: { acks: 0 } },
]);

it('shows each profile with its figures, and calls nothing acknowledged that was only written', () => {
  const html = page(TWO);
  expect(html).toContain('<th scope="row">async</th>');
  expect(html).toContain('data-title="Acked">1,234<');
  expect(html).toContain('data-title="Failed" class="bad">5<');
  expect(html).toContain('data-title="Acked">77 (written)<');
  expect(html).toContain('async: 5 × NEVER_MADE (due, but not made in time');
});

it('asks nothing of other sites and passes its own policy', () => {
  const html = page(TWO);
  expect(html).not.toMatch(/(?:src|href)="(?!\/|data:,)/);
  expect(html).not.toMatch(/style="|onclick|onload|<script>/);
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!;
  const hash = createHash('sha256').update(style).digest('base64');
  expect(contentSecurityPolicy()).toContain(`style-src 'sha256-${hash}'`);
  expect(contentSecurityPolicy()).toContain("default-src 'none'");
  expect(contentSecurityPolicy()).not.toContain('unsafe');
});

it('shows names as text, whatever they hold, in the page and in what replaces its parts', () => {
  const evil = snapshot([{ name: '<img src=x onerror="alert(1)">' }], { workload: `"'><script>` });
  for (const html of [page(evil), ...Object.values(partsOf(evil))]) {
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<script>');
  }
});

it('tells the rate that was asked for, if any was', () => {
  expect(page({ ...TWO, sources: [STEADY] })).toContain('data-title="Asked for">100/s<');
  const sources = [{ ...STEADY, rate: { kind: 'max' as const } }];
  expect(page({ ...TWO, sources })).toContain('data-title="Asked for">max<');
});

it('tells what a hand has changed', () => {
  const html = page({ ...TWO, changes: [{ atSeconds: 3, rateFactor: 0 }] });
  expect(html).toContain('changed by hand: paused at 3 s');
});

it('hides from those without scripts what only works with them', () => {
  for (const id of ['controls', 'charts', 'events', 'hold'])
    expect(page(TWO)).toMatch(new RegExp(`<(section|button) id="${id}"[^>]* hidden>`));
});

it('is a page before there is a run and after it', () => {
  expect(page(undefined)).toContain('No run has begun yet.');
  expect(page({ ...TWO, phase: 'done' })).toContain('Done after');
});
