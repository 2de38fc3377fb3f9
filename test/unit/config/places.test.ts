import { describe, expect, it } from 'vitest';
import {
  parseBrokers,
  parseHostPort,
  parsePair,
  parseRateFlag,
  parseTime,
  parseTopic,
} from '../../../src/config/formats.js';

describe('brokers', () => {
  it.each([
    ['localhost:9092', { host: 'localhost', port: 9092 }],
    ['kafka-1.example.com:19092', { host: 'kafka-1.example.com', port: 19092 }],
    ['[::1]:9092', { host: '::1', port: 9092 }],
    ['[fe80::1%eth0]:9092', { host: 'fe80::1%eth0', port: 9092 }],
    ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
  ])('reads %s', (raw, value) => {
    expect(parseHostPort(raw)).toEqual({ value });
  });

  it.each([
    ['localhost', 'add the port: localhost:9092'],
    ['localhost:', 'add the port: localhost:9092'],
    ['::1', 'put an IPv6 address in brackets'],
    ['fe80::1:9092', 'put an IPv6 address in brackets'],
    ['kafka://localhost:9092', 'leave out the scheme'],
    ['localhost:70000', 'a port lies between 1 and 65535'],
    ['localhost:0', 'a port lies between 1 and 65535'],
  ])('refuses %s and says: %s', (raw, remedy) => {
    expect(parseHostPort(raw)).toMatchObject({ remedy });
  });

  it('reads a list into one way of writing, each broker once', () => {
    expect(parseBrokers('a:1, b:2,a:1')).toEqual({ value: ['a:1', 'b:2'] });
    expect(parseBrokers('a:1,,b:2')).toHaveProperty('problem');
    expect(parseBrokers('')).toHaveProperty('problem');
  });
});

describe('topics', () => {
  it.each(['a', 'stock_price_updates', 'A.b-c_9', 'x'.repeat(249)])('takes %s', (raw) => {
    expect(parseTopic(raw)).toEqual({ value: raw });
  });

  it.each(['', '.', '..', 'a b', 'a/b', 'é', 'x'.repeat(250), null])('refuses %j as Kafka does', (raw) => {
    expect(parseTopic(raw)).toHaveProperty('problem');
  });

  it('offers a name that Kafka would take', () => {
    expect(parseTopic('my orders')).toMatchObject({ remedy: 'perhaps my_orders' });
  });
});

describe('times', () => {
  const now = Date.UTC(2026, 0, 31, 12, 0, 0, 5) + 0.25;

  it.each([
    ['now', Date.UTC(2026, 0, 31, 12, 0, 0, 5)],
    ['-30d', Date.UTC(2026, 0, 1, 12, 0, 0, 5)],
    ['+1h', Date.UTC(2026, 0, 31, 13, 0, 0, 5)],
    ['2024-01-02', Date.UTC(2024, 0, 2)],
    ['2024-01-02T09:30', Date.UTC(2024, 0, 2, 9, 30)],
    ['2024-01-02T09:30:15.5Z', Date.UTC(2024, 0, 2, 9, 30, 15, 500)],
    ['2024-01-02T09:30:00-05:00', Date.UTC(2024, 0, 2, 14, 30)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
  ])('reads %s, in UTC unless it says otherwise', (raw, value) => {
    expect(parseTime(raw, now)).toEqual({ value });
  });

  it.each([
    '2023-02-29',
    '2024-13-01',
    '2024-01-02T25:00',
    '2024-01-02T09:30+19:00',
    'yesterday',
    '-30',
    '',
    5,
  ])('refuses %j', (raw) => {
    expect(parseTime(raw, now)).toHaveProperty('problem');
  });

  it('knows that a bare duration was probably meant to lie in the past', () => {
    expect(parseTime('30d', now)).toMatchObject({ remedy: 'for a time before now write -30d' });
  });
});

describe('pairs', () => {
  it('parts at the first equals sign', () => {
    expect(parsePair('a=b=c')).toEqual({ value: { name: 'a', value: 'b=c' } });
  });

  it.each(['a', '=b', 'a=', ' = '])('refuses %j', (raw) => {
    expect(parsePair(raw)).toHaveProperty('problem');
  });

  it('reads rates with and without a source', () => {
    expect(parseRateFlag('500/s')).toEqual({ value: { value: 500 } });
    expect(parseRateFlag('stock=max')).toEqual({ value: { source: 'stock', value: 'max' } });
    expect(parseRateFlag('stock=5')).toHaveProperty('problem');
  });
});
