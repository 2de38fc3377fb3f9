/** The folder of a report. report.json is whole at every moment and holds all that is needed to go on after an interruption. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EventmillError } from '../errors.js';
import { csv } from './csv.js';
import { markdown } from './markdown.js';
import type { Report } from './types.js';

const REPORT = 'report.json';

type Render = (report: Report) => string;

/** Makes the folder, and makes sure that it can be written into. Throws NOT_WRITABLE. */
export function openFolder(flag: string, folder: string): void {
  try {
    makeFolder(resolve(folder));
    accessSync(folder, constants.W_OK);
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: 'a file' });
  } catch (cause) {
    throw new EventmillError(
      'NOT_WRITABLE',
      `${flag} ${folder}: expected a folder that can be written into, got ${codeOf(cause)}; name another one`,
      { cause },
    );
  }
}

/** After each trial. */
export function saveReport(folder: string, report: Report): void {
  replace(join(folder, REPORT), `${JSON.stringify(report, null, 1)}\n`);
}

/** At the end, or when interrupted; `html` draws report.html. Returns the paths. */
export function writeFiles(folder: string, report: Report, html: Render): string[] {
  saveReport(folder, report);
  const files: readonly (readonly [name: string, text: Render])[] = [
    ['report.html', html],
    ['report.md', markdown],
    ['trials.csv', csv],
  ];
  for (const [name, text] of files) replace(join(folder, name), text(report));
  return [REPORT, ...files.map(([name]) => name)].map((name) => join(folder, name));
}

/** A report written before: a folder's, or a file's; undefined when there is none. Throws CONFIG for anything else. */
export function readReport(path: string, flag: string): Report | undefined {
  let text: string;
  try {
    text = readFileSync(path.endsWith('.json') ? path : join(path, REPORT), 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw wrong(flag, path, `got ${codeOf(cause)}`, cause);
  }
  let found: Partial<Report> | null;
  try {
    found = JSON.parse(text) as Partial<Report> | null;
  } catch (cause) {
    throw wrong(flag, path, 'got something that is no JSON', cause);
  }
  if (!isReport(found)) throw wrong(flag, path, 'got another object');
  return found;
}

/** As far as another comparison looks into it: a file of another tool, or one that was cut by hand, is told apart here. */
function isReport(found: Partial<Report> | null): found is Report {
  if (found?.format !== 1) return false;
  const { trials, results, candidates, workloads, command, design, machine } = found;
  return (
    areObjects(trials, ['candidate', 'round', 'closedOut']) &&
    areObjects(results, ['candidate', 'metrics', 'fates']) &&
    areObjects(candidates, ['name', 'settings']) &&
    areObjects(workloads, ['name', 'sources']) &&
    areObjects([design], ['limits', 'trials']) &&
    areObjects([machine], ['cpu', 'cores']) &&
    Array.isArray(command) &&
    command.every((word) => typeof word === 'string')
  );
}

function areObjects(list: unknown, keys: readonly string[]): boolean {
  return (
    Array.isArray(list) &&
    list.every((one) => typeof one === 'object' && one !== null && keys.every((key) => key in one))
  );
}

function wrong(flag: string, path: string, got: string, cause?: unknown): EventmillError {
  const text = `${flag} ${path}: expected the report.json of a comparison (format 1), ${got}; name a file or a folder that compare --report wrote`;
  return new EventmillError('CONFIG', text, { cause });
}

/** Readers see the old text or the new one, never a part. */
export function replace(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/** With those above it. Node's own `recursive` never ends where a folder cannot be and says ENOENT, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
}
