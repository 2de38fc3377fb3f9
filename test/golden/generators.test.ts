/** What seed 1 yields, frozen: a change here changes everybody's data, and belongs in the CHANGELOG. */
import { describe, expect, it } from 'vitest';
import { listParts } from '../../src/parts.js';
import { openNamed, SIMULATED, take } from '../support/feeds.js';

/** One that replays a file has neither a model nor a seed; generators-replay.test.ts says what it keeps to. */
const MODELS = listParts('generators').filter((name) => name !== 'replay');

describe.each(MODELS)('generator %s', (name) => {
  it('yields the same first events for seed 1 as ever', async () => {
    const events = take(await openNamed(name, { time: SIMULATED }), 12);
    await expect(`${JSON.stringify(events, null, 2)}\n`).toMatchFileSnapshot(`generators.${name}.json`);
  });

  it('yields the same later events for seed 1 as ever', async () => {
    const events = take(await openNamed(name, { time: SIMULATED }), 100_000);
    await expect(`${JSON.stringify(events.slice(-3), null, 2)}\n`).toMatchFileSnapshot(
      `generators.${name}.later.json`,
    );
  });
});
