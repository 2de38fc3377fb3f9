import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PROFILE_SCHEMA } from '../../../src/config/profile-settings.js';
import { renderSettings } from '../../../src/config/table.js';

const PAGE = fileURLToPath(new URL('../../../docs/settings.md', import.meta.url));

it('docs/settings.md says what the schemas say (UPDATE_DOCS=1 writes it anew)', () => {
  const rendered = renderSettings();
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, rendered);
  expect(readFileSync(PAGE, 'utf8')).toBe(rendered);
});

it('every profile setting has a row of six cells with its default and its meaning', () => {
  const rows = renderSettings().split('\n');
  for (const [key, setting] of Object.entries(PROFILE_SCHEMA)) {
    const row = rows.find((line) => line.startsWith(`| \`${key}\` |`));
    expect(row?.split(/(?<!\\)\|/)).toHaveLength(8);
    expect(row).toContain(setting.doc);
    expect(row).toContain(String(setting.default));
  }
});

it('every default is one that its own format takes', () => {
  for (const [key, { default: byDefault, format }] of Object.entries(PROFILE_SCHEMA)) {
    expect(format.parse(byDefault), key).toEqual({ value: byDefault });
  }
});
