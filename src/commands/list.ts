/** `eventmill list`: what there is to name. */
import type { Command } from '../command.js';

const list: Command = {
  name: 'list',
  arguments: [
    {
      name: 'KIND',
      doc: 'generators, profiles, workloads, rates, serializers, codecs, drivers or reporters (default: all)',
      optional: true,
    },
  ],
  doc: 'list generators, profiles, workloads, rates, serializers, codecs, drivers, reporters',
  flags: [{ flags: '--no-color', doc: 'no colours (NO_COLOR does the same)' }],
  notes:
    'In a pipe the lines are plain, their columns separated by tabs. Of all kinds: kind, name, what it is. Of ' +
    'one kind: name, what it is; where its parts have options, the second to fifth column of further lines ' +
    'are option, default, unit and meaning, and the first is the name again.',
  examples: [
    ['list', 'everything'],
    ['list generators', 'generators with all their options, units and defaults'],
    ['list profiles | cut -f1', "the profiles' names, for a script"],
  ],
  async run(invocation, context) {
    const { printList } = await import('./bodies/list.js');
    return printList(invocation, context);
  },
};
export default list;
