/** Says at the end of a test run, on one line each, what was skipped and how to get it. */
import type { Reporter, TestModule } from 'vitest/node';

export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      for (const line of skipped(module))
        process.stdout.write(`skipped ${module.relativeModuleId}: ${line}\n`);
    }
  }
}

/** The reasons given in one file, each once; and how many tests were skipped with none. */
function* skipped(module: TestModule): Generator<string> {
  const reasons = new Set<string>();
  let mute = 0;
  for (const test of module.children.allTests('skipped')) {
    const result = test.result();
    if (result.state === 'skipped' && result.note !== undefined) reasons.add(result.note);
    else mute += 1;
  }
  yield* reasons;
  // A file whose set-up failed skips its tests as well, but is reported as failed already.
  if (mute > 0 && module.ok()) yield `${mute} tests, without a reason`;
}
