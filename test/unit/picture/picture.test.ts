/** Pictures are read back: what was drawn is what was made. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FlagValues } from '../../../src/command.js';
import { printSample } from '../../../src/commands/bodies/sample.js';
import { MarketSketch } from '../../../src/picture/market.js';
import { type Picture, zoneOffset } from '../../../src/picture/picture.js';
import { ShopSketch } from '../../../src/picture/shop.js';
import { inHtml, inSvg } from '../../../src/picture/svg.js';
import { inCharacters } from '../../../src/picture/terminal.js';
import type { Fields } from '../../../src/types.js';
import { fakeProcess, invocation } from '../../support/context.js';

const panel = (values: readonly number[], style: Picture['panels'][number]['style']) => ({
  title: 'some <values>',
  values: Float64Array.from(values),
  style,
  shown: (value: number) => value.toFixed(1),
});
const pictureOf = (...panels: Picture['panels']): Picture => ({
  title: 'A "picture"',
  facts: ['one fact'],
  ticks: [
    [0, 'left'],
    [1, 'right'],
  ],
  panels,
});

describe('in characters', () => {
  it('bars are as high as their values, between the least and the greatest on the axis', () => {
    const values = Array.from({ length: 40 }, (_, index) => index);
    const lines = inCharacters(pictureOf(panel(values, 'bars')), 52).split('\n');
    expect(lines.slice(0, 4)).toEqual(['A "picture"', 'one fact', '', '            some <values>']);
    const rows = lines.slice(4, 10);
    expect(rows[0]).toMatch(/^ {7}39\.0 /);
    expect(rows[5]).toMatch(/^ {8}0\.0 /);
    // A staircase: each row begins further left than the one above it.
    const begins = rows.map((row) => [...row.slice(12)].findIndex((one) => one !== '⠀'));
    expect(begins).toEqual([...begins].sort((a, b) => b - a));
    expect(rows.every((row) => row.length === 52)).toBe(true);
    expect(lines[10]).toBe(`            left${' '.repeat(31)}right`);
  });

  it('bars that are means have an axis of means, and the peak in words', () => {
    const values = Array.from({ length: 800 }, (_, index) => (index === 400 ? 100 : 1));
    const lines = inCharacters(pictureOf(panel(values, 'bars')), 52).split('\n');
    expect(lines[3]).toBe('            some <values>; at most 100.0');
    // Ten to a dot: nine of one and one of a hundred.
    expect(lines[4]).toMatch(/^ {7}10\.9 /);
  });

  it('lines leave out what is not known, and nothing at all is said so', () => {
    const gap = [...Array.from({ length: 20 }, () => 1), ...Array.from({ length: 20 }, () => Number.NaN)];
    const rows = inCharacters(pictureOf(panel(gap, 'line')), 52)
      .split('\n')
      .slice(4, 10);
    expect(rows[5]!.slice(12, 32)).toBe('⣀'.repeat(20));
    expect(rows[5]!.slice(32)).toBe('⠀'.repeat(20));
    const none = inCharacters(pictureOf(panel([Number.NaN, Number.NaN], 'line')), 52);
    expect(none).toContain('nothing happened');
  });
});

describe('as a file', () => {
  it('has a mark for each value and no markup of somebody else', () => {
    const svg = inSvg(pictureOf(panel([1, 2, Number.NaN], 'dots'), panel([1, 2, 3], 'bars')));
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg.match(/<rect/g)).toHaveLength(3);
    expect(svg).toContain('some &lt;values>');
    expect(svg).toContain('aria-label="A &quot;picture&quot;"');
    expect(inHtml(pictureOf())).toMatch(/^<!doctype html>.*<svg.*<\/html>\n$/s);
  });
});

describe('sketches', () => {
  it('count orders, those in the kitchen, and minutes to the door of the busiest store by its own clock', () => {
    const text = { type: 'string' } as const;
    const fields: Fields = {
      type: { type: 'code', values: ['placed', 'baking', 'ready', 'delivered', 'cancelled'] },
      orderId: text,
      storeId: text,
      timestamp: { type: 'int' },
      timeZone: text,
      totalCents: { type: 'int' },
    };
    expect(ShopSketch.suits(fields)).toBe(true);
    const sketch = new ShopSketch(fields);
    const noon = Date.UTC(2025, 2, 7, 17);
    const tell = (type: number, orderId: string, minutes: number, storeId = 'S1'): void => {
      const timestamp = noon + minutes * 60_000;
      sketch.see({
        type,
        orderId,
        storeId,
        timestamp,
        timeZone: 'America/New_York',
        totalCents: 2500,
        promisedAt: noon,
      });
    };
    tell(0, 'a', 0);
    tell(0, 'other', 0, 'S2');
    tell(0, 'b', 4);
    tell(2, 'a', 12);
    tell(3, 'a', 32);
    tell(4, 'b', 20);
    const { title, facts, panels } = sketch.picture();
    expect(title).toBe('A Friday at the pizzeria S1, America/New_York');
    expect(facts).toEqual(['2 orders for $50; 1 delivered late, 1 cancelled']);
    const [orders, kitchen, minutes] = panels.map(({ values }) => values);
    // Slots of ten minutes from eleven o'clock.
    expect([...orders!].flatMap((count, slot) => (count > 0 ? [[slot, count]] : []))).toEqual([[6, 2]]);
    expect([...kitchen!.slice(5, 9)]).toEqual([0, 2, 1, 0]);
    expect(minutes![6]).toBe(32);
  });

  it('show the most traded shares by the minute, and volume without auctions', () => {
    const fields: Fields = {
      type: { type: 'code', values: ['trade', 'auction', 'halt'] },
      symbol: { type: 'code', values: ['AAA', 'BBB'] },
      price: { type: 'decimal', scale: 2 },
      size: { type: 'int' },
      timestamp: { type: 'int' },
    };
    expect(MarketSketch.suits(fields)).toBe(true);
    const sketch = new MarketSketch(fields);
    const open = Date.UTC(2025, 2, 4, 14, 30);
    sketch.see({ type: 1, symbol: 0, price: 1000, size: 900, timestamp: open });
    sketch.see({ type: 0, symbol: 0, price: 1001, size: 100, timestamp: open });
    sketch.see({ type: 0, symbol: 1, price: 5000, size: 500, timestamp: open + 60_000 });
    sketch.see({ type: 2, symbol: 1, price: 5000, timestamp: open + 61_000 });
    const { facts, panels, ticks } = sketch.picture();
    expect(facts).toEqual(['2 symbols, 2 trades and 1 auction, 1 halt']);
    expect(panels.map(({ title }) => title.split(',')[0])).toEqual([
      'BBB',
      'AAA',
      'shares a minute without auctions',
    ]);
    expect([...panels[1]!.values]).toEqual([10.01, Number.NaN]);
    expect([...panels[2]!.values]).toEqual([100, 500]);
    expect(ticks).toEqual([]);
  });

  it('show a market that never closes by UTC, and speak of no auctions', () => {
    const fields: Fields = {
      type: { type: 'code', values: ['trade', 'auction'] },
      symbol: { type: 'code', values: ['XBT'] },
      price: { type: 'decimal', scale: 2 },
      size: { type: 'int' },
      timestamp: { type: 'int' },
    };
    const sketch = new MarketSketch(fields);
    for (let hour = 0; hour < 29; hour++) {
      sketch.see({
        type: 0,
        symbol: 0,
        price: 100 + hour,
        size: 7,
        timestamp: sketch.from + hour * 3_600_000,
      });
    }
    const { title, facts, panels, ticks } = sketch.picture();
    expect(title).toBe('A day of the market, UTC');
    expect(facts).toEqual(['1 symbol, 24 trades']);
    expect(panels.at(-1)!.title).toBe('traded a minute, all symbols');
    expect(ticks[0]).toEqual([0, '00:00']);
  });

  it('know what local clocks show', () => {
    expect(zoneOffset('America/New_York', Date.UTC(2025, 2, 4, 12))).toBe(-5 * 3_600_000);
    expect(zoneOffset('America/New_York', Date.UTC(2025, 6, 4, 12))).toBe(-4 * 3_600_000);
    expect(zoneOffset('UTC', 0)).toBe(0);
  });
});

describe('sample --plot', () => {
  const plot = async (generator: string, flags: FlagValues) => {
    const { context, stdout } = fakeProcess();
    expect(await printSample(invocation([generator], flags), context)).toBe(0);
    return stdout.text;
  };

  it.each([
    ['pizza', 'A Friday at the pizzeria'],
    ['storefront', 'A fortnight at the shop'],
    ['stock', 'A day of the market, New York time'],
    ['crypto', 'A day of the market, UTC'],
  ])('draws %s', async (generator, title) => {
    const options = { stock: ['symbols=2'], crypto: ['symbols=2', 'preset=crypto-24x7'] }[generator];
    const text = await plot(options === undefined || generator === 'stock' ? generator : 'stock', {
      plot: true,
      option: options ?? [],
    });
    expect(text.startsWith(title)).toBe(true);
    expect(text.match(/[⠁-⣿]/g)!.length).toBeGreaterThan(200);
  });

  it('writes the same picture into a file, and another for another seed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'picture-'));
    const written = async (seed: string, name: string): Promise<string> => {
      expect(await plot('pizza', { plot: join(folder, name), seed })).toBe('');
      return readFileSync(join(folder, name), 'utf8');
    };
    const one = await written('1', 'one.svg');
    expect(await written('1', 'page.html')).toContain(one);
    expect(await written('2', 'other.svg')).not.toBe(one);
  });

  it('refuses other files, files that cannot be written, and what it cannot draw', async () => {
    await expect(plot('pizza', { plot: 'a.png' })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(
        '--plot: expected a file ending in .svg or .html, got "a.png"',
      ) as string,
    });
    await expect(plot('pizza', { plot: '/nowhere/at/all.svg' })).rejects.toMatchObject({ code: 'USAGE' });
    const own = join(process.cwd(), 'test/examples/own-generator.ts');
    await expect(plot(own, { plot: true })).rejects.toThrow(
      /--plot: expected a generator of orders or ticks/,
    );
  });
});
