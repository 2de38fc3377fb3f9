/** `sample --plot`: a day of what a generator makes, for the eye. */
import { writeFile } from 'node:fs/promises';
import type { Context } from '../../command.js';
import { EventmillError } from '../../errors.js';
import { MarketSketch } from '../../picture/market.js';
import type { Picture, Sketch } from '../../picture/picture.js';
import { ShopSketch } from '../../picture/shop.js';
import { inHtml, inSvg } from '../../picture/svg.js';
import { inCharacters } from '../../picture/terminal.js';
import { prepareSource } from '../../prepare.js';
import { createRandom } from '../../random.js';
import { generatorThrew } from '../../source.js';
import type { Feed, WorkloadSource } from '../../types.js';

const EVENTS_MAX = 5_000_000;
/** Between slices signals get their turn. */
const SLICE = 10_000;
const WIDTH = 100;

/** Draws on standard output, or into a file whose name says as what. Throws USAGE where there is nothing to draw. */
export async function plot(
  source: WorkloadSource,
  seed: number,
  file: string | undefined,
  context: Context,
): Promise<void> {
  const picture = await drawn(source, seed, context);
  if (file === undefined) {
    context.stdout.write(inCharacters(picture, context.stdout.columns ?? WIDTH));
    return;
  }
  try {
    await writeFile(file, file.endsWith('.svg') ? inSvg(picture) : inHtml(picture));
  } catch (error) {
    const { message } = error as Error;
    throw new EventmillError(
      'USAGE',
      `--plot: expected a file that can be written, got ${file}: ${message}`,
      {
        cause: error,
      },
    );
  }
  context.stderr.write(`${picture.title}: ${file}\n`);
}

async function drawn(source: WorkloadSource, seed: number, { clock, closed }: Context): Promise<Picture> {
  const prepared = async (one: WorkloadSource) => prepareSource(one, 'sample', createRandom(seed));
  const sketch = sketchOf(source.generator, (await prepared(source)).open().feed.fields);
  const time = { kind: 'simulated', start: sketch.from } as const;
  const { feed } = (await prepared({ ...source, rate: { kind: 'max' }, time })).open();
  const until = sketch.from + sketch.duration;
  for (let made = 0; made < EVENTS_MAX && (feed.nextAt?.() ?? until) < until; made++) {
    const next = nextOf(feed, source.name, made + 1);
    if (next.topic === undefined) sketch.see(next.value);
    if (made % SLICE !== SLICE - 1) continue;
    if (closed.aborted) break;
    await clock.yield();
  }
  return sketch.picture();
}

function nextOf(feed: Feed, name: string, number: number) {
  try {
    return feed.next(0);
  } catch (error) {
    throw generatorThrew(name, number, error);
  }
}

function sketchOf(generator: string, fields: Feed['fields'] = {}): Sketch {
  if (ShopSketch.suits(fields)) return new ShopSketch(fields);
  if (MarketSketch.suits(fields)) return new MarketSketch(fields);
  throw new EventmillError(
    'USAGE',
    `--plot: expected a generator of orders or ticks (declared fields orderId, storeId, type, timestamp, timeZone and totalCents, or symbol, price, size, type and timestamp), got ${generator}; leave --plot out to see its events`,
  );
}
