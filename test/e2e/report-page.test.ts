/** report.html in a real Chromium, from the disk as people open it. EVENTMILL_TEST_SCREENSHOTS=FOLDER keeps what it looked like. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderHtml } from '../../src/report/page.js';
import { barriers, browserNeed, DESKTOP, openPage, PHONE, startBrowser } from '../support/browser.js';
import { richReport } from '../support/rich-report.js';
import { needs } from '../support/tiers.js';

const screenshots = process.env['EVENTMILL_TEST_SCREENSHOTS'];

async function keep(page: Page, name: string): Promise<void> {
  if (screenshots === undefined) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

await needs([browserNeed], () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-report-'));
  const url = (names?: readonly string[]) => {
    const path = join(folder, `report-${names?.length ?? 0}.html`);
    writeFileSync(path, renderHtml(richReport(names)));
    return pathToFileURL(path).href;
  };

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  test.for<readonly [string, BrowserContextOptions]>([
    ['a desktop', DESKTOP],
    ['a phone', PHONE],
    ['a desktop in the dark', { ...DESKTOP, colorScheme: 'dark' }],
    ['a phone in the dark', { ...PHONE, colorScheme: 'dark' }],
  ])('is whole and without a barrier on %s', async ([name, options]) => {
    const { page, complaints } = await openPage(browser, options);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const address = url();
    await page.goto(address);
    expect(await page.locator('figure svg[role=img]').count()).toBeGreaterThan(15);
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(9);
    const [wide, window] = (await page.evaluate(
      '[document.documentElement.scrollWidth, innerWidth]',
    )) as number[];
    expect(wide).toBeLessThanOrEqual(window!);
    for (const details of await page.locator('details').all())
      await details.evaluate((one) => one.setAttribute('open', ''));
    expect(await barriers(page)).toEqual([]);
    await keep(page, `report-${name.replaceAll(/\W+/g, '-')}`);
    expect(complaints).toEqual([]);
    expect(asked.filter((one) => one !== address && !one.startsWith('data:'))).toEqual([]);
    await page.context().close();
  });

  test('is read with the keyboard alone', async () => {
    const { page } = await openPage(browser);
    await page.goto(url());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/#ratios$/);
    const first = page.locator('details').first();
    await first.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await first.locator('table').isVisible()).toBe(true);
    // Tables that are wider than the page are scrolled where they stand.
    const tables = page.getByRole('region', { name: 'Cost and what explains it: table' });
    await tables.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => tables.evaluate((one) => one.scrollLeft)).toBeGreaterThan(0);
    await page.context().close();
  });

  test('letters are large enough to be read on a phone', async () => {
    const { page } = await openPage(browser, PHONE);
    await page.goto(url());
    const heights = await page
      .locator('figure svg[role=img] text')
      .evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeGreaterThan(10);
    await page.context().close();
  });

  test('names that are markup stay names, also with scripts allowed', async () => {
    const { page, complaints } = await openPage(browser);
    const name = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await page.goto(url([name, 'async']));
    expect(await page.title()).toMatch(/^eventmill: demo/);
    expect(await page.locator('img, script').count()).toBe(0);
    expect(await page.getByRole('rowheader', { name }).count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('prints on paper: in light colours, on a handful of pages', async () => {
    const { page } = await openPage(browser, { ...DESKTOP, colorScheme: 'dark' });
    await page.goto(url());
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(251, 251, 250)');
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(15);
    if (screenshots !== undefined)
      await page.screenshot({ path: join(screenshots, 'report-print.png'), fullPage: true });
    await page.context().close();
  });
});
