/** What there is to name, read from the folders and shown: tables on a terminal, tab-separated lines in a pipe. */
import type { Context, Invocation } from '../../command.js';
import { listProfiles, listWorkloads } from '../../config/load.js';
import { EventmillError } from '../../errors.js';
import { nearest } from '../../nearest.js';
import { paintWith, wantsColor } from '../../paint.js';
import { paragraph } from '../../paragraph.js';
import { type Family, listParts, loadPart } from '../../parts.js';
import { WITHOUT_FORMULA } from '../../rate.js';
import type { Option, Part } from '../../types.js';

export const KINDS = [
  'generators',
  'profiles',
  'workloads',
  'rates',
  'serializers',
  'codecs',
  'drivers',
  'reporters',
] as const;
export type Kind = (typeof KINDS)[number];

interface Entry {
  readonly name: string;
  readonly doc: string;
  readonly options: readonly (readonly [name: string, option: Option])[];
}

interface Listing {
  readonly kind: Kind;
  readonly entries: readonly Entry[];
}

export async function printList({ arguments: [kind], flags }: Invocation, context: Context): Promise<number> {
  if (kind !== undefined && !isKind(kind)) {
    const meant = nearest(kind, KINDS);
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    throw new EventmillError(
      'USAGE',
      `list: expected one of ${KINDS.join(', ')}, got ${JSON.stringify(kind)}${hint}`,
    );
  }
  const listings: Listing[] = [];
  for (const each of kind === undefined ? KINDS : [kind]) {
    listings.push({ kind: each, entries: await entriesOf(each) });
  }
  const { stdout, environment } = context;
  const color = wantsColor(stdout, environment, flags['color'] !== false);
  const text =
    stdout.isTTY === true
      ? forPeople(listings, kind !== undefined, stdout.columns ?? 80, color)
      : forScripts(listings, kind === undefined);
  stdout.write(text);
  return 0;
}

function isKind(word: string): word is Kind {
  return (KINDS as readonly string[]).includes(word);
}

async function entriesOf(kind: Kind): Promise<readonly Entry[]> {
  if (kind === 'profiles') return (await listProfiles()).map((listed) => ({ ...listed, options: [] }));
  if (kind === 'workloads') return (await listWorkloads()).map((listed) => ({ ...listed, options: [] }));
  const parts = await Promise.all(listParts(kind).map((name) => entryOf(kind, name)));
  if (kind !== 'rates') return parts;
  const others = Object.entries(WITHOUT_FORMULA).map(([name, doc]) => ({ name, doc, options: [] }));
  return [...parts, ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function entryOf(family: Family, name: string): Promise<Entry> {
  const { doc, options } = await loadPart<Part>(family, name);
  return { name, doc, options: Object.entries(options ?? {}) };
}

/** Fixed columns: what a line means does not depend on the one before it. */
function forScripts(listings: readonly Listing[], withKind: boolean): string {
  const lines = listings.flatMap(({ kind, entries }) =>
    entries.flatMap((entry) => {
      const head = withKind ? [kind, entry.name, entry.doc] : [entry.name, entry.doc];
      const options = withKind
        ? []
        : entry.options.map(([name, option]) => [
            entry.name,
            name,
            shownDefault(option),
            option.unit ?? '',
            meaning(option),
          ]);
      return [head, ...options];
    }),
  );
  return lines.map((cells) => `${cells.map((cell) => cell.replaceAll(/\s+/g, ' ')).join('\t')}\n`).join('');
}

function forPeople(
  listings: readonly Listing[],
  withOptions: boolean,
  width: number,
  color: boolean,
): string {
  const paint = paintWith(color);
  const blocks = listings.map(({ kind, entries }) => {
    const nameWidth = Math.max(0, ...entries.map(({ name }) => name.length));
    const lines = entries.flatMap((entry) => [
      `  ${paint.cyan(entry.name.padEnd(nameWidth))}  ${paragraph(entry.doc, width, nameWidth + 4)}`,
      ...(withOptions ? optionLines(entry, width, color) : []),
    ]);
    return [paint.bold(`${kind[0]!.toUpperCase()}${kind.slice(1)}`), ...lines].join('\n');
  });
  const more = withOptions ? '' : '\nSee `eventmill list generators` for their options.\n';
  return `${blocks.join('\n\n')}\n${more}`;
}

function optionLines({ options }: Entry, width: number, color: boolean): string[] {
  const paint = paintWith(color);
  const rows = options.map(([name, option]) => {
    const unit = option.unit === undefined ? '' : ` ${option.unit}`;
    return [name, shownDefault(option) + unit, meaning(option)] as const;
  });
  const nameWidth = Math.max(0, ...rows.map(([name]) => name.length));
  const valueWidth = Math.min(24, Math.max(0, ...rows.map(([, value]) => value.length)));
  return rows.map(
    ([name, value, doc]) =>
      `      ${name.padEnd(nameWidth)}  ${paint.dim(value.padEnd(valueWidth))}  ` +
      paragraph(doc, width, nameWidth + Math.max(valueWidth, value.length) + 10),
  );
}

function shownDefault({ default: value }: Option): string {
  if (value === null) return 'none';
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** Its sentence, with what it takes: the words or the range. */
function meaning({ doc: sentence, type, values, min, max }: Option): string {
  const doc = sentence.replace(/\.$/, '');
  if (values !== undefined) return `${doc} (${values.join(', ')})`;
  if (min !== undefined && max !== undefined) return `${doc} (${type}, ${min} to ${max})`;
  if (min !== undefined) return `${doc} (${type}, from ${min})`;
  if (max !== undefined) return `${doc} (${type}, up to ${max})`;
  return `${doc} (${type})`;
}
