import { expect, it } from 'vitest';
import * as api from '../../src/index.js';

it('exports exactly the names that users may rely on', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "EventmillError",
      "Histogram",
      "aliasTable",
      "createRandom",
      "defineGenerator",
      "loadProfile",
      "loadProfiles",
      "loadWorkload",
      "run",
      "startRun",
      "systemClock",
    ]
  `);
});
