import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/compare/types.js';
import { renderHtml } from '../../../src/report/page.js';
import { report, trial } from '../../support/comparison.js';
import { richReport } from '../../support/rich-report.js';

/** What a reader sees of a page. */
const words = (page: string) =>
  page
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ');

describe('report.html', () => {
  const page = renderHtml(richReport());
  const text = words(page);

  it('says first who came out ahead, and by how much', () => {
    expect(text).toMatch(/throughput came first: throughput 9\d,\d+\/s, 4\.\d+× that of kafkajs; 2 lost\./);
    expect(text).toMatch(/durable 1\.\d+× \(1\.\d+ … 1\.\d+\) of kafkajs: better \(throughput/);
    expect(text.indexOf('came first')).toBeLessThan(text.indexOf('Who is better'));
  });

  it('says so when no difference was shown, and when nothing counts', () => {
    const same = (name: string, round: number) =>
      trial({ candidate: name, round, recordsPerSecond: 1000 + (name === 'b' ? 50 * (2 - round) : 0) });
    const trials = [1, 2, 3].flatMap((round) => [same('a', round), same('b', round)]);
    expect(words(renderHtml(report({ names: ['a', 'b'], trials })))).toMatch(
      /[Nn]o difference to a was shown/,
    );
    const none = [
      trial({ candidate: 'a', closedOut: [{ code: 'THROTTLED', words: 'The broker throttled.' }] }),
    ];
    expect(words(renderHtml(report({ names: ['a'], trials: none })))).toContain('No trial counts');
  });

  it('holds conditions, closed-out trials with their reasons, losses and the command', () => {
    expect(text).toContain('✗ failed: not lost > 0');
    expect(text).toMatch(/2 trials closed out.* durable , round 1: Others used 41 % of this machine\./);
    expect(text).toContain('async , round 1, attempt 2: The trial ended with exit code 1.');
    expect(page).toMatch(/<td data-title="lost" class="bad">2<\/td>/);
    expect(text).toContain('eventmill compare demo --profile=kafkajs,durable,async,throughput');
  });

  it('shows only the settings that differ', () => {
    const settings = page.slice(page.indexOf('id="settings"'), page.indexOf('Settings that all share'));
    expect([...settings.matchAll(/<th scope="row">(\w+)</g)].map(([, name]) => name)).toEqual([
      'compression',
      'lingerMs',
    ]);
  });

  it('gives every drawing a sentence, and lines that leave no hole unshown', () => {
    const drawings = [...page.matchAll(/<svg[^>]*role="img"[^>]*>/g)];
    expect(drawings.length).toBeGreaterThan(15);
    for (const [svg] of drawings) expect(svg).toMatch(/aria-label="[^"]{15,}"/);
    // The eighth second of each trial has no latency: two strokes.
    expect(page).toMatch(/<path class="line thin [^"]*" d="M[^M"]+M[^M"]+">/);
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it('asks nothing of anybody, and allows nothing but its own style', () => {
    const [, style] = /<style>(.*?)<\/style>/s.exec(page)!;
    const hash = createHash('sha256').update(style!).digest('base64');
    expect(page).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`);
    expect(page).not.toMatch(
      /<script|<link rel="stylesheet|@import|url\(|https?:|<iframe|<form| style="| on\w+="/,
    );
  });

  it('is the same for the same report', () => {
    expect(renderHtml(richReport())).toBe(page);
  });

  it('has whatever names people give, as text', () => {
    const hostile = `</title><script>alert(1)</script><img src=x onerror='alert("2")'>`;
    const told: Report = {
      ...richReport([hostile, 'async', 'b&b']),
      notes: [hostile],
      eventmill: hostile,
      startedAt: hostile,
      brokers: hostile,
      command: ['compare', hostile, "it's"],
    };
    const made = renderHtml(told);
    expect(made).not.toMatch(/<script|<img|onerror='|onerror="/);
    expect(made.split('&#60;script&#62;alert(1)&#60;/script&#62;').length).toBeGreaterThan(6);
    expect(words(made)).toContain(`'it'\\''s'`);
  });

  it('stands for reports with hardly anything in them', () => {
    const empty = report({ names: ['a'], trials: [], finished: false });
    expect(words(renderHtml(empty))).toContain('Not finished: trials are missing.');
    const failed = report({ names: ['a', 'b'], trials: [trial({ candidate: 'a', lost: true })] });
    expect(words(renderHtml(failed))).toContain('No trial has figures.');
    expect(renderHtml(report())).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('stays a page of moderate size for a sweep of thirty', () => {
    const many = renderHtml(richReport(Array.from({ length: 30 }, (_, i) => `async lingerMs=${i}`)));
    expect(many.length).toBeLessThan(2e6);
  });
});
