/** What every file in src/reporters has to do. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ReporterPart } from '../../src/types.js';
import { Output } from '../support/outputs.js';
import { snapshot } from '../support/snapshots.js';

const folder = new URL('../../src/reporters/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''));

const RUN = [
  snapshot([{ acked: 0 }], { phase: 'starting', elapsedSeconds: 0 }),
  snapshot(
    [
      { acked: 100, pending: 7 },
      { name: 'sync', acked: 20 },
    ],
    { elapsedSeconds: 1 },
  ),
  snapshot(
    [{ acked: 200, expired: 3, errors: { NEVER_MADE: 3 }, retriesByCode: { NOT_LEADER_OR_FOLLOWER: 4 } }],
    {
      elapsedSeconds: 2,
    },
  ),
  snapshot([{ acked: 0, unacknowledged: 300, settings: { acks: 0 } }], {
    phase: 'flushing',
    elapsedSeconds: 3,
  }),
];

describe.each(names)('reporter %s', (name) => {
  async function report(output: Output, color: boolean, over: (typeof RUN)[number][] = RUN): Promise<void> {
    const part = ((await import(`../../src/reporters/${name}.ts`)) as { default: ReporterPart }).default;
    const reporter = part.create({ output, color });
    reporter.start(over[0]!, ['sandbox on 127.0.0.1:41234']);
    for (const each of over) reporter.tick(each);
    reporter.end({ ...over.at(-1)!, phase: 'done' }, 0);
  }

  it('says in one sentence what it does', async () => {
    const part = ((await import(`../../src/reporters/${name}.ts`)) as { default: ReporterPart }).default;
    expect(part.doc).toMatch(/^[A-Z].*\.$/);
  });

  it('shows a whole run, on a terminal and elsewhere', async () => {
    for (const output of [new Output(), new Output({ columns: 100 })]) {
      await report(output, false);
      if (name !== 'none') expect(output.plain).toContain('sandbox on 127.0.0.1:41234');
      expect(output.text === '' || output.text.endsWith('\n')).toBe(true);
    }
  });

  it('leaves colours out when told to', async () => {
    const output = new Output({ columns: 100 });
    await report(output, false);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
    expect(output.text).not.toMatch(/\u001B\[[0-9;]*m/);
  });

  it('accounts for every due record at the end', async () => {
    const output = new Output();
    await report(output, false, [RUN[2]!]);
    if (name === 'none') expect(output.text).toBe('');
    else
      expect(output.plain).toContain(
        'async: 203 due = 200 acked + 0 failed + 3 expired + 0 dropped + 0 unacknowledged',
      );
  });

  it('never calls a record delivered that nobody acknowledged', async () => {
    const output = new Output();
    await report(output, false, [RUN[3]!]);
    expect(output.plain).not.toMatch(/delivered|0 acked,/);
    if (name !== 'none') expect(output.plain).toMatch(/written/);
  });

  it('shows a run without profiles and one that was interrupted', async () => {
    const part = ((await import(`../../src/reporters/${name}.ts`)) as { default: ReporterPart }).default;
    const output = new Output();
    const reporter = part.create({ output, color: false });
    reporter.start(snapshot([], { elapsedSeconds: 0 }), []);
    reporter.tick(snapshot([], { elapsedSeconds: 1 }));
    reporter.end(snapshot([], { phase: 'done' }), 130);
    if (name !== 'none') expect(output.plain).toContain('Interrupted');
  });
});
