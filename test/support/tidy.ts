/**
 * The checker behind test/tidy.test.ts: reads sources as syntax trees and tells, in words, where they leave the
 * house's rules. The rules themselves are data and stand in the test; nothing here knows a folder by name.
 */
import { dirname, join } from 'node:path/posix';
import { parseAst } from 'vitest/node';

/** Path from the project's folder → text. */
export type Sources = ReadonlyMap<string, string>;

/** What a place is, and what it may import besides itself and what everyone may. */
export interface Place {
  readonly is: string;
  /** Names of places, or of single files directly in src/ (without `.ts`). */
  readonly sees: readonly string[];
}

export type Places = Readonly<{ [place: string]: Place }>;

interface Import {
  readonly from: string;
  readonly line: number;
  /** Gone after compilation. */
  readonly typeOnly: boolean;
}

/** What parseAst gives, as far as this file looks at it. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

// ---------------------------------------------------------------- trees

const trees = new Map<string, Node>();

function tree(source: string): Node {
  const known = trees.get(source);
  if (known) return known;
  const made = parseAst(source, { lang: 'ts' }) as unknown as Node;
  trees.set(source, made);
  return made;
}

function* nodes(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* nodes(child);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

function lineOf(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}

/** `a.b.c` for members of plain names, `f` for a name, otherwise an empty text. */
function spelled(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type !== 'MemberExpression' || node['computed'] === true) return '';
  const object = spelled(node['object']);
  return object === '' ? '' : `${object}.${spelled(node['property'])}`;
}

function imports(source: string): Import[] {
  const found: Import[] = [];
  for (const node of nodes(tree(source))) {
    const from = importedFrom(node);
    if (from === undefined) continue;
    found.push({ from, line: lineOf(source, node.start), typeOnly: isTypeOnly(node) });
  }
  return found;
}

const IMPORTS = [
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
];

function importedFrom(node: Node): string | undefined {
  const called = node.type === 'CallExpression' && isRequire(node['callee']);
  const from = called
    ? (node['arguments'] as Node[])[0]
    : IMPORTS.includes(node.type)
      ? node['source']
      : undefined;
  return isNode(from) && typeof from['value'] === 'string' ? from['value'] : undefined;
}

/** `require`, or what `createRequire(…)` gives. */
function isRequire(callee: unknown): boolean {
  if (spelled(callee) === 'require') return true;
  return isNode(callee) && spelled(callee['callee']) === 'createRequire';
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType') return true;
  if (node['importKind'] === 'type' || node['exportKind'] === 'type') return true;
  const specifiers = (node['specifiers'] ?? []) as Node[];
  return specifiers.length > 0 && specifiers.every((one) => one['importKind'] === 'type');
}

/** The source file that a relative import means; undefined for packages. */
function target(path: string, from: string): string | undefined {
  if (!from.startsWith('.')) return undefined;
  return join(dirname(path), from).replace(/\.js$/, '.ts');
}

// ---------------------------------------------------------------- who may import whom

/** The place that a file belongs to: its folder, or its own name, or `nouns` for any other file in src/. */
export function placeOf(path: string, places: Places): string {
  const [first = '', second = '', ...rest] = path.split('/');
  if (first !== 'src') return first;
  if (rest.length > 0) return second;
  const name = second.replace(/\.ts$/, '');
  return name in places ? name : 'nouns';
}

/** One line for each import that crosses a wall. */
export function crossings(sources: Sources, places: Places, everyone: readonly string[]): string[] {
  const found: string[] = [];
  for (const [path, source] of sources) {
    const place = placeOf(path, places);
    const rule = places[place];
    if (rule === undefined) {
      found.push(
        `${path} is in ${place}/, which the table does not have: add it, saying what it is and what it sees`,
      );
      continue;
    }
    for (const one of imports(source)) {
      const to = target(path, one.from);
      if (to === undefined || allowed(to, place, rule, places, everyone)) continue;
      const may = [...everyone, ...rule.sees].join(', ') || 'nothing';
      found.push(
        `${path}:${one.line} imports ${to}: ${place} is ${rule.is}, and may see ${may}; ` +
          'move what both need into a noun in src/, or hand it in from above',
      );
    }
  }
  return found;
}

function allowed(
  to: string,
  place: string,
  rule: Place,
  places: Places,
  everyone: readonly string[],
): boolean {
  const there = placeOf(to, places);
  const file = /^src\/([^/]+)\.ts$/.exec(to)?.[1];
  const visible = [place, ...everyone, ...rule.sees];
  return visible.includes(there) || (file !== undefined && visible.includes(file));
}

/** One line for each ring of files that need one another to load; rings of types alone are harmless. */
export function rings(sources: Sources): string[] {
  const next = new Map<string, string[]>();
  for (const [path, source] of sources) {
    const to = imports(source).filter((one) => !one.typeOnly);
    next.set(
      path,
      to.flatMap((one) => target(path, one.from) ?? []),
    );
  }
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const ring = [...trail.slice(at), path].join(' → ');
      found.push(`${ring}: a ring of imports; take what they share into a file of its own`);
    }
    if (done.has(path)) return;
    done.add(path);
    for (const to of next.get(path) ?? []) walk(to, [...trail, path]);
  };
  for (const path of next.keys()) walk(path, []);
  return found;
}

// ---------------------------------------------------------------- packages

/** Package → the files, or folders ending in a slash, that may import it. */
export type Packages = Readonly<{ [name: string]: readonly string[] }>;

/** One line for each package imported elsewhere than in its place, and for each that nobody imports. */
export function packageMistakes(sources: Sources, packages: Packages, declared: readonly string[]): string[] {
  const found: string[] = [];
  const used = new Set<string>();
  for (const [path, source] of sources) {
    for (const { from, line } of imports(source)) {
      if (from.startsWith('.') || from.startsWith('node:')) continue;
      const name = from.split('/', from.startsWith('@') ? 2 : 1).join('/');
      used.add(name);
      const homes = packages[name];
      const where = `${path}:${line} imports the package ${name}`;
      if (homes === undefined)
        found.push(`${where}, which the table does not have: add it with its one place`);
      else if (!homes.some((home) => path === home || (home.endsWith('/') && path.startsWith(home)))) {
        found.push(`${where}, whose place is ${homes.join(' and ')}: use what is exported from there`);
      }
    }
  }
  for (const name of declared) {
    // The types of Node itself are imported by no one, and needed by whoever compiles against ours.
    if (name === '@types/node') continue;
    if (!used.has(name)) found.push(`package.json has ${name} in its dependencies, and nothing imports it`);
  }
  for (const name of used) {
    if (!declared.includes(name)) found.push(`${name} is imported, and not in package.json's dependencies`);
  }
  return found;
}

// ---------------------------------------------------------------- names that are kept in one place

/** Path → why it may. */
export type Exceptions = Readonly<{ [path: string]: string }>;

const CLOCKS = ['Date.now', 'performance.now', 'process.hrtime', 'process.hrtime.bigint'];
const TIMERS = ['setTimeout', 'setInterval', 'setImmediate'];

/** One line for each use of real time or unseeded chance, and for each exception that nobody needs any more. */
export function timeAndChance(sources: Sources, exceptions: Exceptions): string[] {
  const remedy = 'take a Clock or a Random as an argument';
  return uses(sources, exceptions, remedy, (node) => {
    if (node.type === 'ImportDeclaration' && isNode(node['source'])) {
      const from = String(node['source']['value']);
      return from.startsWith('node:timers') ? from : undefined;
    }
    if (node.type === 'NewExpression' && spelled(node['callee']) === 'Date') {
      return (node['arguments'] as Node[]).length === 0 ? 'new Date()' : undefined;
    }
    if (node.type === 'MemberExpression') {
      const name = spelled(node);
      return CLOCKS.includes(name) || name === 'Math.random' ? name : undefined;
    }
    if (node.type !== 'CallExpression') return undefined;
    const name = spelled(node['callee']).replace(/^globalThis\./, '');
    return TIMERS.includes(name) ? name : undefined;
  });
}

/** One line for each place that ends the process or sets its exit code. */
export function exits(sources: Sources, exceptions: Exceptions): string[] {
  const remedy = 'throw an EventmillError, or return the exit code';
  return uses(sources, exceptions, remedy, (node) => {
    if (node.type !== 'MemberExpression') return undefined;
    const name = spelled(node);
    return name === 'process.exit' || name === 'process.exitCode' ? name : undefined;
  });
}

function uses(
  sources: Sources,
  exceptions: Exceptions,
  remedy: string,
  named: (node: Node) => string | undefined,
): string[] {
  const found: string[] = [];
  const needed = new Set<string>();
  for (const [path, source] of sources) {
    for (const node of nodes(tree(source))) {
      const name = named(node);
      if (name === undefined) continue;
      needed.add(path);
      if (!(path in exceptions)) found.push(`${path}:${lineOf(source, node.start)} uses ${name}: ${remedy}`);
    }
  }
  for (const path of Object.keys(exceptions)) {
    if (!needed.has(path)) found.push(`${path} is in the list of exceptions and needs none: strike it`);
  }
  return found;
}

// ---------------------------------------------------------------- shapes

/** One line for each part without its one default export, and for each other file with one. */
export function defaultExports(sources: Sources, isPart: (path: string) => boolean): string[] {
  const found: string[] = [];
  for (const [path, source] of sources) {
    const count = (tree(source)['body'] as Node[]).filter((node) => isDefault(node)).length;
    if (isPart(path) && count !== 1) {
      found.push(`${path} is a family's part and must have one default export, the part; it has ${count}`);
    }
    if (!isPart(path) && count > 0) {
      found.push(`${path} is no family's part and has a default export: export it by name`);
    }
  }
  return found;
}

function isDefault(node: Node): boolean {
  if (node.type === 'ExportDefaultDeclaration') return true;
  const specifiers = (node['specifiers'] ?? []) as Node[];
  return (
    node.type === 'ExportNamedDeclaration' && specifiers.some((one) => spelled(one['exported']) === 'default')
  );
}

/** Said in its opening comment, this lets a file be longer. */
export const LONG = /\bLong because\b/;

/** One line for each file that is too long and does not say why. */
export function longFiles(sources: Sources, linesMax: number): string[] {
  const found: string[] = [];
  for (const [path, source] of sources) {
    const lines = source.trimEnd().split('\n').length;
    const opening = /^(?:\/\*[\s\S]*?\*\/|(?:\/\/.*\n)+)/.exec(source)?.[0] ?? '';
    if (lines <= linesMax || LONG.test(opening.replaceAll(/\n \*/g, ''))) continue;
    found.push(
      `${path} has ${lines} lines, ${linesMax} at most: what two nouns does it hold? If it is one, its opening comment says "Long because …"`,
    );
  }
  return found;
}

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

/** One line for each function that is too long. */
export function longFunctions(sources: Sources, linesMax: number): string[] {
  const found: string[] = [];
  for (const [path, source] of sources) {
    for (const node of nodes(tree(source))) {
      if (!FUNCTIONS.includes(node.type)) continue;
      const first = lineOf(source, node.start);
      const lines = lineOf(source, node.end) - first + 1;
      if (lines <= linesMax) continue;
      const name = spelled(node['id']) || 'a function';
      found.push(`${path}:${first} ${name} has ${lines} lines, ${linesMax} at most: name its steps`);
    }
  }
  return found;
}

const SUITES = ['test', 'it', 'describe', 'suite', 'bench'];

/** One line for each test that keeps others from running, or that is left out for good without a reason. */
export function leftOut(sources: Sources): string[] {
  const found: string[] = [];
  for (const [path, source] of sources) {
    for (const node of nodes(tree(source))) {
      if (node.type !== 'MemberExpression') continue;
      const [base = '', ...rest] = spelled(node).split('.');
      const how = SUITES.includes(base)
        ? rest.find((one) => ['only', 'skip', 'todo', 'fails'].includes(one))
        : undefined;
      if (how === undefined) continue;
      found.push(
        `${path}:${lineOf(source, node.start)} has ${base}.${how}: run it, or skip with a reason through needs() or context.skip()`,
      );
    }
  }
  return found;
}
