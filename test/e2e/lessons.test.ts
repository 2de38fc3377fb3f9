/** docs/lessons.md, lesson by lesson: its command is run as it stands there, and what it says compared with what is shown. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectation } from '../support/expectation.js';
import { run } from '../support/tools.js';
import { cliPath } from '../support/tools-cli.js';

interface Lesson {
  readonly title: string;
  readonly command: string;
  readonly expected: readonly string[];
}

const LESSON = /^## \d+\. (.+)\n\n```sh\n([\s\S]+?)\n```\n\n```text\n([\s\S]+?)\n```$/gm;
const page = readFileSync('docs/lessons.md', 'utf8');
const lessons: Lesson[] = [...page.matchAll(LESSON)].map(([, title, command, text]) => ({
  title: title!,
  command: command!,
  expected: text!.split('\n'),
}));

/** What a lesson is about beyond the lines that it shows: one figure against another. */
const POINTS: { readonly [title: string]: (output: string) => void } = {
  'Synchronous and asynchronous': (output) => {
    expect(figure(output, 'async', 'records/batch')).toBeGreaterThan(1);
    expect(figure(output, 'async', 'requests')).toBeLessThan(figure(output, 'sync', 'requests'));
  },
  'Batching: size and linger': (output) => {
    const of = (profile: string) => figure(output, profile, 'records/batch');
    expect(of('async')).toBeGreaterThan(of('low-latency'));
    expect(of('throughput')).toBeGreaterThan(of('async'));
  },
  Compression: (output) => {
    const of = (profile: string) => figure(output, profile, 'wire/record');
    for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) expect(of(codec)).toBeLessThan(of('async') / 2);
  },
  'kafkajs loses records without keys': (output) => {
    const [read, lost, duplicated] = readBack(output);
    expect(read).toBe(20_000 - lost + duplicated);
  },
  'kafkajs loses records although idempotent': (output) => {
    const [, lost, duplicated] = readBack(output);
    expect([lost % 100, duplicated]).toEqual([0, lost]);
  },
};

describe('docs/lessons.md', () => {
  it('has a lesson for each idea of producing, each with an explanation and something to try next', () => {
    const sections = page.split(/^## /m).slice(1);
    expect(lessons).toHaveLength(sections.length);
    expect(lessons.length).toBeGreaterThanOrEqual(16);
    for (const section of sections) expect(section).toMatch(/```\n\n(?!```)[\s\S]{200,}\n\nNext: /);
    expect(Object.keys(POINTS).filter((title) => !lessons.some((one) => one.title === title))).toEqual([]);
  });

  it('leads to each of them from its table', () => {
    const anchors = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => anchorOf(heading!));
    expect(headings.filter((heading) => !anchors.includes(heading))).toEqual([]);
    expect(anchors.filter((anchor) => !headings.includes(anchor!))).toEqual([]);
  });

  it.for(lessons.map((lesson) => [lesson.title, lesson] as const))(
    'shows %s as it is',
    { timeout: 90_000 },
    async ([title, { command, expected }]) => {
      const { code, output } = await typed(command);
      expectation(expected, output);
      const fails = expected.some((line) => line.startsWith('error:'));
      expect({ title, code }).toEqual({ title, code: fails ? 1 : 0 });
      POINTS[title]?.(output);
    },
  );
});

/** Runs what a person would paste, in a folder of its own, with the built command line in the place of `npx eventmill`. */
async function typed(command: string): Promise<{ code: number | null; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-lesson-'));
  const script = join(folder, 'lesson.sh');
  const eventmill = `"${process.execPath}" "${resolve(cliPath())}"`;
  const port = String(await freePort());
  const text = command.replaceAll('npx eventmill', eventmill).replaceAll('19092', port);
  writeFileSync(script, `cd "${folder}"\n${text}\n`);
  const env = { EVENTMILL_METRICS_PORT: 'off' };
  const { code, stdout, stderr } = await run('sh', [script], { env, timeoutMs: 80_000 });
  return { code, output: `${stdout}\n${stderr}` };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { readonly port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The number in a row under a title, of the first table that has both. */
function figure(output: string, row: string, title: string): number {
  const lines = output.split('\n');
  const at = lines.findIndex((line) => line.split(/ {2,}/).includes(title));
  const column = lines[at]!.split(/ {2,}/).indexOf(title);
  const cells = lines
    .slice(at)
    .find((line) => line.startsWith(`${row} `))!
    .split(/ {2,}/);
  return Number(cells[column]!.replaceAll(/[^\d.]/g, ''));
}

function readBack(output: string): [read: number, lost: number, duplicated: number] {
  const found = /read back ([\d,]+): ([\d,]+) lost, ([\d,]+) duplicated/.exec(output);
  const [read = -1, lost = -1, duplicated = -1] = (found ?? [])
    .slice(1)
    .map((text) => Number(text.replaceAll(',', '')));
  return [read, lost, duplicated];
}

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
