/** `eventmill score`: a consumer's handling of disorder against the manifest. */
import type { Command } from '../command.js';

const score: Command = {
  name: 'score',
  doc: 'tell how much of the disorder in a manifest a consumer has caught',
  arguments: [{ name: 'CLAIMS', doc: "the consumer's JSON lines, or - for standard input", several: true }],
  flags: [
    { flags: '--manifest <FILE>', doc: 'what `run --disorder … --manifest FILE` wrote' },
    {
      flags: '--accepted',
      doc: 'the claims name the events that it took for good, not those that it caught',
    },
    { flags: '--profile <NAME>', doc: 'whose events it has read, where the manifest has those of several' },
    {
      flags: '--least <P>',
      doc: 'fail with exit 1 unless this share was caught, and as much of what was caught deserved it: 99%',
    },
    { flags: '--json', doc: 'print the figures as JSON' },
    { flags: '--no-color', doc: 'no colours (NO_COLOR does the same)' },
  ],
  notes:
    'A claim is a JSON object a line: {"id":"0e58…"}, the header eventmill-disorder-id, or {"key":"S010-000001","sequence":1} ' +
    'with "source" or "topic" where several have such keys; with "disorder", what the event is held for, being wrong about ' +
    'that is told too. With --accepted, a duplicate is caught when only one of its copies was taken, and what never came is ' +
    'left out. Exit codes: 0, 1 less than --least, 2 the files are not what they should be.',
  examples: [
    ['score --manifest truth.jsonl caught.jsonl', 'caught, mistaken, missed and false alarms by kind'],
    [
      'score --manifest truth.jsonl --accepted accepted.jsonl --least 99%',
      'in CI: at most 1 % may slip through',
    ],
  ],
  async run(invocation, context) {
    const { scoreCommand } = await import('./bodies/score.js');
    return scoreCommand(invocation, context);
  },
};
export default score;
