import { expect, it } from 'vitest';
import { webAddress } from '../../../src/config/web-address.js';

it.for([
  'http://localhost:9091',
  'https://mill:p%40ss@push.example.org/gateway/metrics/job/nightly',
  'http://[::1]:9091/',
])('takes %s', (address) => {
  expect(webAddress.parse(address)).toEqual({ value: address });
});

it.for(['', 'localhost:9091', 'ftp://localhost', 'http://', 'http:// x', 'http://h/?a=b', 'http://h/#a', 7])(
  'refuses %s with an example',
  (address) => {
    expect(webAddress.parse(address)).toMatchObject({
      problem: expect.stringContaining('http://localhost:9091'),
    });
  },
);

it.for([
  'ftp://mill:secret@h',
  'mill:secret@h:9091',
  'http://mill:secret/7@h',
  'http://mill:secret%@h',
  'http://mill:secret@h/?x',
])('does not show the password of %s', (address) => {
  const read = webAddress.parse(address);
  expect(read).toMatchObject({ problem: expect.stringContaining('…@h') });
  expect(JSON.stringify(read)).not.toContain('secret');
});
