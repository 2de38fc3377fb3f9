/** eventmill as a library: re-exports only. What stands here is what users may rely on. */
export { systemClock } from './clock.js';
export { loadProfile, loadProfiles, loadWorkload } from './config/load.js';
export { type ErrorCode, EventmillError } from './errors.js';
export { defineGenerator } from './generator.js';
export { Histogram } from './histogram.js';
export { createRandom } from './random.js';
export type { Run, RunRequest, RunResult } from './request.js';
export { run, startRun } from './run.js';
export type * from './types.js';
