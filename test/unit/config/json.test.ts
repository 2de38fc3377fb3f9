import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/config/json.js';

describe('JSON with positions', () => {
  it.each([
    ['{\n  "acks": 1,\n}', '3:1', 'expected a key in double quotes, got }; remove the comma before it'],
    ['{\n  "acks": 1\n  "mode": 2\n}', '3:3', 'expected a comma or }, got "'],
    ['{"a": [1, 2,]}', '1:13', 'expected a value, got ]; remove the comma before it'],
    ["{'a': 1}", '1:2', "expected a key in double quotes or }, got '; write double quotes"],
    ['{a: 1}', '1:2', 'expected a key in double quotes or }, got a'],
    ['{"a" 1}', '1:6', 'expected a colon after "a", got 1'],
    ['{"a": tru}', '1:7', 'expected a value for "a", got tru'],
    ['{"a": True}', '1:7', 'expected a value for "a", got True; the words are true, false and null'],
    ['{"a": 01}', '1:7', 'expected a value for "a", got 01; write numbers as 10, 0.5 or 1e6'],
    ['// hello\n{}', '1:1', 'expected a JSON value, got /; JSON has no comments'],
    ['{"a": "b\n"}', '1:7', 'expected a closing double quote on the same line'],
    ['{"a": "\\x"}', '1:8', 'expected one of the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX, got \\'],
    ['{"a": 1, "a": 2}', '1:10', 'expected each key once, got "a" again'],
    ['{} {}', '1:4', 'expected the end of the file, got {'],
    ['', '1:1', 'expected a JSON value, got the end of the file'],
    ['{"a": {', '1:8', 'expected a key in double quotes or }, got the end of the file'],
    ['\r\n\r\n  nope', '3:3', 'expected a JSON value, got nope'],
  ])('finds the mistake in %j at %s', (text, position, problem) => {
    const parsed = parseJson(text);
    if ('value' in parsed) throw new Error('it was read');
    const { line, column } = parsed.mistake;
    expect(`${line}:${column}`).toBe(position);
    expect(parsed.mistake.problem).toBe(problem);
  });

  it('passes over a byte order mark', () => {
    expect(parseJson('\uFEFF{"a":1}')).toEqual({ value: { a: 1 } });
  });

  it('keeps __proto__ as a key like any other', () => {
    const parsed = parseJson('{"__proto__": {"polluted": true}}');
    expect('value' in parsed && Object.keys(parsed.value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('refuses nesting without end instead of running out of stack', () => {
    const parsed = parseJson('['.repeat(100_000));
    expect(parsed).toMatchObject({ mistake: { problem: 'expected at most 64 levels of nesting' } });
  });
});
