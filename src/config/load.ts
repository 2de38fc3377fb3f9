/** Profiles and workloads from their files: found, read, checked and frozen, with all mistakes told together. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { systemClock } from '../clock.js';
import { isPath } from '../parts.js';
import type { Profile, Workload } from '../types.js';
import { type ConfigFamily, type ConfigFile, configFiles, findConfigFile, readConfigFile } from './files.js';
import { expected, parsePair } from './formats.js';
import { isObject } from './json.js';
import { Mistakes } from './mistakes.js';
import { checkNames, checkPairs } from './profile-checks.js';
import { PROFILE_SCHEMA } from './profile-settings.js';
import { deepFreeze, type Layer, readSettings } from './schema.js';
import { NAME, readWorkload } from './workload.js';

/**
 * Loads one profile by its name in config/profiles or by the path of a JSON file. `sets` are `key=value` as `--set`
 * takes them; for one key the last wins.
 *
 * @throws EventmillError with one line per mistake: `config/profiles/fast.json: lingerMs: expected …, got …`
 */
export async function loadProfile(nameOrPath: string, sets: readonly string[] = []): Promise<Profile> {
  const [profile] = await loadProfiles([nameOrPath], sets);
  return profile as Profile;
}

/** Loads several profiles; their names must differ, since topics and metrics are told apart by them. */
export async function loadProfiles(
  names: readonly string[],
  sets: readonly string[] = [],
): Promise<readonly Profile[]> {
  const mistakes = new Mistakes();
  const profiles = await readProfiles(names, sets, mistakes);
  mistakes.settle();
  return profiles;
}

/** Loads a workload by its name in config/workloads or by the path of a JSON file. `now` (epoch ms) is what `-30d` counts from. */
export async function loadWorkload(nameOrPath: string, now: number = systemClock.now()): Promise<Workload> {
  const mistakes = new Mistakes();
  const workload = await readWorkloadNamed(nameOrPath, now, mistakes);
  mistakes.settle();
  return workload as Workload;
}

// ---------------------------------------------------------------- what there is

export interface Listed {
  readonly name: string;
  /** Its `doc`, or why it cannot be read. */
  readonly doc: string;
}

/** The profiles in config/profiles. */
export function listProfiles(): Promise<readonly Listed[]> {
  return listFamily('profiles');
}

/** The workloads in config/workloads. */
export function listWorkloads(): Promise<readonly Listed[]> {
  return listFamily('workloads');
}

async function listFamily(family: ConfigFamily): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  for (const file of await configFiles(family)) {
    const mistakes = new Mistakes();
    const read = await readConfigFile(file, mistakes);
    const doc = isObject(read?.value) ? read.value['doc'] : undefined;
    // One broken file must not hide the others.
    listed.push({ name: file.name, doc: mistakes.lines[0] ?? (typeof doc === 'string' ? doc : '') });
  }
  return listed;
}

// ---------------------------------------------------------------- with the mistakes of others

/** The same as `loadProfiles`; profiles with mistakes are left out. */
export async function readProfiles(
  names: readonly string[],
  sets: readonly string[],
  mistakes: Mistakes,
): Promise<readonly Profile[]> {
  const setLayer = readSets(sets, mistakes);
  const profiles: Profile[] = [];
  for (const nameOrPath of names) {
    const before = mistakes.count;
    const file = await findConfigFile('profiles', nameOrPath, mistakes);
    const read = file === undefined ? undefined : await readConfigFile(file, mistakes);
    if (file === undefined || read === undefined) continue;
    const profile = await readProfile(file, read.value, setLayer, mistakes);
    if (profiles.some((other) => other.name === file.name)) {
      mistakes.addLine(
        `profile ${file.name}: expected each name once, got it twice; rename the file or leave one out`,
      );
    }
    if (profile !== undefined && mistakes.count === before) profiles.push(profile);
  }
  return profiles;
}

/** Reads one profile's JSON. */
export async function readProfile(
  file: ConfigFile,
  raw: unknown,
  setLayer: Layer,
  mistakes: Mistakes,
): Promise<Profile | undefined> {
  if (!isObject(raw)) {
    mistakes.add(file.label, undefined, expected('an object of settings', raw).problem);
    return undefined;
  }
  if (!NAME.test(file.name)) {
    mistakes.add(
      file.label,
      undefined,
      expected('a file name of letters, digits, "_", "." and "-"', file.name).problem,
    );
  }
  const { doc = '', ...values } = raw;
  if (typeof doc !== 'string') mistakes.add(file.label, 'doc', expected('text', doc).problem);
  const fileLayer: Layer = { label: (key) => `${file.label}: ${key}`, values };
  const { values: settings, unread } = readSettings(PROFILE_SCHEMA, [fileLayer, setLayer], mistakes);
  const label = (key: string) => (Object.hasOwn(setLayer.values, key) ? setLayer : fileLayer).label(key);
  await checkNames(settings, label, mistakes);
  checkPairs(file.name, settings, unread, mistakes);
  return deepFreeze({ name: file.name, doc: String(doc), settings });
}

/** `--set` as a layer above the files. Numbers, true and false are typed; null stays a word, since it is a driver's name too. */
export function readSets(sets: readonly string[], mistakes: Mistakes): Layer {
  const values = new Map<string, unknown>();
  for (const set of sets) {
    const pair = parsePair(set, 'lingerMs=20');
    if ('problem' in pair) mistakes.addLine(`--set: ${pair.problem}`);
    else values.set(pair.value.name, scalarOf(pair.value.value));
  }
  return { label: (key) => `--set ${key}`, values: Object.fromEntries(values) };
}

function scalarOf(text: string): unknown {
  return /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?)$/.test(text) ? JSON.parse(text) : text;
}

/** The same as `loadWorkload`. What it returns beside mistakes is only good for finding more of them. */
export async function readWorkloadNamed(
  nameOrPath: string,
  now: number,
  mistakes: Mistakes,
): Promise<Workload | undefined> {
  const file = await findConfigFile('workloads', nameOrPath, mistakes);
  const read = file === undefined ? undefined : await readConfigFile(file, mistakes);
  if (file === undefined || read === undefined) return undefined;
  const workload = await readWorkload(read.value, file.name, file.label, now, mistakes);
  return workload === undefined ? undefined : deepFreeze(besideFile(workload, file));
}

/** A generator's path that leads nowhere from the current folder may lead somewhere from the workload's own. */
function besideFile(workload: Workload, file: ConfigFile): Workload {
  const found = (path: string) => {
    if (!isPath(path) || isAbsolute(path) || existsSync(path)) return path;
    const beside = resolve(join(dirname(file.path), path));
    return existsSync(beside) ? beside : path;
  };
  const sources = workload.sources.map((source) => ({
    ...source,
    generator: found(source.generator),
    serializer: found(source.serializer),
  }));
  return { ...workload, sources };
}
