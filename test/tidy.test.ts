/**
 * The house's rules as data, and the test that holds them. Start reading here to learn what may know what:
 * cli → commands → run → nouns → types. Families (one interface, many siblings) and islands (walled, each with its
 * own README) hang from run and commands; siblings never see one another.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { describe, expect, test } from 'vitest';
import {
  crossings,
  defaultExports,
  type Exceptions,
  exits,
  leftOut,
  longFiles,
  longFunctions,
  type Packages,
  type Places,
  packageMistakes,
  rings,
  type Sources,
  timeAndChance,
} from './support/tidy.js';

/** Imported freely from everywhere; they import nothing, or each other. */
const EVERYONE = ['types', 'errors'];

const FAMILIES = ['rates', 'serializers', 'codecs', 'drivers', 'reporters'];
const ISLANDS = [
  'config',
  'console',
  'charts',
  'metrics',
  'dashboard',
  'picture',
  'protocol',
  'transport',
  'topics',
  'verify',
  'sandbox',
  'security',
  'compare',
  'report',
];

/** Folders whose files are parts: one default export each, and a name that is the file's name. */
const PART_FOLDERS = [...FAMILIES.map((family) => `src/${family}`), 'generators', 'src/commands'];

/** What composition and commands put together. Nouns are the files directly in src/ that are not listed here. */
const BELOW = ['nouns', ...FAMILIES, ...ISLANDS];

const COMPOSITION = [
  'run',
  'lanes',
  'crew',
  'hand',
  'working',
  'prepare',
  'rehearsal',
  'replay',
  'bounds',
  'read-back',
  'read-apart',
  'reading',
  'witness',
  'ceilings',
  'own-sandbox',
  'destinations',
  'trial',
  'forecast',
];

const PLACES: Places = {
  cli: { is: 'argv to command', sees: ['commands', 'nouns'] },
  index: { is: 'the public API, re-exports only', sees: ['library', 'nouns', 'config'] },
  library: { is: 'a run asked for by another program', sees: ['run', 'nouns', 'config', 'security'] },
  commands: { is: 'what people type', sees: [...COMPOSITION, ...BELOW] },
  run: { is: 'the composition root', sees: [...COMPOSITION, ...BELOW] },
  lanes: { is: 'composition: the profiles of a run', sees: [...COMPOSITION, ...BELOW] },
  crew: { is: 'composition: a profile in several threads, from outside', sees: [...COMPOSITION, ...BELOW] },
  hand: { is: 'composition: one thread of several, from outside', sees: [...COMPOSITION, ...BELOW] },
  working: { is: 'composition: a thread that makes and sends', sees: [...COMPOSITION, ...BELOW] },
  prepare: { is: 'composition: the sources of a run', sees: BELOW },
  rehearsal: { is: 'composition: sources made into nowhere first', sees: ['lanes', 'prepare', ...BELOW] },
  replay: { is: 'composition: sources made once more', sees: ['prepare', ...BELOW] },
  'own-sandbox': { is: 'composition: the broker of a run that names none', sees: [...COMPOSITION, ...BELOW] },
  destinations: { is: 'composition: the topics of a run', sees: [...COMPOSITION, ...BELOW] },
  bounds: { is: 'composition: where topics end before and after a run', sees: [...COMPOSITION, ...BELOW] },
  'read-back': { is: 'composition: what a run wrote, read and judged', sees: [...COMPOSITION, ...BELOW] },
  forecast: { is: 'composition: a run told beforehand', sees: ['lanes', 'prepare', ...BELOW] },
  trial: { is: 'composition: one trial of a comparison', sees: [...COMPOSITION, ...BELOW] },
  nouns: { is: 'the data plane and its words', sees: [] },
  'read-apart': {
    is: 'composition: the thread that reads back, from outside',
    sees: [...COMPOSITION, ...BELOW],
  },
  reading: { is: 'composition: the thread that reads back', sees: [...COMPOSITION, ...BELOW] },
  ceilings: { is: 'composition: what this machine can do at most', sees: [...COMPOSITION, ...BELOW] },
  witness: { is: 'composition: what the broker says of a run', sees: [...COMPOSITION, ...BELOW] },
  types: { is: 'the central names, and no code', sees: [] },
  errors: { is: 'the one error', sees: [] },

  rates: { is: 'a family', sees: ['arrivals', 'past', 'units'] },
  serializers: { is: 'a family', sees: ['digits', 'pieces', 'view'] },
  codecs: { is: 'a family', sees: ['codec-proof'] },
  drivers: {
    is: 'a family',
    sees: [
      'protocol',
      'transport',
      'clock',
      'line-driver',
      'lines',
      'kafkajs-fault',
      'kafkajs-message',
      'kafkajs-shim',
    ],
  },
  reporters: { is: 'a family', sees: ['conclusion', 'figures', 'paint', 'table'] },
  generators: { is: 'a family, the user’s doorstep', sees: ['alias', 'generator', 'past', 'random'] },

  config: {
    is: 'an island',
    sees: [
      'address',
      'breakdown',
      'clock',
      'disorder',
      'log',
      'nearest',
      'parts',
      'rate',
      'security',
      'units',
    ],
  },
  security: { is: 'an island', sees: ['clock', 'nearest'] },
  console: {
    is: 'an island',
    sees: [
      'security',
      'accumulator',
      'partition-queue',
      'address',
      'batch',
      'dispatcher',
      'figures',
      'nearest',
      'partition',
      'tally',
    ],
  },
  metrics: { is: 'an island', sees: ['clock', 'outlet', 'tally', 'whole-file'] },
  charts: { is: 'an island', sees: [] },
  dashboard: { is: 'an island', sees: ['charts', 'causes', 'changes', 'conclusion', 'controls', 'figures'] },
  picture: { is: 'an island', sees: ['figures'] },
  protocol: { is: 'an island', sees: [] },
  transport: { is: 'an island', sees: ['protocol', 'address', 'clock'] },
  topics: {
    is: 'an island',
    sees: ['address', 'clock', 'event-times', 'figures', 'kafkajs-fault', 'kafkajs-shim'],
  },
  verify: { is: 'an island', sees: ['clock', 'digest-sum', 'disorder', 'partition'] },
  sandbox: {
    is: 'an island',
    sees: ['protocol', 'clock', 'nearest', 'random', 'thread', 'thread-cpu', 'units'],
  },
  report: { is: 'an island', sees: ['compare', 'causes', 'figures', 'histogram', 'spread'] },
  compare: {
    is: 'an island',
    sees: [
      'causes',
      'figures',
      'histogram',
      'nearest',
      'paragraph',
      'random',
      'spread',
      'table',
      'tally',
      'units',
    ],
  },
};

/** Each package has one place, so that leaving it, or upgrading it, touches one file. */
const PACKAGES: Packages = {
  '@faker-js/faker': ['generators/orders/people.ts'],
  '@mongodb-js/zstd': ['src/codecs/zstd.ts'],
  '@node-rs/crc32': ['src/protocol/crc32c.ts'],
  'cli-table3': ['src/table.ts'],
  commander: ['src/command-line.ts'],
  convict: ['src/config/schema.ts'],
  'd3-scale': ['src/report/scale.ts'],
  'fastest-levenshtein': ['src/nearest.ts'],
  jiti: ['src/parts.ts'],
  // Two places: the baseline driver, and topic administration.
  kafkajs: ['src/drivers/kafkajs.ts', 'src/topics/'],
  'log-update': ['src/reporters/terminal.ts'],
  'lz4-napi': ['src/codecs/lz4.ts'],
  picocolors: ['src/paint.ts'],
  'prom-client': ['src/metrics/registry.ts'],
  'simple-statistics': ['src/compare/statistics.ts'],
  snappy: ['src/codecs/snappy.ts'],
  uplot: ['src/charts/'],
};

/** Everything else takes time and chance as arguments, so that tests and seeds decide them. */
const REAL_TIME: Exceptions = {
  'src/clock.ts': 'real time’s one place',
  'src/dashboard/browser/main.ts': 'runs in a browser, whose time is its own',
};

/** Everything else throws, or returns its exit code. */
const EXITS: Exceptions = {
  'src/cli.ts': 'the process’s edge',
};

const LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

// ---------------------------------------------------------------- the project as it is

const source = read(['src', 'generators']);
const tests = read(['test']);

describe('the house', () => {
  test('imports go one way: cli → commands → run → nouns → types', () => {
    expect(crossings(source, PLACES, EVERYONE)).toEqual([]);
  });

  test('no files need one another in a ring', () => {
    expect(rings(source)).toEqual([]);
  });

  test('each package is imported in one place, and each dependency is used', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(packageMistakes(source, PACKAGES, Object.keys(dependencies))).toEqual([]);
  });

  test('time and chance are arguments', () => {
    expect(timeAndChance(source, REAL_TIME)).toEqual([]);
  });

  test('only the command line ends the process', () => {
    expect(exits(source, EXITS)).toEqual([]);
  });

  test('a family’s part has one default export, and nothing else has any', () => {
    const isPart = (path: string) => PART_FOLDERS.includes(join(path, '..'));
    expect(defaultExports(source, isPart)).toEqual([]);
  });

  test('files and functions fit in the head', () => {
    expect([...longFiles(source, LINES_MAX), ...longFunctions(source, FUNCTION_LINES_MAX)]).toEqual([]);
  });

  test('no test keeps others from running or is left out without a reason', () => {
    expect(leftOut(tests)).toEqual([]);
  });

  test('each island has a README', () => {
    const readmes = ISLANDS.map((island) => `src/${island}/README.md`);
    expect(readmes.filter((readme) => !existsSync(readme))).toEqual([]);
  });

  test('the lock file names the packages of every platform, or npm ci would refuse it elsewhere', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    expect(unlockedPackages(lock.packages)).toEqual([]);
  });

  test('the table speaks of nothing that is not there', () => {
    const isThere = (place: string) =>
      ['nouns', 'generators'].includes(place) || existsSync(`src/${place}`) || existsSync(`src/${place}.ts`);
    const named = [...Object.keys(PLACES), ...Object.values(PLACES).flatMap(({ sees }) => sees)];
    expect([...new Set(named)].filter((place) => !isThere(place))).toEqual([]);
    const homes = [...Object.values(PACKAGES).flat(), ...Object.keys({ ...REAL_TIME, ...EXITS })];
    expect(homes.filter((home) => !existsSync(home))).toEqual([]);
  });
});

function read(folders: readonly string[]): Sources {
  const paths = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  const typescript = paths.filter((path) => path.endsWith('.ts')).sort();
  return new Map(typescript.map((path) => [path, readFileSync(path, 'utf8')]));
}

type Locked = Readonly<{ [path: string]: { readonly optionalDependencies?: { [name: string]: string } } }>;

/** Optional dependencies that have no entry of their own, at the top or beside whoever asks for them. */
function unlockedPackages(packages: Locked): string[] {
  const asked = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {}).map((name) => ({ path, name })),
  );
  const isThere = (path: string, name: string) =>
    [`node_modules/${name}`, `${path}/node_modules/${name}`].some((place) => place in packages);
  return asked.filter(({ path, name }) => !isThere(path, name)).map(({ name }) => name);
}

// ---------------------------------------------------------------- the checker itself

const of = (files: { [path: string]: string }): Sources => new Map(Object.entries(files));

describe('the checker', () => {
  const crossed = (path: string, text: string) => crossings(of({ [path]: text }), PLACES, EVERYONE);

  test('says in words what a wrong import crosses', () => {
    expect(crossed('src/codecs/lz4.ts', "\nimport { x } from '../drivers/kafka.js';")).toEqual([
      'src/codecs/lz4.ts:2 imports src/drivers/kafka.ts: codecs is a family, and may see types, errors, ' +
        'codec-proof; move what both need into a noun in src/, or hand it in from above',
    ]);
  });

  test.for([
    ['src/tally.ts', "import '../generators/stock.js';"],
    ['src/tally.ts', "import { run } from './run.js';"],
    ['src/tally.ts', "export * from './metrics/registry.js';"],
    ['src/run.ts', "import { list } from './commands/list.js';"],
    ['src/sandbox/index.ts', "import { Connection } from '../transport/connection.js';"],
    ['src/protocol/reader.ts', "import { Cluster } from '../transport/cluster.js';"],
    ['src/rates/ramp.ts', "import type { Tally } from '../tally.js';"],
    ['src/rates/ramp.ts', "const tally = await import('../tally.js');"],
    ['src/rates/ramp.ts', "type Tally = import('../tally.js').Tally;"],
    ['src/rates/ramp.ts', "createRequire(import.meta.url)('../tally.js');"],
    ['src/unheard/of.ts', ''],
  ] as const)('catches %s with %s', ([path, text]) => {
    expect(crossed(path, text)).toHaveLength(1);
  });

  test.for([
    ['src/rates/ramp.ts', "import { x } from '../errors.js'; import type { Rate } from '../types.js';"],
    ['src/drivers/kafka.ts', "import { Cluster } from '../transport/cluster.js';"],
    ['src/commands/run.ts', "import { run } from '../run.js'; import { x } from '../topics/index.js';"],
    ['src/tally.ts', "import { Histogram } from './histogram.js'; import { x } from 'node:fs';"],
    ['src/sandbox/log.ts', "import { a } from './batch.js'; import { b } from '../protocol/codes.js';"],
  ] as const)('lets %s have %s', ([path, text]) => {
    expect(crossed(path, text)).toEqual([]);
  });

  test('finds rings of values, and lets rings of types be', () => {
    const a = "import { b } from './b.js';";
    expect(rings(of({ 'src/a.ts': a, 'src/b.ts': "import { a } from './a.js';" }))).toEqual([
      'src/a.ts → src/b.ts → src/a.ts: a ring of imports; take what they share into a file of its own',
    ]);
    expect(rings(of({ 'src/a.ts': a, 'src/b.ts': "import type { A } from './a.js';" }))).toEqual([]);
  });

  test('finds packages out of place, undeclared and unused', () => {
    const files = of({ 'src/run.ts': "import { Kafka } from 'kafkajs'; import x from '@scope/new/deep';" });
    expect(packageMistakes(files, PACKAGES, ['kafkajs', 'snappy'])).toEqual([
      expect.stringMatching(/src\/run\.ts:1 imports the package kafkajs, whose place is .*kafkajs\.ts/),
      expect.stringMatching(/the package @scope\/new, which the table does not have/),
      'package.json has snappy in its dependencies, and nothing imports it',
      "@scope/new is imported, and not in package.json's dependencies",
    ]);
  });

  test.for([
    'Date.now();',
    'const now = Date.now;',
    'new Date();',
    'Math.random();',
    'setTimeout(() => {}, 1);',
    'globalThis.setInterval(() => {}, 1);',
    'performance.now();',
    "import { setImmediate } from 'node:timers/promises';",
  ])('finds real time or chance in %s', (text) => {
    expect(timeAndChance(of({ 'src/a.ts': text }), {})).toHaveLength(1);
    expect(timeAndChance(of({ 'src/a.ts': text }), { 'src/a.ts': 'why not' })).toEqual([]);
  });

  test('lets given times, texts and comments be, and strikes exceptions that nobody needs', () => {
    const harmless = "new Date(5); // Date.now()\nconst text = 'setTimeout()'; clock.now();";
    expect(timeAndChance(of({ 'src/a.ts': harmless }), {})).toEqual([]);
    expect(timeAndChance(of({ 'src/a.ts': harmless }), { 'src/a.ts': 'old' })).toHaveLength(1);
  });

  test('finds optional packages that the lock file leaves out', () => {
    const biome = { optionalDependencies: { '@biome/linux': '1', '@biome/darwin': '1' } };
    expect(unlockedPackages({ 'node_modules/biome': biome, 'node_modules/@biome/linux': {} })).toEqual([
      '@biome/darwin',
    ]);
  });

  test('finds who ends the process', () => {
    const files = of({
      'src/a.ts': 'process.exit(1);',
      'src/b.ts': 'process.exitCode = 1;',
      'src/cli.ts': '',
    });
    expect(exits(files, {})).toHaveLength(2);
  });

  test('finds missing, doubled and misplaced default exports', () => {
    const files = of({
      'part/none.ts': 'export const a = 1;',
      'part/one.ts': 'export default {};',
      'part/renamed.ts': 'const a = 1; export { a as default };',
      'other.ts': 'export default {};',
    });
    const wrong = defaultExports(files, (path) => path.startsWith('part/'));
    expect(wrong.map((line) => line.split(' ')[0])).toEqual(['part/none.ts', 'other.ts']);
  });

  test('finds long files without a reason, and long functions', () => {
    const long = `${'\n'.repeat(20)}export {};`;
    const reason = '/**\n * A table. Long\n * because it is one.\n */';
    expect(longFiles(of({ 'a.ts': long, 'b.ts': reason + long }), 20)).toEqual([
      expect.stringContaining('a.ts has 21 lines'),
    ]);
    expect(longFunctions(of({ 'a.ts': `function f() {${long.replace('export {};', '')}}` }), 20)).toEqual([
      'a.ts:1 f has 21 lines, 20 at most: name its steps',
    ]);
  });

  test('finds tests that keep others out', () => {
    const text = "test.only('a', f); describe.skip('b', f); test.for([1])('c', f); list.only(1);";
    expect(leftOut(of({ 'a.test.ts': text }))).toHaveLength(2);
  });
});
