/** Every graph is sound whatever commands the repository has. */
import { describe, expect, it } from 'vitest';
import { graphFaults } from '../../../src/core/graph/graph-faults.ts';
import {
  dryRun,
  fixGraph,
  forPull,
  GRAPH_NAMES,
  type GraphName,
  graphNamed,
  lintGraph,
  missingCommand,
  testGraph,
  workAlone,
} from '../../../src/core/graph/graphs.ts';

const COMMANDS = { install: ['i'], lint: ['l'], test: ['t'] };
const NAMES = ['install', 'lint', 'test'] as const;
/** The step that each graph is for. */
const LEADS: Record<GraphName, string> = {
  fix: 'author',
  remedy: 'author',
  lint: 'lint',
  test: 'test',
  plan: 'plan',
  implement: 'author',
  review: 'review',
  explain: 'explain',
  triage: 'triage',
};
/** All eight choices of the three. */
const CHOICES = Array.from({ length: 8 }, (_, bits) => NAMES.filter((_, at) => bits & (1 << at)));

describe.each(CHOICES.map(names => ({ names: names.join(' ') || 'nothing', has: names })))(
  'a repository with $names',
  ({ has }) => {
    const commands = Object.fromEntries(has.map(name => [name, COMMANDS[name]]));
    it.each([fixGraph, lintGraph, testGraph])('%o', graph => {
      const { steps } = graph(commands);
      for (const name of has.filter(name => name === 'lint' || name === 'test'))
        if (graph === fixGraph) expect(steps.map(step => step.id)).toContain(name);
    });

    it.each(GRAPH_NAMES)('%s is sound, also for a pull request and a dry run', name => {
      const graph = graphNamed(name, commands);
      const all = [graph, forPull(graph, { fork: true }), forPull(graph, { fork: false })];
      for (const one of [...all, ...all.map(dryRun), workAlone(graph)])
        expect(graphFaults(one)).toEqual([]);
      // A dry run says nothing on GitHub, and waits for nobody.
      expect(dryRun(graph).steps.map(({ kind }) => kind)).not.toContain('builtin');
      expect(workAlone(graph).steps.map(({ kind }) => kind)).not.toContain('builtin');
    });

    it.each(GRAPH_NAMES)('%s lacks its command, or does what it is for', name => {
      const missing = missingCommand(name, commands);
      if (missing !== null) expect([name, commands]).not.toHaveProperty(['1', missing]);
      else {
        const { steps } = graphNamed(name, commands);
        expect(steps.map(({ id }) => id)).toContain(LEADS[name]);
      }
    });
  },
);

it('the work alone is all of it but what is seen outside', () => {
  const ids = (name: GraphName) => workAlone(graphNamed(name, COMMANDS)).steps.map(({ id }) => id);
  const gates = ['author', 'lint', 'test', 'review'];
  expect(ids('fix')).toEqual(['prepare', 'reproduce', ...gates]);
  expect(ids('implement')).toEqual(['plan', 'architect', 'prepare', ...gates]);
  const [, architect] = workAlone(graphNamed('implement', COMMANDS)).steps;
  expect(architect?.needs).toEqual(['plan']);
});

it.each([
  ['fix', 'ask_human'],
  ['implement', 'continue'],
] as const)(
  'what blocks in a review of %s goes back to the author twice, then: %s',
  (name, then) => {
    const review = graphNamed(name, { test: ['x'] }).steps.find(({ id }) => id === 'review');
    expect(review).toMatchObject({
      loop: { backTo: 'author', atMost: 2, when: 'steps.review.blocking > 0' },
      onFailure: then,
    });
  },
);
