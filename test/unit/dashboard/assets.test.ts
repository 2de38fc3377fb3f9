import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { assets } from '../../../src/dashboard/assets.js';

const COMPILED = existsSync('dist/src/dashboard/browser/main.js');

it.runIf(COMPILED)('has every script that another one imports, and no more', () => {
  const served = assets();
  const wanted = new Set(['/assets/uplot.js', '/assets/dashboard/browser/main.js']);
  for (const path of wanted) {
    const { type, body } = served[path]!();
    expect(type).toContain('text/javascript');
    expect(body).not.toContain('sourceMappingURL');
    if (path === '/assets/uplot.js') continue;
    for (const [, from] of body.matchAll(/^import .* from '([^']+)';$/gm)) {
      expect(from).toMatch(/^\./);
      wanted.add(posix.join(posix.dirname(path), from!));
    }
  }
  expect(Object.keys(served).sort()).toEqual([...wanted].sort());
});
