/** A forecast in words: what is made, what each profile makes of it, what is worth knowing, and what the records look like. */
import { bytes, count, milliseconds, NOTHING, perSecond, plural, seconds, times } from '../figures.js';
import { paintWith } from '../paint.js';
import { paragraph } from '../paragraph.js';
import { skyline } from '../skyline.js';
import { type TableLook, table } from '../table.js';
import type { Forecast, SourceForecast } from './forecast.js';
import type { NoteKind } from './notes.js';
import type { PastForecast } from './past.js';
import type { ProfileForecast } from './profile.js';

const PLOT_HEIGHT = 4;
const PLOT_WIDTH_MAX = 60;
/** Beyond this a line is hard to read, however wide the window. */
const WIDTH_MAX = 110;

/** The whole text, with a line end behind it. */
export function forecastText(forecast: Forecast, look: TableLook): string {
  const width = Math.min(look.width ?? WIDTH_MAX, WIDTH_MAX);
  const paint = paintWith(look.color);
  const title = (text: string) => `\n${paint.bold(text)}`;
  const lines = [
    paint.bold(`A plan of ${forecast.workload}: nothing is sent.`),
    ...(forecast.doc === '' ? [] : [paragraph(forecast.doc, width)]),
    '',
    ...facts(forecast, width),
    title('Rate'),
    ...rateLines(forecast, width),
    title('Sources'),
    sourceTable(forecast, look),
    title(forecast.profiles.length > 1 ? 'Profiles, side by side' : 'Profile'),
    profileTable(forecast, look),
    ...changedLines(forecast, width),
    ...besideLines(forecast, width, paint.bold),
    ...notesLines(forecast, width, look.color),
    title('Records'),
    ...forecast.sources.flatMap((source) => exampleLines(source, width)),
  ];
  return `${lines.join('\n')}\n`;
}

/** A dash for what is known only once it runs. */
function known(value: number | null, format: (value: number) => string): string {
  return value === null ? NOTHING : format(value);
}

function facts(forecast: Forecast, width: number): string[] {
  const { profiles, records, bytes: size, sandbox, brokers } = forecast;
  const each = profiles.length > 1 ? ` in each of ${profiles.length} profiles` : '';
  const part = forecast.shard === null ? '' : `, its part of what ${forecast.shard.of} make`;
  const made =
    records === null
      ? 'as many records as it can, or until somebody stops it'
      : `${plural(records, 'record')}, about ${bytes(size!)} of keys and values${each}${part}`;
  const where = sandbox
    ? 'a sandbox broker of its own, in the same process'
    : brokers.length > 0
      ? brokers.join(', ')
      : 'no broker';
  const rows: [string, string][] = [
    ['makes', made],
    ...forecast.sources.flatMap(({ name, past }) =>
      past === null ? [] : [['past', `${name}: ${pastText(past)}`] satisfies [string, string]],
    ),
    ['ends', ending(forecast)],
    ['seed', String(forecast.seed)],
    ['into', where],
    ['topics', topicNames(forecast)],
  ];
  const label = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(label)}  ${paragraph(text, width, label + 2)}`);
}

function pastText({ start, records, counted, perSecond: fill }: PastForecast): string {
  const from = `${new Date(start).toISOString().slice(0, 19)}Z`;
  const pace = fill === null ? 'as fast as it goes' : `at ${perSecond(fill)}`;
  return `${counted ? '' : 'about '}${plural(records, 'event')} from ${from} on, made ${pace}; then each when it happens`;
}

/** Profiles side by side have topics that differ by their names alone. */
function topicNames({ profiles }: Forecast): string {
  const suffix = profiles.length > 1 ? '.PROFILE' : '';
  const shown = profiles.flatMap(({ topics }) =>
    topics.map(({ base, partitions }) => `${base}${suffix} (${plural(partitions, 'partition')})`),
  );
  return [...new Set(shown)].join(', ');
}

function ending({ end, seconds: after, limits, shard }: Forecast): string {
  const when = after === null ? '' : `after ${seconds(after)}, `;
  switch (end) {
    case 'duration':
      return `after ${seconds(limits.durationMs! / 1000)}, its duration`;
    case 'count':
      return `${when}with ${plural(limits.count!, 'record')}${shard === null ? '' : ' of all parts'}, its count`;
    case 'bytes':
      return `${when}with ${bytes(limits.bytes!)} of keys and values${shard === null ? '' : ' of all parts'}, its bytes`;
    case 'sources':
      return `${when}when its sources have no more`;
    case 'signal':
      return 'when it is interrupted';
  }
}

function rateLines({ rate, seconds: total, sources }: Forecast, width: number): string[] {
  const past = sources.some((source) => source.past !== null);
  if (rate === null) return [past ? 'the past first, then each event when it happens' : 'as fast as it goes'];
  const label = Math.max(perSecond(rate.peak).length, 6);
  const plotWidth = Math.min(PLOT_WIDTH_MAX, width - label - 3);
  const span = rate.spanSeconds * rate.perSecond.length;
  const plot = skyline(rate.perSecond, plotWidth, PLOT_HEIGHT).map((line, row) => {
    const mark = row === 0 ? perSecond(Math.max(...rate.perSecond)) : '';
    return `${mark.padStart(label)} │${line.trimEnd()}`;
  });
  const from = '0 s';
  const to = seconds(span) + (total === null ? ' …' : '');
  return [
    ...plot,
    `${'0/s'.padStart(label)} └${'─'.repeat(plotWidth)}`,
    `${' '.repeat(label + 2)}${from}${to.padStart(plotWidth - from.length)}`,
    `${' '.repeat(label + 2)}${perSecond(rate.mean)} on the mean, ${perSecond(rate.peak)} at the peak`,
  ];
}

function sourceTable({ sources, rate }: Forecast, look: TableLook): string {
  const plotted = rate !== null && sources.length > 1;
  const columns = [
    { title: 'source', align: 'left' },
    { title: 'generator', align: 'left' },
    { title: 'key', align: 'left' },
    { title: 'rate' },
    ...(plotted ? [{ title: 'over time', align: 'left' } as const] : []),
    { title: 'records' },
    { title: 'mean size' },
    { title: 'largest' },
    { title: 'measured' },
  ] as const;
  const rows = sources.map((source, i) => {
    const spans = rate?.bySource[i];
    return [
      source.name,
      source.generator,
      source.key ?? 'none',
      spans === undefined ? (source.past === null ? 'max' : 'past, live') : perSecond(mean(spans)),
      ...(plotted ? [skyline(spans!, 16, 1)[0]!] : []),
      known(source.records, count),
      bytes(source.recordBytes.mean),
      bytes(source.recordBytes.max),
      `${count(source.measured)}`,
    ];
  });
  return table(columns, rows, look);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface Row {
  readonly title: string;
  readonly of: (profile: ProfileForecast, forecast: Forecast) => string;
}

const ROWS: readonly Row[] = [
  {
    title: 'a batch holds at least',
    of: ({ batch }) => `${batch.records < 9.95 ? batch.records.toFixed(1) : count(batch.records)} records`,
  },
  { title: '  without compression', of: ({ batch }) => bytes(batch.bytes) },
  { title: '  closed by', of: ({ batch }) => CLOSED_BY[batch.closedBy] },
  {
    title: '  compressed',
    of: ({ compressionRatio }) => (compressionRatio === 1 ? 'no' : times(compressionRatio)),
  },
  { title: 'batches, at most', of: ({ batchesPerSecond }) => known(batchesPerSecond, perSecond) },
  { title: 'waiting adds', of: ({ waitMs }) => (waitMs === 0 ? 'nothing' : `up to ${milliseconds(waitMs)}`) },
  {
    title: 'on the wire, at most',
    of: ({ wireBytesPerSecond: rate }) => (rate === null ? NOTHING : `${bytes(rate)}/s`),
  },
  { title: '  in all', of: ({ wireBytes }) => known(wireBytes, bytes) },
  { title: 'buffer', of: ({ buffer }) => bytes(buffer.bytes) },
  { title: '  without a broker', of: bufferLasts },
  { title: 'fullest partition', of: hottest },
];

const CLOSED_BY = {
  batchBytes: 'size (batchBytes)',
  batchRecords: 'count (batchRecords)',
  lingerMs: 'time (lingerMs)',
  'at once': 'nothing: no linger',
  sync: 'each record (sync)',
} as const;

function bufferLasts({ buffer }: ProfileForecast): string {
  const { lastsSeconds, expireAfterSeconds, whenFull } = buffer;
  if (lastsSeconds === null) return NOTHING;
  if (lastsSeconds > expireAfterSeconds) return `expires at ${seconds(expireAfterSeconds)}`;
  return `${whenFull}s after ${seconds(lastsSeconds)}`;
}

/** The fullest of all topics', beside what it would have if all had the same. */
function hottest({ topics }: ProfileForecast): string {
  const keyed = topics.flatMap(({ hottest: one, partitions }) =>
    one === null ? [] : [{ ...one, partitions }],
  );
  if (keyed.length === 0) return 'in turns';
  const worst = keyed.reduce((most, one) =>
    one.share * one.partitions > most.share * most.partitions ? one : most,
  );
  return `${Math.round(worst.share * 100)} % (of ${worst.partitions})`;
}

function profileTable(forecast: Forecast, look: TableLook): string {
  const columns = [
    { title: '', align: 'left' as const },
    ...forecast.profiles.map(({ name }) => ({ title: name })),
  ];
  const rows = ROWS.map(({ title, of }) => [
    title,
    ...forecast.profiles.map((profile) => of(profile, forecast)),
  ]);
  return table(columns, rows, look);
}

function changedLines({ profiles }: Forecast, width: number): string[] {
  return profiles.flatMap(({ name, doc, changed }) => [
    '',
    paragraph(doc === '' ? name : `${name}: ${doc}`, width, 2),
    ...(changed.length === 0 ? ['  all settings as by default'] : []),
    ...changed.map((one) => {
      const head = `${one.setting} ${String(one.value)} instead of ${String(one.default)}`;
      return `  ${paragraph(`${head}: ${one.doc}`, width, 4)}`;
    }),
  ]);
}

function notesLines({ profiles, warnings }: Forecast, width: number, color: boolean): string[] {
  const paint = paintWith(color);
  // What holds for several profiles is said once.
  const said = new Map<string, { readonly kind: NoteKind; readonly names: string[] }>();
  for (const { name, notes } of profiles) {
    for (const { kind, text } of notes) {
      const before = said.get(text);
      if (before === undefined) said.set(text, { kind, names: [name] });
      else before.names.push(name);
    }
  }
  const all = [
    ...warnings.map((text) => ({ kind: 'idle' as const, text })),
    ...[...said].map(([text, { kind, names }]) => ({ kind, text: `${names.join(', ')}: ${text}` })),
  ];
  if (all.length === 0) return [];
  const rank = { risk: 0, cost: 1, idle: 2 };
  all.sort((one, other) => rank[one.kind] - rank[other.kind]);
  const lines = all.map(({ kind, text }) => {
    const mark = kind === 'risk' ? paint.yellow('!') : '·';
    return `${mark} ${paragraph(text, width, 2)}`;
  });
  return [`\n${paint.bold('Worth knowing')} (! for what may cost records)`, ...lines];
}

function besideLines({ besides }: Forecast, width: number, bold: (text: string) => string): string[] {
  if (besides.length === 0) return [];
  const lines = besides.map(({ flag, text }) => `· ${paragraph(`${flag}: ${text}`, width, 2)}`);
  return [`\n${bold('Besides')}`, ...lines];
}

function exampleLines({ name, examples }: SourceForecast, width: number): string[] {
  return examples.map(({ key, value }) => {
    const line = `${name}  ${key ?? 'no key'}  ${value ?? 'tombstone'}`;
    return line.length > width ? `${line.slice(0, width - 1)}…` : line;
  });
}
