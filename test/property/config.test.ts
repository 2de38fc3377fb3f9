/** Whatever a file says, it is either settings or one line per mistake. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/config/json.js';
import { readProfile, readSets } from '../../src/config/load.js';
import { Mistakes } from '../../src/config/mistakes.js';
import { checkOptions } from '../../src/config/options.js';
import { PROFILE_SCHEMA } from '../../src/config/profile-settings.js';
import { loadRunSettings, RUN_SCHEMA } from '../../src/config/run-settings.js';
import { readWorkload } from '../../src/config/workload.js';
import { EventmillError } from '../../src/errors.js';
import type { Options } from '../../src/types.js';

const FILE = { name: 'any', path: 'any.json', label: 'any.json' };

/** Runs `work`; gives its value, or the lines of its EventmillError. Anything else it throws fails the property. */
async function outcome<T>(work: () => T | Promise<T>): Promise<{ value: T } | { lines: readonly string[] }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof EventmillError)) throw error;
    expect(error.exitCode).toBe(2);
    return { lines: error.message.split('\n') };
  }
}

function deeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(deeplyFrozen);
}

/** Values near to what settings take: most of the interesting mistakes are near misses. */
const nearMiss = fc.oneof(
  fc.jsonValue(),
  fc.integer(),
  fc.double(),
  fc.constantFrom(
    'all',
    1,
    0,
    true,
    'zstd',
    'kafkajs',
    'sync',
    'wait',
    '20ms',
    '64KiB',
    '64K',
    '1e3',
    'null',
    null,
    '',
  ),
);
const profile = fc.dictionary(
  fc.oneof(fc.constantFrom(...Object.keys(PROFILE_SCHEMA)), fc.string()),
  nearMiss,
);

describe('any JSON as a profile', () => {
  it('is frozen valid settings, or one line per mistake that names the file or the profile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(profile, fc.jsonValue()),
        fc.array(fc.string(), { maxLength: 3 }),
        async (raw, sets) => {
          const result = await outcome(async () => {
            const mistakes = new Mistakes();
            const read = await readProfile(FILE, raw, readSets(sets, mistakes), mistakes);
            mistakes.settle();
            return read;
          });
          if ('lines' in result) {
            for (const line of result.lines) expect(line).toMatch(/^(?:any\.json|profile any|--set)/);
            return;
          }
          expect(deeplyFrozen(result.value)).toBe(true);
          for (const [key, { format }] of Object.entries(PROFILE_SCHEMA)) {
            const value: unknown = result.value?.settings[key as keyof typeof PROFILE_SCHEMA];
            expect(format.parse(value)).toEqual({ value });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

const source = fc.dictionary(
  fc.oneof(
    fc.constantFrom('generator', 'topic', 'key', 'serializer', 'rate', 'time', 'valueBytes', 'options'),
    fc.string(),
  ),
  fc.oneof(
    nearMiss,
    fc.constantFrom('stock', 'live', '10/s', 'max', 'natural'),
    fc.record({
      kind: fc.constantFrom('ramp', 'sine', 'steps', 'natural', 'x'),
      from: nearMiss,
      steps: nearMiss,
    }),
    fc.record(
      { start: fc.constantFrom('-1d', 'now', 3), until: nearMiss, speed: nearMiss },
      { requiredKeys: [] },
    ),
  ),
);
const workload = fc.record(
  {
    seed: nearMiss,
    duration: nearMiss,
    count: nearMiss,
    faults: fc.oneof(nearMiss, fc.array(fc.string())),
    sources: fc.oneof(nearMiss, fc.dictionary(fc.string(), fc.oneof(source, nearMiss), { maxKeys: 3 })),
  },
  { requiredKeys: [] },
);

describe('any JSON as a workload', () => {
  it('is a frozen workload, or one line per mistake that names the file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(workload, fc.jsonValue()), async (raw) => {
        const result = await outcome(async () => {
          const mistakes = new Mistakes();
          const read = await readWorkload(raw, 'any', 'any.json', 0, mistakes);
          mistakes.settle();
          return read;
        });
        if ('lines' in result) for (const line of result.lines) expect(line).toMatch(/^any\.json: ./);
        else expect(deeplyFrozen(result.value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('any flags and variables', () => {
  it('are frozen settings, or one line per mistake that names the flag or the variable', async () => {
    const keys = fc.oneof(fc.constantFrom(...Object.keys(RUN_SCHEMA)), fc.string());
    const values = fc.oneof(
      nearMiss,
      fc.array(fc.string()),
      fc.constantFrom('a:1', '500/s', 'a=1/s', 'off', '10s'),
    );
    const names = fc.oneof(
      fc.constantFrom('EVENTMILL_COUNT', 'EVENTMILL_BROKER', 'EVENTMILL_TEST_ALL'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(keys, values), fc.dictionary(names, fc.string()), async (flags, env) => {
        const result = await outcome(() => loadRunSettings(flags, env));
        if ('lines' in result) for (const line of result.lines) expect(line).toMatch(/^(?:--|EVENTMILL_)/);
        else expect(deeplyFrozen(result.value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('any options of a part', () => {
  const options: Options = {
    a: { doc: 'A', type: 'integer', default: 1, min: 0, max: 9 },
    b: { doc: 'B', type: 'integer-or-list', default: 1 },
    c: { doc: 'C', type: 'duration', default: '5s' },
    d: { doc: 'D', type: 'string', default: null, values: ['x', 'y'] },
  };

  it('are complete and frozen, or one line per mistake that names the option', async () => {
    const given = fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), fc.string()), nearMiss);
    await fc.assert(
      fc.asyncProperty(given, async (raw) => {
        const result = await outcome(() => checkOptions(options, raw, 'here'));
        if ('lines' in result) {
          for (const line of result.lines) expect(line).toMatch(/^here\./);
          return;
        }
        expect(Object.keys(result.value)).toEqual(['a', 'b', 'c', 'd']);
        expect(deeplyFrozen(result.value)).toBe(true);
      }),
    );
  });
});

describe('JSON with positions', () => {
  /** JSON.parse is the oracle; it takes the last of two equal keys, and ours refuses them. */
  function oracle(text: string): { value: unknown } | undefined {
    try {
      return { value: JSON.parse(text) as unknown };
    } catch {
      return undefined;
    }
  }

  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJson(text)).toEqual({ value: JSON.parse(text) as unknown });
      }),
      { numRuns: 500 },
    );
  });

  it('takes and refuses the same texts as JSON.parse, wherever one character is changed', () => {
    const texts = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'{}[]:,"\\/ \n\t01.-+eEtrufalsn') }),
      fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value, null, 1)),
    );
    fc.assert(
      fc.property(
        texts,
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ']', '0', 'x', '\\', '\n'),
        (text, at, put) => {
          const place = at % (text.length + 1);
          const changed = text.slice(0, place) + put + text.slice(place + 1);
          const mine = parseJson(changed);
          const theirs = oracle(changed);
          if ('mistake' in mine && /each key once/.test(mine.mistake.problem)) return;
          expect('value' in mine ? { value: mine.value } : undefined).toEqual(theirs);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('places each mistake inside of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ \r\na1') }), (text) => {
        const parsed = parseJson(text);
        if ('value' in parsed) return;
        const lines = text.split(/\r\n|\r|\n/);
        const { line, column, problem } = parsed.mistake;
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 2);
        expect(problem).toMatch(/^expected [^\n]+$/);
      }),
    );
  });
});
