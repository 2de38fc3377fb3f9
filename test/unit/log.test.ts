import { expect, it } from 'vitest';
import { createLog, LOG_LEVELS, type LogLevel } from '../../src/log.js';

function written(level: LogLevel): string[] {
  const lines: string[] = [];
  const log = createLog(level, (line) => lines.push(line));
  for (const own of LOG_LEVELS) log[own](own);
  return lines;
}

it('passes on what is as grave as its level or graver', () => {
  expect(written('error')).toEqual(['error: error']);
  expect(written('warn')).toEqual(['error: error', 'warning: warn']);
  expect(written('info')).toEqual(['error: error', 'warning: warn', 'info']);
  expect(written('debug')).toEqual(['error: error', 'warning: warn', 'info', 'debug: debug']);
});

it('marks each line of a message with several mistakes', () => {
  const lines: string[] = [];
  createLog('info', (line) => lines.push(line)).error('first\nsecond');
  expect(lines).toEqual(['error: first', 'error: second']);
});
