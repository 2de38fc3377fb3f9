import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY, page } from '../../../src/dashboard/page.js';
import { snapshot } from '../../support/snapshots.js';

const TWO = snapshot([
  { acked: 1234, expired: 5, errors: { NEVER_MADE: 5 } },
  { name: 'fire-and-forget', acked: 0, unacknowledged: 77, settings: { acks: 0 } },
]);

const inline = (html: string, tag: string) => new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html)![1]!;

it('shows each profile with its figures, and calls nothing acknowledged that was only written', () => {
  const html = page(TWO);
  expect(html).toContain('<th scope="row">async</th>');
  expect(html).toContain('data-figure="async/Acked">1,234<');
  expect(html).toContain('data-figure="async/Failed" class="bad">5<');
  expect(html).toContain('data-figure="fire-and-forget/Acked">77 (written)<');
  expect(html).toContain('5 × NEVER_MADE (due, but not made in time');
});

it('asks nothing of other sites and passes its own policy', () => {
  const html = page(TWO);
  expect(html).not.toMatch(/(?:src|href)="(?!\/|data:,)/);
  expect(html).not.toMatch(/style="|onclick|onload/);
  for (const tag of ['style', 'script']) {
    const hash = createHash('sha256').update(inline(html, tag)).digest('base64');
    expect(CONTENT_SECURITY_POLICY).toContain(`${tag}-src 'sha256-${hash}'`);
  }
  expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
});

it('has a script that is JavaScript', () => {
  expect(() => new Function(inline(page(TWO), 'script'))).not.toThrow();
});

it('shows names as text, whatever they hold', () => {
  const html = page(snapshot([{ name: '<img src=x onerror="alert(1)">' }], { workload: `"'><script>` }));
  expect(html).not.toContain('<img');
  expect(html.match(/<script>/g)).toHaveLength(1);
});

it('names each figure once, so that the script can tell which one changed', () => {
  const names = [...page(TWO).matchAll(/data-figure="([^"]*)"/g)].map((match) => match[1]);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(20);
});

it('is a page before there is a run and after it', () => {
  expect(page(undefined)).toContain('No run has begun yet.');
  expect(page({ ...TWO, phase: 'done' })).toContain('Done after');
});
