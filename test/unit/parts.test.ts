import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventmillError } from '../../src/errors.js';
import { openFeed } from '../../src/generator.js';
import { isPath, listParts, loadPart } from '../../src/parts.js';
import { createRandom } from '../../src/random.js';
import type { GeneratorPart } from '../../src/types.js';
import { LIVE } from '../support/feeds.js';

// Outside the project, where no node_modules has an eventmill in it.
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventmill-parts-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const load = (path: string, base?: string) => loadPart<GeneratorPart>('generators', path, base);

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function mistake(path: string): Promise<EventmillError> {
  const error: unknown = await load(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EventmillError);
  return error as EventmillError;
}

const SHAPE = `doc: 'Beats.', topic: 'beats', create: () => ({ next: (dueAt) => ({ value: { beat: 1 }, timestamp: Math.floor(dueAt) }) })`;

describe('the parts of a family', () => {
  it('are listed by the names of their files, sorted', () => {
    expect(listParts('generators')).toEqual(expect.arrayContaining(['pizza', 'stock']));
    expect(listParts('codecs')).toEqual(['gzip', 'lz4', 'snappy', 'zstd']);
    for (const name of listParts('generators')) expect(name).toMatch(/^[a-z-]+$/);
  });

  it('are loaded by name', async () => {
    expect((await load('stock')).topic).toBe('stock_price_updates');
  });

  it('are told with the nearest name when one is unknown', async () => {
    const error = await mistake('stocks');
    expect(error.code).toBe('NOT_FOUND');
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain('got "stocks". Did you mean stock?');
    expect(error.message).toContain('pizza');
  });

  it.each(['../x', 'my/gen.ts', './gen', 'gen.mjs', 'C:\\gen.ts'])('are paths when named %s', (path) => {
    expect(isPath(path)).toBe(true);
  });

  it.each(['stock', 'kafka', 'fire-and-forget', ''])('are names when named %j', (name) => {
    expect(isPath(name)).toBe(false);
  });
});

describe('a file of the user', () => {
  it.each([
    ['esm.mjs', `export default { ${SHAPE} };`],
    ['common.cjs', `module.exports = { ${SHAPE} };`],
    [
      'typed.ts',
      `const beats: number = 1; export default { ${SHAPE.replace('beat: 1', 'beat: beats satisfies number')} };`,
    ],
    ['typed.mts', `export default { ${SHAPE} };`],
    ['own.ts', `import { defineGenerator } from 'eventmill'; export default defineGenerator({ ${SHAPE} });`],
    ['own.mjs', `import { defineGenerator } from 'eventmill'; export default defineGenerator({ ${SHAPE} });`],
    [
      'typed-import.ts',
      `import { defineGenerator, type Feed } from "eventmill"; const feed: Feed | undefined = undefined; export default defineGenerator({ ${SHAPE} });`,
    ],
  ])('is loaded: %s', async (name, text) => {
    const part = await load(write(name, text));
    const feed = openFeed(part, { options: {}, random: createRandom(1), time: LIVE }, name);
    expect(feed.next(5.5)).toEqual({ value: { beat: 1 }, timestamp: 5 });
  });

  it('is found from the folder of the file that names it', async () => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    write('sub/helper.ts', 'export const topic: string = "beats";');
    write(
      'sub/near.ts',
      `import { topic } from './helper.js'; export default { ${SHAPE.replace("'beats'", 'topic')} };`,
    );
    expect((await load('./near.ts', join(folder, 'sub'))).topic).toBe('beats');
  });

  it('throws eventmill’s own errors through', async () => {
    const file = write(
      'refuses.ts',
      `import { EventmillError } from 'eventmill'; throw new EventmillError('CONFIG', 'not today');`,
    );
    expect((await mistake(file)).message).toBe('not today');
  });

  it('that is not there is told with its whole path', async () => {
    const error = await mistake(join(folder, 'nowhere.ts'));
    expect(error.code).toBe('NOT_FOUND');
    expect(error.message).toBe(`generators: there is no file ${join(folder, 'nowhere.ts')}`);
  });

  it.each([
    [
      'throws.mjs',
      `const a = 1;\nthrow new RangeError('no pool of names\\nsecond line');`,
      /throws\.mjs:2(:\d+)?: cannot be loaded: RangeError: no pool of names$/,
    ],
    [
      'throws.ts',
      `const a: number = 1;\nthrow new RangeError('no pool of names\\nsecond line');`,
      /throws\.ts:2(:\d+)?: cannot be loaded: RangeError: no pool of names$/,
    ],
    ['syntax.ts', 'export default {\n  doc: "x"\n  topic: "y" };', /syntax\.ts:3:\d+: cannot be loaded: .*/],
    [
      'lacks.ts',
      `import 'not-installed-anywhere'; export default {};`,
      /lacks\.ts.*: cannot be loaded: .*not-installed-anywhere/,
    ],
    [
      'nothing.ts',
      `export const generator = {};`,
      /nothing\.ts: expected a default export, got none; write "export default" before the generator/,
    ],
    ['shape.ts', `export default { doc: 'x', create() {} };`, /shape\.ts: topic: expected .* got nothing$/],
    ['text.txt', '', /text\.txt: expected a file that ends in \.js /],
  ])('that cannot be used is told in one line: %s', async (name, text, message) => {
    const error = await mistake(write(name, text));
    expect(error.code).toBe('GENERATOR_INVALID');
    expect(error.exitCode).toBe(2);
    expect(error.message).toMatch(message);
    expect(error.message.split('\n')).toHaveLength(1);
  });

  it('is loaded in a worker thread, on Node alone', { timeout: 60_000 }, async () => {
    const own = write(
      'thread.ts',
      `import { defineGenerator } from 'eventmill'; export default defineGenerator({ ${SHAPE} });`,
    );
    const plain = write(
      'thread.mjs',
      `import { defineGenerator } from 'eventmill'; export default defineGenerator({ ${SHAPE} });`,
    );
    const broken = write('thread-syntax.mjs', 'export default {\n  doc: "x"\n  topic: "y" };');
    const answers = await inThread([own, plain, broken, 'stock']);
    expect(answers).toEqual([
      'beats',
      'beats',
      expect.stringMatching(/^GENERATOR_INVALID .*thread-syntax\.mjs:3:\d+: cannot be loaded: /),
      'stock_price_updates',
    ]);
  });

  it('of another family than generators is a mistake in the config', async () => {
    const file = write('driver.ts', 'throw new Error("no");');
    await expect(loadPart('drivers', file)).rejects.toMatchObject({ code: 'CONFIG' });
  });
});

/** Loads parts in a thread outside the test runner and its module loader; answers topics or errors. */
async function inThread(paths: readonly string[]): Promise<unknown> {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { createJiti } = require('jiti');
    (async () => {
      const { loadPart } = await createJiti(workerData.here, { fsCache: false }).import(workerData.parts);
      const answers = [];
      for (const path of workerData.paths) {
        answers.push(await loadPart('generators', path).then((part) => part.topic, (error) => error.code + ' ' + error.message));
      }
      parentPort.postMessage(answers);
    })();`;
  const here = new URL(import.meta.url).pathname;
  const parts = new URL('../../src/parts.ts', import.meta.url).pathname;
  const worker = new Worker(code, { eval: true, workerData: { here, parts, paths } });
  try {
    return await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  } finally {
    await worker.terminate();
  }
}
