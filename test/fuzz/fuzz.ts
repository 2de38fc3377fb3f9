/**
 * `npm run fuzz`: the same attacks as in `npm test`, with other cases each time and for as long as there is time:
 * `-- --seconds 600` for all of them together, `-- --only WORDS` for some. Ends with 1 at the first target that fails, with
 * the case shrunk and the seed that brings it back.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { TARGETS } from './targets.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    only: { type: 'string', default: '' },
    seed: { type: 'string' },
  },
});

const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds: expected a number above zero, got ${values.seconds}`);
const targets = TARGETS.filter(({ name }) => name.includes(values.only));
if (targets.length === 0)
  throw new Error(`--only: expected words out of a target's name, got ${values.only}`);

let failed = 0;
for (const { name, open } of targets) {
  const { property, close } = await open();
  const result = await fc.check(property, {
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: (seconds * 1000) / targets.length,
    markInterruptAsFailure: false,
  });
  await close();
  const rss = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(`${result.failed ? 'FAILED' : 'ok'}  ${name}: ${result.numRuns} cases, ${rss} MiB resident`);
  if (!result.failed) continue;
  failed++;
  console.log(fc.defaultReportMessage(result));
}
// A target that leaves something running would otherwise be told by nobody.
process.exitCode = failed > 0 ? 1 : 0;
