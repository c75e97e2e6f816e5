/** Every graph is sound whatever commands the repository has. */
import { describe, expect, it } from 'vitest';
import { graphFaults } from '../../src/core/graph-faults.ts';
import {
  fixGraph,
  GRAPH_NAMES,
  graphNamed,
  lintGraph,
  missingCommand,
  testGraph,
} from '../../src/core/graphs.ts';

const COMMANDS = { install: ['i'], lint: ['l'], test: ['t'] };
const NAMES = ['install', 'lint', 'test'] as const;
/** All eight choices of the three. */
const CHOICES = Array.from({ length: 8 }, (_, bits) => NAMES.filter((_, at) => bits & (1 << at)));

describe.each(CHOICES.map(names => ({ names: names.join(' ') || 'nothing', has: names })))(
  'a repository with $names',
  ({ has }) => {
    const commands = Object.fromEntries(has.map(name => [name, COMMANDS[name]]));
    it.each([fixGraph, lintGraph, testGraph])('%o', graph => {
      const { steps } = graph(commands);
      expect(graphFaults(graph(commands))).toEqual([]);
      for (const name of has.filter(name => name === 'lint' || name === 'test'))
        if (graph === fixGraph) expect(steps.map(step => step.id)).toContain(name);
    });

    it.each(GRAPH_NAMES)('%s lacks its command, or does what it is for', name => {
      const missing = missingCommand(name, commands);
      if (missing !== null) expect([name, commands]).not.toHaveProperty(['1', missing]);
      else {
        const { steps } = graphNamed(name, commands);
        expect(steps.map(({ id }) => id)).toContain(name === 'fix' ? 'author' : name);
      }
    });
  },
);
