import { createContext, runInContext } from 'node:vm';
import { expect, it } from 'vitest';
import { chartTexts } from '../../../src/charts/library.js';

it('is a script that defines the library, and a style for it', () => {
  const { script, style } = chartTexts();
  expect(runInContext(`${script}; typeof uPlot`, createContext({}))).toBe('function');
  expect(style).toContain('.uplot');
});

it('can stand inside a page, and asks nothing of other sites', () => {
  const { script, style } = chartTexts();
  expect(script).not.toMatch(/<\/script|<!--/i);
  expect(style).not.toMatch(/<\/style|url\(|@import/i);
  expect(script).not.toMatch(/fetch\(|XMLHttpRequest|import\(/);
});
