import { describe, expect, it } from 'vitest';
import { EventmillError } from '../../src/errors.js';
import { checkGenerator, defineGenerator, openFeed } from '../../src/generator.js';
import { createRandom } from '../../src/random.js';
import type { FeedContext, GeneratorPart } from '../../src/types.js';
import { LIVE } from '../support/feeds.js';

const context: FeedContext = { options: {}, random: createRandom(1), time: LIVE };

const plain = {
  doc: 'Temperatures.',
  topic: 'temperatures',
  create: ({ random }: FeedContext) => ({
    next: (dueAt: number) => ({
      key: 'kitchen',
      value: { celsius: 20 + random.normal() },
      timestamp: Math.floor(dueAt),
    }),
  }),
};

function mistakesOf(part: unknown): string {
  try {
    checkGenerator(part, 'my.ts');
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(EventmillError);
    expect((error as EventmillError).code).toBe('GENERATOR_INVALID');
    return (error as EventmillError).message;
  }
}

describe('defineGenerator', () => {
  it('takes a generator of a few lines as it is', () => {
    const part = defineGenerator(plain);
    expect(part).toBe(plain);
    const made = openFeed(part, context, 'my.ts').next(1234.5);
    expect(made).toMatchObject({ key: 'kitchen', timestamp: 1234 });
  });

  it('says where and what is wrong', () => {
    expect(() => defineGenerator({ ...plain, doc: '' })).toThrow(
      'defineGenerator: doc: expected one sentence on what it makes, got ""',
    );
  });
});

describe('a generator of the wrong shape', () => {
  it.each<[unknown, string]>([
    [undefined, 'my.ts: expected an object { doc, topic, create }, got nothing'],
    [() => 1, 'my.ts: expected an object { doc, topic, create }, got a function'],
    [
      { ...plain, topic: 'no spaces' },
      'my.ts: topic: expected 1 to 249 of a-z A-Z 0-9 . _ - (and not . or ..), got "no spaces"',
    ],
    [{ ...plain, topic: '..' }, 'topic: expected'],
    [
      { ...plain, topic: undefined },
      'topic: expected 1 to 249 of a-z A-Z 0-9 . _ - (and not . or ..), got nothing',
    ],
    [{ ...plain, key: '' }, "key: expected a field's name, or null for no key"],
    [{ ...plain, create: 1 }, 'create: expected a function, got 1'],
    [{ ...plain, topics: 'x' }, 'topics is not known; did you mean topic?'],
    [{ ...plain, options: [] }, 'options: expected an object'],
    [{ ...plain, options: { size: 3 } }, 'options.size: expected { doc, type, default }, got 3'],
    [
      { ...plain, options: { size: { type: 'integer', default: 1 } } },
      'options.size.doc: expected a sentence',
    ],
    [
      { ...plain, options: { size: { doc: 'x', type: 'int', default: 1 } } },
      'options.size.type: expected one of integer, number',
    ],
    [
      { ...plain, options: { size: { doc: 'x', type: 'integer' } } },
      'options.size.default: expected a value',
    ],
  ])('%j is answered in words', (part, message) => {
    expect(mistakesOf(part)).toContain(message);
  });

  it('is told all its mistakes at once, one a line', () => {
    expect(mistakesOf({ create: plain.create }).split('\n')).toHaveLength(2);
  });
});

describe('opening a feed', () => {
  const opening = (create: unknown) => () =>
    openFeed({ ...plain, create } as GeneratorPart, context, 'my.ts');

  it('tells where create threw', () => {
    const throwing = () => {
      throw new TypeError('no such pool\nand more');
    };
    expect(opening(throwing)).toThrow(/^my\.ts: create threw at .*generator\.test\.ts:\d+: no such pool$/);
  });

  it('lets errors of eventmill through', () => {
    const own = new EventmillError('CONFIG', 'stock: symbols: …');
    expect(
      opening(() => {
        throw own;
      }),
    ).toThrow(own);
  });

  it('says what a feed must have', () => {
    expect(opening(() => undefined)).toThrow(
      'my.ts: create: expected it to return an object with next(dueAt), got nothing',
    );
    expect(opening(async () => plain)).toThrow('got a promise (create must not be async)');
    expect(opening(() => ({ nxt: 1 }))).toThrow('got {"nxt":1}');
  });
});
