/** The settings as tables in Markdown, docs/settings.md, rendered from the schemas so that they cannot go stale unseen. */
import { flagName, variableName } from './environment.js';
import { formatBytes } from './formats.js';
import { PROFILE_SCHEMA } from './profile-settings.js';
import { RUN_SCHEMA } from './run-settings.js';
import type { Setting } from './schema.js';

/** The whole of docs/settings.md. */
export function renderSettings(): string {
  return `# Settings

This page is generated from the schemas in \`src/config\`; \`UPDATE_DOCS=1 npx vitest run test/unit/config\` writes it anew.

## Profile settings

A profile, a JSON file in \`config/profiles\` or anywhere by path, says how events are sent. It holds only what differs
from these defaults, and \`doc\`, one sentence about itself. \`--set NAME=VALUE\` changes a setting in all profiles of a
run. Names that end in \`Ms\` take a number of milliseconds or a duration with its unit (\`"20ms"\`, \`"1m30s"\`), names
that end in \`Bytes\` a number of bytes or a size (\`"64KiB"\`, \`"1MB"\`).

| Setting | Default | Unit | Takes | Kafka's name | Meaning |
|---|---|---|---|---|---|
${rows(PROFILE_SCHEMA, profileRow)}

## Run settings

Flags win over environment variables, which win over files, which win over defaults. Where a flag can be repeated, its
variable takes the values in a row, parted by commas (\`EVENTMILL_SANDBOX_FAULT\`: by spaces). A variable that is set
and empty counts as not set, and an unknown one that begins with \`EVENTMILL_\` is a mistake.

| Flag | Variable | Default | Takes | Meaning |
|---|---|---|---|---|
${rows(RUN_SCHEMA, runRow)}
`;
}

function rows(schema: object, row: (key: string, setting: Setting<unknown>) => readonly string[]): string {
  const entries = Object.entries(schema) as [string, Setting<unknown>][];
  return entries.map(([key, setting]) => `| ${row(key, setting).map(cell).join(' | ')} |`).join('\n');
}

function profileRow(key: string, setting: Setting<unknown>): readonly string[] {
  const size = setting.unit === 'bytes' && typeof setting.default === 'number';
  const shown = size
    ? `${setting.default} (${formatBytes(Number(setting.default))})`
    : String(setting.default);
  const kafka = setting.kafka?.split(', ').map(code).join(', ');
  return [code(key), shown, setting.unit ?? '', setting.format.takes, kafka ?? '', setting.doc];
}

function runRow(key: string, setting: Setting<unknown>): readonly string[] {
  const { default: byDefault } = setting;
  const none = byDefault === undefined || (Array.isArray(byDefault) && byDefault.length === 0);
  return [
    code(flagName(key)),
    code(variableName(key)),
    none ? '' : String(byDefault),
    setting.format.takes,
    setting.doc,
  ];
}

const code = (text: string) => `\`${text}\``;
const cell = (text: string) => text.replaceAll('|', '\\|');
