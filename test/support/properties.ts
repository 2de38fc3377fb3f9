/**
 * Property tests draw the same cases each time, so that a failure is of the change and not of the day.
 * EVENTMILL_TEST_SEED=random (or a number) draws others: the long search is for whoever has the time.
 */
import fc from 'fast-check';

const asked = process.env['EVENTMILL_TEST_SEED'];
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked ?? 20_261_123) });
