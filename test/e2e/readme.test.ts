/** The README's code, run as it stands there. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../support/tools.js';
import { eventmill } from '../support/tools-cli.js';

const readme = readFileSync('README.md', 'utf8');

function block(language: string, holding: string): string {
  const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, name]) => name === language);
  const found = blocks.find(([, , text]) => text!.includes(holding));
  if (found === undefined) throw new Error(`README.md has no ${language} block with ${holding}`);
  return found[2]!;
}

it('has a test with an embedded Kafka that passes', async () => {
  // Within the package, so that its own name leads to it.
  mkdirSync('dist/readme', { recursive: true });
  const file = 'dist/readme/embedded.test.mjs';
  writeFileSync(file, block('js', 'startSandbox'));
  const { code, stdout } = await run(process.execPath, ['--test', file]);
  rmSync('dist/readme', { recursive: true });
  expect(stdout).toMatch(/pass 1/);
  expect(code).toBe(0);
});

it('has a generator that works', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'eventmill-readme-')), 'temperatures.ts');
  writeFileSync(file, block('ts', 'defineGenerator'));
  const { code, stdout, stderr } = await eventmill(['sample', file, '--count', '3', '--envelope']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line).key).toMatch(/^room-\d$/);
});

it('has a profile and a workload that work', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-readme-'));
  writeFileSync(join(folder, 'patient.json'), block('json', 'lingerMs'));
  writeFileSync(join(folder, 'lunch.json'), block('json', '"sources"'));
  const words = ['run', join(folder, 'lunch.json'), '--profile', `async,${join(folder, 'patient.json')}`];
  const more = ['--count', '500', '--rate', 'max', '--driver', 'null', '--metrics-port', 'off'];
  const { code, stdout, stderr } = await eventmill([...words, ...more]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('patient: 500 due = 500 acked');
});

it('shows commands that the command line takes', async () => {
  const commands = [...readme.matchAll(/^npx eventmill ([^#\n]+)/gm)].map(([, words]) =>
    words!.trim().split(/\s+/),
  );
  expect(commands.length).toBeGreaterThan(3);
  for (const words of commands) {
    if (words.includes('--help') || words[0] === 'sample') expect((await eventmill(words)).code).toBe(0);
    // Each run, shortened and sent nowhere, from where nothing can be read back.
    else if (words[0] === 'run') {
      const shortened = [
        ...words.filter((word) => !/^\$/.test(word) && word !== '--verify'),
        '--driver',
        'null',
        '--duration',
        '100ms',
      ];
      const { code, stderr } = await eventmill([...shortened, '--metrics-port', 'off', '--quiet']);
      expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
    }
  }
});
