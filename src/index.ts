/** eventmill as a library: re-exports only. What stands here is what users may rely on. */
export { aliasTable } from './alias.js';
export { systemClock } from './clock.js';
export { loadProfile, loadProfiles, loadWorkload } from './config/load.js';
export { type ErrorCode, EventmillError } from './errors.js';
export { defineGenerator } from './generator.js';
export { Histogram } from './histogram.js';
export { type RunPlan, run, type SourcePlan, startRun, type WorkloadPlan } from './library.js';
export { createRandom } from './random.js';
export type { Run, RunResult } from './request.js';
export type * from './types.js';
