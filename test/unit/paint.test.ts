import { expect, it } from 'vitest';
import { wantsColor } from '../../src/paint.js';

const terminal = { isTTY: true };

it('colours a terminal', () => expect(wantsColor(terminal, {}, true)).toBe(true));
it('does not colour a pipe', () => expect(wantsColor({}, {}, true)).toBe(false));
it('does not colour a dumb terminal', () => expect(wantsColor(terminal, { TERM: 'dumb' }, true)).toBe(false));
it('does not colour with --no-color, even when forced', () =>
  expect(wantsColor(terminal, { FORCE_COLOR: '1' }, false)).toBe(false));
it('does not colour with NO_COLOR unless that is empty', () => {
  expect(wantsColor(terminal, { NO_COLOR: '1' }, true)).toBe(false);
  expect(wantsColor(terminal, { NO_COLOR: '' }, true)).toBe(true);
});
it('colours a pipe when FORCE_COLOR asks for it', () => {
  expect(wantsColor({}, { FORCE_COLOR: '1' }, true)).toBe(true);
  expect(wantsColor(terminal, { FORCE_COLOR: '0' }, true)).toBe(false);
});
