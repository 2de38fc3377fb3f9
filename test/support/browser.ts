/** A real Chromium, as Debian ships it, for tests of pages: it tells what a page complains of, and whatever it asks of others. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Need, programPath } from './tools.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

function program(): string | undefined {
  return NAMES.map(programPath).find((path) => path !== undefined);
}

export const browserNeed: Need = {
  name: 'chromium',
  remedy: 'install it (on Debian: apt-get install chromium)',
  async ready() {
    if (program() === undefined) throw new Error('chromium is not on the PATH');
  },
};

/** Without its sandbox, which needs rights that containers do not have: it only sees pages of ours. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: program()!, args: ['--no-sandbox'] });
}

export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings on the console, errors thrown, and requests to anywhere but this machine; all of them mistakes. */
  readonly complaints: string[];
}

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 900 } };
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

/** A page in a context of its own. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = DESKTOP,
): Promise<WatchedPage> {
  const page = await (await browser.newContext(options)).newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(?:http:\/\/(?:127\.0\.0\.1|localhost)[:/]|file:|data:|blob:|about:)/.test(request.url()))
      complaints.push(`asked of others: ${request.url()}`);
  });
  return { page, complaints };
}

/** What axe-core finds wrong with a page, a line each. */
export async function barriers(page: Page): Promise<string[]> {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const { violations } = (await page.evaluate(`${axe}; axe.run()`)) as {
    violations: { id: string; help: string; nodes: { html: string }[] }[];
  };
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
}
