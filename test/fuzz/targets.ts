/** All that is attacked. */
import { BROKERS } from './brokers.js';
import { CONNECTIONS } from './connections.js';
import { READERS } from './readers.js';
import type { Target } from './target.js';

export const TARGETS: readonly Target[] = [...READERS, ...CONNECTIONS, ...BROKERS];
