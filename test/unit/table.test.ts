import { expect, it } from 'vitest';
import { table } from '../../src/table.js';

const COLUMNS = [{ title: 'name', align: 'left' }, { title: 'size' }] as const;
const ROWS = [
  ['one', '1'],
  ['seventeen', '17,000'],
];

it('aligns words left and numbers right without frames, and leaves no blanks at line ends', () => {
  expect(table(COLUMNS, ROWS, { framed: false, color: false })).toBe(
    ['name         size', 'one             1', 'seventeen  17,000'].join('\n'),
  );
});

it('draws frames on a terminal', () => {
  const text = table(COLUMNS, ROWS, { framed: true, color: false, width: 80 });
  expect(text).toContain('│ seventeen │ 17,000 │');
  expect(text.split('\n')).toHaveLength(6);
});

it('leaves out the frame when only that is too wide', () => {
  const text = table(COLUMNS, ROWS, { framed: true, color: false, width: 18 });
  expect(text).toBe(table(COLUMNS, ROWS, { framed: false, color: false }));
});

it('becomes cards, each line within the width, when a row does not fit', () => {
  const text = table(COLUMNS, ROWS, { framed: true, color: false, width: 16 });
  expect(text).toBe(['one', '  size  1', 'seventeen', '  size  17,000'].join('\n'));
});

it('holds no escapes without colours, and some with them', () => {
  for (const framed of [true, false]) {
    expect(table(COLUMNS, ROWS, { framed, color: false })).not.toContain('\u001B');
    expect(table(COLUMNS, ROWS, { framed, color: true })).toContain('\u001B[1m');
  }
});
