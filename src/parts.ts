/** Finding the parts of a family: by the name of a file in its folder, or by the path of a user's own file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ErrorCode, EventmillError } from './errors.js';
import { checkGenerator } from './generator.js';
import { nearest } from './nearest.js';
import { whereThrown } from './position.js';
import type { Part } from './types.js';

export type Family = 'generators' | 'rates' | 'serializers' | 'codecs' | 'drivers' | 'reporters';

/** The running code is either compiled (.js in dist) or source (.ts, in tests): its siblings are of the same kind. */
const EXTENSION = extname(fileURLToPath(import.meta.url));
const USER_EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

/** Parts of ours by address, being loaded or loaded: a transpiling loader gives half a module to whoever asks while it is being read. */
const namedParts = new Map<string, Promise<unknown>>();

/** The names of a family's parts, sorted. */
export function listParts(family: Family): string[] {
  const folder = folderOf(family);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(EXTENSION) && !entry.name.endsWith('.d.ts'))
    .map((entry) => basename(entry.name, EXTENSION))
    .sort();
}

/** Whether a part is named by a path rather than by a name. */
export function isPath(nameOrPath: string): boolean {
  return /[\\/]/.test(nameOrPath) || USER_EXTENSIONS.includes(extname(nameOrPath));
}

/**
 * Loads a part by its name or its path (relative to `baseFolder`, by default the current one).
 * Throws NOT_FOUND for an unknown name or a missing file, GENERATOR_INVALID (for other families CONFIG) for a file
 * that cannot be loaded or does not export a part by default.
 */
export async function loadPart<P extends Part>(
  family: Family,
  nameOrPath: string,
  baseFolder: string = process.cwd(),
): Promise<P> {
  if (isPath(nameOrPath)) return (await loadFile(family, nameOrPath, baseFolder)) as P;
  const names = listParts(family);
  if (!names.includes(nameOrPath)) {
    const meant = nearest(nameOrPath, names);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    const own = family === 'codecs' ? '' : `, or the path of a file of your own`;
    throw new EventmillError(
      'NOT_FOUND',
      `${family}: expected one of ${names.join(', ')}${own}, got ${JSON.stringify(nameOrPath)}.${hint}`,
    );
  }
  const url = pathToFileURL(resolve(folderOf(family), nameOrPath + EXTENSION)).href;
  let loading = namedParts.get(url) as Promise<{ default: P }> | undefined;
  if (loading === undefined) {
    loading = import(/* @vite-ignore */ url) as Promise<{ default: P }>;
    namedParts.set(url, loading);
  }
  return (await loading).default;
}

function folderOf(family: Family): string {
  return fileURLToPath(new URL(family === 'generators' ? '../generators' : `./${family}`, import.meta.url));
}

async function loadFile(family: Family, path: string, baseFolder: string): Promise<unknown> {
  const file = isAbsolute(path) ? path : resolve(baseFolder, path);
  if (!existsSync(file)) throw new EventmillError('NOT_FOUND', `${family}: there is no file ${file}`);
  if (!USER_EXTENSIONS.includes(extname(file))) {
    throw broken(family, `${file}: expected a file that ends in ${USER_EXTENSIONS.join(' ')}`);
  }
  let module: unknown;
  try {
    module = await importFile(file);
  } catch (error) {
    if (error instanceof EventmillError) throw error;
    // A plain Error's name says nothing, and a transpiler's is in its message.
    const named = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : '';
    const [first = ''] = `${named}${error instanceof Error ? error.message : error}`.split('\n', 1);
    throw broken(family, `${whereThrown(error, file) ?? file}: cannot be loaded: ${first.trim()}`, error);
  }
  const part = defaultOf(module);
  if (part === undefined) {
    throw broken(
      family,
      `${file}: expected a default export, got none; write "export default" before the ${SAID[family]}`,
    );
  }
  if (family === 'generators') checkGenerator(part, file);
  return part;
}

const SAID: Readonly<{ [F in Family]: string }> = {
  generators: 'generator: export default defineGenerator({ doc, topic, create })',
  rates: 'rate: export default { doc, options, create }',
  serializers: 'serializer: export default { doc, compile }',
  codecs: 'codec: export default { doc, id, load }',
  drivers: 'driver: export default { doc, needsBrokers, create }',
  reporters: 'reporter: export default { doc, create }',
};

/** A CommonJS file's exports are the default one; compiled modules in it say `__esModule`. */
function defaultOf(module: unknown): unknown {
  const outer = (module as { default?: unknown } | null | undefined)?.default;
  if (typeof outer === 'object' && outer !== null && '__esModule' in outer && 'default' in outer)
    return outer.default;
  return outer;
}

/**
 * JavaScript is Node's own business, TypeScript is jiti's, and so is a file that says `import … from 'eventmill'`
 * where no such package is installed: it then gets the running one.
 */
async function importFile(file: string): Promise<unknown> {
  if (/\.[cm]?ts$/.test(file)) return importThroughJiti(file);
  try {
    return await import(/* @vite-ignore */ pathToFileURL(file).href);
  } catch (error) {
    if (!missesEventmill(error, file) && !isUnplaced(error)) throw error;
    return importThroughJiti(file);
  }
}

/** Node does not tell the place of what it cannot parse when a module is imported; jiti does. */
function isUnplaced(error: unknown): boolean {
  return error instanceof SyntaxError && !error.message.includes('does not provide an export');
}

function missesEventmill(error: unknown, file: string): boolean {
  return (
    error instanceof Error &&
    /eventmill/.test(error.message) &&
    /\bfrom\s*['"]eventmill|\(\s*['"]eventmill/.test(readFileSync(file, 'utf8'))
  );
}

async function importThroughJiti(file: string): Promise<unknown> {
  // Imported only here, as its compiler is heavy and few runs need it.
  const { createJiti } = await import('jiti');
  const own = async (path: string) =>
    (await import(/* @vite-ignore */ new URL(path + EXTENSION, import.meta.url).href)) as unknown;
  // The user's files get the modules that are running, not copies: an EventmillError is then one class everywhere.
  const virtualModules: { [name: string]: unknown } = { eventmill: await own('./index') };
  if (readFileSync(file, 'utf8').includes('eventmill/sandbox')) {
    virtualModules['eventmill/sandbox'] = await own('./sandbox/index');
  }
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    virtualModules,
  });
  return jiti.import(file);
}

function broken(family: Family, message: string, cause?: unknown): EventmillError {
  const code: ErrorCode = family === 'generators' ? 'GENERATOR_INVALID' : 'CONFIG';
  return new EventmillError(code, message, cause === undefined ? {} : { cause });
}
