/** The live page in a real Chromium, on a desktop and on a phone. EVENTMILL_TEST_SCREENSHOTS=FOLDER keeps what it looked like. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Snapshot } from '../../src/types.js';
import { barriers, browserNeed, openPage, PHONE, startBrowser } from '../support/browser.js';
import { needs } from '../support/tiers.js';
import { freePort } from '../support/tools.js';
import { type RunningCli, readSummary, startEventmill } from '../support/tools-cli.js';

const screenshots = process.env['EVENTMILL_TEST_SCREENSHOTS'];

async function keep(page: Page, name: string): Promise<void> {
  if (screenshots === undefined) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

await needs([browserNeed], () => {
  let browser: Browser;
  let mill: RunningCli;
  let url: string;
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-page-'));
  const summary = join(folder, 'summary.json');

  beforeAll(async () => {
    browser = await startBrowser();
    const flow = ['--profile', 'durable,throughput', '--rate', '200/s', '--duration', '0', '--verify'];
    mill = startEventmill(['run', 'demo', ...flow, '--metrics-port', '0', '--summary', summary]);
    [, url = ''] = await mill.says(/controls: (http\S+)/);
  });
  afterAll(async () => {
    await browser?.close();
    await mill?.stop();
    rmSync(folder, { recursive: true });
  });

  const readOnly = () => url.replace(/#.*/, '');
  /** A figure of the chart's list, as a number. */
  const value = async (page: Page, chart: string, line = 'durable') => {
    const text = await page
      .locator(`[data-chart="${chart}"] li`, { hasText: line })
      .locator('b')
      .textContent();
    return Number((text ?? '').replace(/[^\d.]/g, '') || 0);
  };
  /** What was due in two seconds, each profile's alike. */
  const duePerSecond = async () => {
    const look = async () => (await (await fetch(`${readOnly()}snapshot.json`)).json()) as Snapshot;
    const before = await look();
    await sleep(2000);
    const after = await look();
    const due = after.profiles[0]!.profile.due - before.profiles[0]!.profile.due;
    return due / (after.elapsedSeconds - before.elapsedSeconds);
  };
  const patience = { timeout: 20_000, interval: 250 };

  test('draws charts, tells their values as text and shows events, without a complaint', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(readOnly());
    await expect.poll(() => value(page, 'rate'), patience).toBeGreaterThan(50);
    await expect.poll(() => page.locator('#sample li').count(), patience).toBeGreaterThan(5);
    expect(await page.locator('.plot canvas').count()).toBe(4);
    expect(await page.locator('#sample li').first().textContent()).toMatch(/durable\/\d .*\n?\{"type":/);
    expect(await page.locator('#status').textContent()).toMatch(/^Running for/);
    await keep(page, 'desktop-read-only');
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('has no levers for those without the token', async () => {
    const { page } = await openPage(browser);
    await page.goto(readOnly());
    await page.fill('#token', 'a-guess');
    await page.click('text=Unlock');
    await page.waitForSelector('#said:has-text("expected the token that this command printed")');
    expect(await page.isVisible('#levers')).toBe(false);
    // Typed, it works.
    await page.fill('#token', url.split('=')[1]!);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#levers', { state: 'visible' });
  });

  test('turns the rate, pauses and goes on, by keyboard alone', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(url);
    await page.waitForSelector('#levers', { state: 'visible' });
    expect(page.url()).not.toContain('token');
    const press = async (name: string) => {
      await page.getByRole('button', { name }).focus();
      await page.keyboard.press('Enter');
    };
    await press('Faster, double');
    await expect.poll(() => page.textContent('#factor')).toBe('2× as configured');
    expect(await duePerSecond()).toBeCloseTo(400, -1);
    await expect.poll(() => value(page, 'rate', 'asked for'), patience).toBe(400);
    await press('Pause');
    await expect.poll(() => page.textContent('#factor')).toBe('paused');
    expect(await duePerSecond()).toBe(0);
    await expect.poll(() => value(page, 'rate'), patience).toBe(0);
    await press('Go on');
    await expect.poll(() => page.textContent('#factor')).toBe('2× as configured');
    expect(await duePerSecond()).toBeCloseTo(400, -1);
    await press('As configured');
    await expect.poll(() => page.textContent('#factor')).toBe('as configured');
    expect(await duePerSecond()).toBeCloseTo(200, -1);
    await expect.poll(() => value(page, 'rate', 'asked for'), patience).toBe(200);
    expect(complaints).toEqual([]);
  });

  test('hurts the sandbox, so that retries are seen, and heals it', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(url);
    await page.click('text=Error after append');
    await expect.poll(() => value(page, 'retries'), patience).toBeGreaterThan(0);
    expect(await page.getAttribute('text=Error after append', 'aria-pressed')).toBe('true');
    await page.waitForSelector('#accounts p:has-text("retried")');
    await page.click('text=Broker away for 5 s');
    await expect.poll(() => value(page, 'buffer'), patience).toBeGreaterThan(0);
    await keep(page, 'desktop-faults');
    expect(await barriers(page)).toEqual([]);
    await page.click('text=Back to normal');
    await expect.poll(() => page.textContent('#fault')).toBe('nothing');
    await expect.poll(() => value(page, 'retries'), patience).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('takes any fault that the sandbox knows, and tells what is wrong with others', async () => {
    const { page } = await openPage(browser);
    await page.goto(url);
    await page.fill('#spec', 'produce:dealy=50ms');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#said.bad:has-text("did you mean delay?")');
    await page.fill('#spec', 'produce:delay=50ms fetch:delay=1ms');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.textContent('#fault')).toBe('produce:delay=50ms fetch:delay=1ms');
    expect(await page.textContent('#said')).toBe('');
    await page.click('text=Back to normal');
    await expect.poll(() => page.textContent('#fault')).toBe('nothing');
  });

  test('can be held still while the run goes on', async () => {
    const { page } = await openPage(browser);
    await page.goto(readOnly());
    await page.click('text=Hold the display');
    const status = await page.textContent('#status');
    await page.waitForTimeout(1500);
    expect(await page.textContent('#status')).toBe(status);
    await page.click('text=Hold the display');
    await expect.poll(() => page.textContent('#status')).not.toBe(status);
  });

  test.each([
    ['phone', PHONE],
    ['phone-dark', { ...PHONE, colorScheme: 'dark' as const }],
  ])('fits a %s', async (name, options) => {
    const { page, complaints } = await openPage(browser, options);
    await page.goto(url);
    await page.waitForSelector('#levers', { state: 'visible' });
    await expect.poll(() => value(page, 'rate'), patience).toBeGreaterThan(50);
    await keep(page, name);
    const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(wide)).toBe(0);
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('is dark where people like it dark, and light on paper', async () => {
    const { page } = await openPage(browser, {
      colorScheme: 'dark',
      viewport: { width: 1000, height: 1300 },
    });
    await page.goto(readOnly());
    await expect.poll(() => page.locator('.plot canvas').count(), patience).toBe(4);
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await paper()).toBe('rgb(20, 24, 29)');
    await keep(page, 'desktop-dark');
    expect(await barriers(page)).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    expect(await paper()).toBe('rgb(251, 251, 250)');
    expect(await page.isVisible('#hold')).toBe(false);
    await page.waitForTimeout(600);
    await keep(page, 'print');
    expect(await page.locator('.plot canvas').count()).toBe(4);
  });

  test('is complete without scripts', async () => {
    const { page, complaints } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(readOnly());
    expect(await page.locator('#profiles tbody tr').count()).toBe(2);
    expect(await page.locator('#accounts p').first().textContent()).toMatch(/^durable: [\d,]+ due = /);
    expect(await page.isVisible('#controls')).toBe(false);
    await keep(page, 'without-scripts');
    expect(complaints).toEqual([]);
  });

  test('says so when the run is over, and the account of every record still holds', async () => {
    const { page } = await openPage(browser);
    await page.goto(url);
    await page.waitForSelector('#levers', { state: 'visible' });
    await mill.stop();
    await page.waitForSelector('#connection:has-text("has ended")');
    expect(await page.textContent('#status')).toMatch(/^Done after/);
    expect(await page.isVisible('#controls')).toBe(false);
    const { profiles, changes = [] } = readSummary(summary);
    expect(changes.map(({ rateFactor, faults }) => rateFactor ?? faults)).toEqual([
      2,
      0,
      2,
      1,
      ['produce:error-after=REQUEST_TIMED_OUT,every=10'],
      ['broker:gone=5s'],
      [],
      ['produce:delay=50ms', 'fetch:delay=1ms'],
      [],
    ]);
    for (const { due, acked, failed, expired, dropped, unacknowledged, retries, verify } of profiles) {
      expect(due).toBe(acked + failed + expired + dropped + unacknowledged);
      expect(retries).toBeGreaterThan(0);
      expect(verify).toMatchObject({ lost: 0, corrupted: 0, duplicated: 0, reordered: 0 });
    }
    expect(mill.said()).toMatch(/changed by hand: rate 2× at /);
  });

  test('comes back by itself when eventmill does, whatever runs then', async () => {
    const port = String(await freePort());
    const start = async (profile: string) => {
      const flow = ['--profile', profile, '--rate', '200/s', '--duration', '0', '--metrics-port', port];
      const started = startEventmill(['run', 'demo', ...flow]);
      await started.says(/controls: /);
      return started;
    };
    const { page } = await openPage(browser);
    let other = await start('durable');
    try {
      await page.goto(`http://127.0.0.1:${port}/`);
      await expect.poll(() => value(page, 'rate'), patience).toBeGreaterThan(50);
      await other.stop();
      other = await start('lz4');
      await expect.poll(() => value(page, 'rate', 'lz4').catch(() => 0), patience).toBeGreaterThan(50);
      expect(await page.locator('#profiles tbody th').allTextContents()).toEqual(['lz4']);
      expect(await page.locator('.plot canvas').count()).toBe(4);
    } finally {
      await other.stop();
    }
  });
});
