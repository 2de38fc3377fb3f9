import { describe, expect, it } from 'vitest';
import { whereThrown } from '../../src/position.js';

const stacked = (stack: string): Error => Object.assign(new Error('x'), { stack });

describe('where something was thrown', () => {
  it('is the innermost line of this file for an error of this file', () => {
    expect(whereThrown(new Error('here'))).toMatch(/position\.test\.ts:\d+$/);
  });

  it.each([
    [
      'a frame with a function',
      'Error: x\n    at next (/home/me/gen.ts:12:7)\n    at run (/home/me/other.ts:1:1)',
      '/home/me/gen.ts:12',
    ],
    ['a frame of a module', 'Error: x\n    at file:///home/me/my%20gen.mjs:12:7', '/home/me/my gen.mjs:12'],
    ['a syntax error', '/home/me/gen.js:3\n  a b\n\nSyntaxError: x\n    at node:vm:1:2', '/home/me/gen.js:3'],
    [
      'frames of packages and Node',
      'Error: x\n    at f (/me/node_modules/p/i.js:1:1)\n    at node:internal/x:1:1\n    at g (/me/gen.js:2:3)',
      '/me/gen.js:2',
    ],
  ])('is found for %s', (_, stack, expected) => {
    expect(whereThrown(stacked(stack))).toBe(expected);
  });

  it('has a column for what could not be parsed, and none in a frame, where a transpiler makes it false', () => {
    const message = 'ParseError: Unexpected token\n /me/gen.ts:15:6\n    at f (/me/gen.ts:1:2)';
    expect(whereThrown(stacked(message))).toBe('/me/gen.ts:15:6');
  });

  it('is narrowed to one file', () => {
    const error = stacked('Error: x\n    at f (/me/a.ts:1:1)\n    at g (/me/b.ts:2:3)');
    expect(whereThrown(error, '/me/b.ts')).toBe('/me/b.ts:2');
    expect(whereThrown(error, '/me/c.ts')).toBeUndefined();
  });

  it.each([[undefined], ['text'], [stacked('Error: x')]])('is not known for %s', (thrown) => {
    expect(whereThrown(thrown)).toBeUndefined();
  });
});
