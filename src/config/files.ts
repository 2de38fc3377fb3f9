/** The JSON files of config/profiles and config/workloads: found by name or by path, and read with their mistakes placed. */
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../nearest.js';
import { parseJson } from './json.js';
import type { Mistakes } from './mistakes.js';

export type ConfigFamily = 'profiles' | 'workloads';

export interface ConfigFile {
  /** Its file's name without `.json`. */
  readonly name: string;
  readonly path: string;
  /** What mistakes call it: `config/profiles/fast.json`, or the path as it was given. */
  readonly label: string;
}

/** A file of settings is a page of text; something this large is another file. */
const FILE_BYTES_MAX = 2 ** 20;

/** The folder of a family beside the package, whether this runs from src/config or from dist/src/config. */
export function configFolder(family: ConfigFamily): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'config', family);
}

/** The files of a family, by name. */
export async function configFiles(
  family: ConfigFamily,
  folder = configFolder(family),
): Promise<ConfigFile[]> {
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return names.map((name) => ({
    name: basename(name, '.json'),
    path: join(folder, name),
    label: `config/${family}/${name}`,
  }));
}

/** Finds a file by its name in the family's folder or, with a slash or `.json` in it, by its path. */
export async function findConfigFile(
  family: ConfigFamily,
  nameOrPath: string,
  mistakes: Mistakes,
  folder = configFolder(family),
): Promise<ConfigFile | undefined> {
  if (/[/\\]|\.json$/.test(nameOrPath)) {
    return { name: basename(nameOrPath, '.json'), path: nameOrPath, label: nameOrPath };
  }
  const files = await configFiles(family, folder);
  const found = files.find((file) => file.name === nameOrPath);
  if (found !== undefined) return found;
  const names = files.map((file) => file.name);
  const meant = nearest(nameOrPath, names);
  const one = family === 'profiles' ? 'profile' : 'workload';
  mistakes.addLine(
    `${one} ${JSON.stringify(nameOrPath)}: expected one of ${names.join(', ')}, or the path of a JSON file${
      meant === undefined ? '' : `; nearest: ${meant}`
    }`,
    'NOT_FOUND',
  );
  return undefined;
}

/** Reads a file's JSON; what is wrong with it is in `mistakes`, with line and column, and the result is undefined. */
export async function readConfigFile(
  file: ConfigFile,
  mistakes: Mistakes,
): Promise<{ value: unknown } | undefined> {
  let text: string;
  try {
    const { size } = await stat(file.path);
    if (size > FILE_BYTES_MAX) {
      mistakes.add(file.label, undefined, `expected a JSON file of at most 1 MiB, got ${size} bytes`);
      return undefined;
    }
    text = await readFile(file.path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    const reason = missing ? 'there is no such file' : `cannot be read: ${code}`;
    mistakes.add(file.label, undefined, reason, missing ? 'NOT_FOUND' : 'CONFIG');
    return undefined;
  }
  const parsed = parseJson(text);
  if ('value' in parsed) return parsed;
  const { line, column, problem } = parsed.mistake;
  mistakes.addLine(`${file.label}:${line}:${column}: broken JSON: ${problem}`);
  return undefined;
}
