/** `eventmill calibrate`: what this machine can do at most. */
import type { Command } from '../command.js';

const calibrate: Command = {
  name: 'calibrate',
  doc: "this machine's own ceilings: generators, pipeline, sandbox, codecs, event loop; needs no broker",
  flags: [
    { flags: '--generator <A,B>', doc: 'which generators, names or paths (default: stock,pizza)' },
    { flags: '--rounds <N>', doc: 'so many rounds, of which the medians count (default: 5)' },
    { flags: '--round <D>', doc: 'how long each measurement of each round takes (default: 500ms)' },
    { flags: '--json', doc: 'one JSON object, with the figures of every round' },
  ],
  notes:
    'A profile that comes near one of these figures is limited by this machine and not by its broker. Rounds are ' +
    'interleaved, after one that only warms up; a wide range between them means that the machine is busy with something else. ' +
    'Ctrl-C tells what the whole rounds so far have shown.',
  examples: [
    ['calibrate', 'the generators that come along, about a minute'],
    ['calibrate --generator ./my/generator.ts --rounds 9', 'a generator of your own, more surely'],
    ['calibrate --json', 'for a program'],
  ],
  async run(invocation, context) {
    const { calibrate: body } = await import('./bodies/calibrate.js');
    return body(invocation, context);
  },
};
export default calibrate;
