/** For `--quiet`. */
import type { ReporterPart } from '../types.js';

const none: ReporterPart = {
  doc: 'Shows nothing; errors still go to stderr.',
  create: () => ({ start() {}, tick() {}, end() {} }),
};
export default none;
