/** The comparison as a test suite, in the XML that CI servers read: a case for each candidate and for each condition. */

import type { Report } from './types.js';
import { failuresOf, headlines } from './words.js';

interface Case {
  readonly name: string;
  readonly seconds: number;
  readonly failure?: string;
  readonly output?: string;
}

export function junit(report: Report): string {
  const lines = headlines(report);
  const candidates = report.results.map(({ candidate }, at): Case => {
    const trials = report.trials.filter((trial) => trial.candidate === candidate);
    const seconds = trials.reduce((sum, { figures }) => sum + (figures?.profile.seconds ?? 0), 0);
    const failure = trials.flatMap(failuresOf).join('\n');
    return { name: candidate, seconds, output: lines[at]!, ...(failure === '' ? {} : { failure }) };
  });
  const conditions = report.thresholds.map(
    ({ text, passed, reason }): Case =>
      passed
        ? { name: `not ${text}`, seconds: 0, output: reason }
        : { name: `not ${text}`, seconds: 0, failure: reason },
  );
  const cases = [...candidates, ...conditions];
  const failed = cases.filter(({ failure }) => failure !== undefined).length;
  const time = candidates.reduce((sum, { seconds }) => sum + seconds, 0);
  const counts = `tests="${cases.length}" failures="${failed}" errors="0" time="${time.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="eventmill compare" ${counts}>`,
    `  <testsuite name="eventmill compare" ${counts} timestamp="${report.startedAt.replace(/\.\d+Z$/, '')}">`,
    ...cases.map(element),
    ...(report.notes.length === 0
      ? []
      : [`    <system-out>${escaped(report.notes.join('\n'))}</system-out>`]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function element({ name, seconds, failure, output }: Case): string {
  const inner = [
    ...(failure === undefined
      ? []
      : [`<failure message="${escaped(failure.split('\n')[0]!)}">${escaped(failure)}</failure>`]),
    ...(output === undefined ? [] : [`<system-out>${escaped(output)}</system-out>`]),
  ];
  const head = `    <testcase classname="eventmill.compare" name="${escaped(name)}" time="${seconds.toFixed(3)}">`;
  return [head, ...inner.map((line) => `      ${line}`), '    </testcase>'].join('\n');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(FORBIDDEN, '');
}

/** Control characters that XML 1.0 has no way to write. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be left out.
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g;
