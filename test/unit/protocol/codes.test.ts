import { describe, expect, test } from 'vitest';
import {
  CODES,
  errorCode,
  errorInfo,
  errorName,
  isRetriable,
  KAFKA_ERRORS,
} from '../../../src/protocol/codes.js';
import { API_KEYS, apiName } from '../../../src/protocol/keys.js';

describe('error codes', () => {
  test('run from -1 to 133 without a gap, each once, each with a sentence', () => {
    expect(KAFKA_ERRORS.map(({ code }) => code)).toEqual(
      Array.from({ length: 135 }, (_, index) => index - 1),
    );
    expect(KAFKA_ERRORS.filter(({ text }) => !/^[A-Za-z].*[a-z).]\.$/.test(text))).toEqual([]);
  });

  test('are looked up by code and by name', () => {
    expect(errorName(6)).toBe('NOT_LEADER_OR_FOLLOWER');
    expect(isRetriable(6)).toBe(true);
    expect(isRetriable(10)).toBe(false);
    expect(errorCode('MESSAGE_TOO_LARGE')).toBe(CODES.MESSAGE_TOO_LARGE);
    expect(errorCode('toString')).toBeUndefined();
  });

  test('of the future have a name and a sentence too, and are not retried', () => {
    expect(errorInfo(999)).toMatchObject({ name: 'ERROR_999', retriable: false });
    expect(errorInfo(999).text).toContain('999');
  });

  test('API keys have names back', () => {
    expect(apiName(API_KEYS.Produce)).toBe('Produce');
    expect(apiName(99)).toBe('API 99');
  });
});
