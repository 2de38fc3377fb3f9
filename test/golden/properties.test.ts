/** The oracle is Java's own reader: Properties.java beside this wrote properties.json. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseProperties } from '../../src/security/properties.js';

const golden = JSON.parse(readFileSync('test/golden/properties.json', 'utf8')) as {
  readonly file: string;
  readonly entries: { readonly [name: string]: string };
}[];

test.for(golden.map(({ file, entries }) => [JSON.stringify(file), file, entries] as const))(
  'reads %s as Java does',
  ([, file, entries]) => {
    expect(Object.fromEntries(parseProperties(Buffer.from(file, 'latin1')))).toEqual(entries);
  },
);

test('has awkward files to compare', () => {
  expect(golden.length).toBeGreaterThan(40);
});
