/** Graphs as repositories write them: what they are, what is wrong with them, and that they are worked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/core/graph/graph.ts';
import { graphFor, writtenGraphs } from '../../../src/core/graph/graph-file.ts';
import { mermaid, textPicture } from '../../../src/core/graph/graph-picture.ts';
import { dryRun, forPull } from '../../../src/core/graph/graphs.ts';
import { RepositoryConfigFile } from '../../../src/core/repository-config/repository-config.ts';
import { task } from '../../../src/core/task/decider.ts';
import { evolve } from '../../../src/core/task/evolve/evolve.ts';
import { NO_TASK, type Run, type TaskState } from '../../../src/core/task/state/state.ts';
import { parseYaml } from '../../../src/engine/policies/yaml-text.ts';
import {
  created,
  decided,
  NOW,
  produced,
  readied,
  red,
  sha,
  started,
  work,
} from '../task/given.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/graphs.md'), 'utf8');

const read = (text: string) => parseYaml('gatehouse.yml', text, RepositoryConfigFile);
const graphs = (text: string) => {
  const parsed = read(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.value.graphs ?? {};
};

/** The fenced block of this language after the mark of that graph. */
const block = (name: string, language: string): string => {
  const [, after = ''] = PAGE.split(`<!-- graph: ${name} -->`);
  return after.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '';
};
const documented = (name: string): Graph => {
  const graph = graphFor(graphs(block(name, 'yaml')), 'fix');
  if (typeof graph === 'string') throw new Error(`${name} is not written out`);
  return graph;
};

/** What a run comes to, where it is not a success without anything to say. */
type Ends = Partial<Record<string, Parameters<typeof produced>[1] | 'red'>>;

/** Works the graph until nothing is under way any more; each run ends as `ends` says by its id. */
function worked(graph: Graph, ends: Ends = {}) {
  let state: TaskState = NO_TASK;
  const tell = (command: Parameters<typeof task.decide>[1]) => {
    const result = task.decide(state, command, { now: NOW, jitter: 0.5, effect: null });
    if (!result.ok) throw new Error(result.refusal.message);
    for (const event of result.events)
      state = evolve(state, event, { seq: state.version + 1, at: NOW });
  };
  const commands = { test: ['npm', 'test'] };
  const environments = { preview: {}, staging: {} };
  const config = { commands, environments, remediate: { ci: true, reviews: true } };
  tell(created({ graph, config }));
  tell(decided('task.start', 'allow'));
  const queued = () => state.runs.find(run => run.state === 'queued');
  for (let run = queued(); run; run = queued()) {
    tell(decided('run.start', 'allow', run.id));
    if (run.executor.kind === 'builtin' && run.purpose === 'step') builtIn(run);
    else {
      // Gatehouse itself joins, from the moment it may.
      if (run.executor.kind !== 'builtin') tell(started(run.id));
      const end = ends[run.id] ?? (keeps(run) ? { work: work('b') } : {});
      tell(end === 'red' ? produced(run.id, {}, red) : produced(run.id, end));
      if (state.runs.find(({ id }) => id === run.id)?.state === 'running')
        tell(decided('patch.accept', 'allow', run.id));
    }
  }
  return { state, order: state.runs.map(({ id }) => id) };

  function keeps({ step, purpose }: Run): boolean {
    const spec = graph.steps.find(({ id }) => id === step);
    return (
      purpose !== 'step' || (spec !== undefined && 'keepsChanges' in spec && spec.keepsChanges)
    );
  }

  function builtIn({ id, executor }: Run): void {
    const builtin = executor.kind === 'builtin' ? executor.builtin : null;
    if (builtin === 'publish') {
      const branch = 'gatehouse/issue-1';
      tell({ type: 'pushed', run: id, branch, sha: sha('c'), tree: sha('b'), was: null });
      tell({ type: 'pull_opened', run: id, number: 2, nodeId: 'PR_2', head: sha('c') });
    } else if (builtin === 'accept') {
      const address = 'https://pr-2.preview.example.com';
      tell({ type: 'acceptance_judged', run: id, address, results: [] });
    } else if (builtin === 'deploy') {
      tell(decided('deploy', 'allow', id));
      const data = { run: id, environment: 'staging', commit: sha('d'), deployment: 7 };
      tell({ type: 'deployment_started', data: { ...data, workflowRun: null, link: null } });
      const seen = { state: 'success' as const, detail: '', link: null, address: null };
      tell({ type: 'deployment_seen', run: id, seen });
    } else {
      tell(readied(id));
      tell({ type: 'merged', commit: sha('d'), head: sha('c'), by: 'gatehouse' });
    }
  }
}

const touching = (path: string | null, asked: string[]) => ({
  work: work('b'),
  touched: Object.fromEntries(
    asked.map(pattern => [pattern, pattern === path ? ('all' as const) : ('none' as const)]),
  ),
});
const blocking = (count: number) => ({
  handover: {
    schema: 'review.v1',
    digest: `sha256:${'4'.repeat(64)}`,
    fields: { blocking: count },
  },
});

describe('the graphs of docs/graphs.md', () => {
  it.each(['library', 'service', 'monorepo'])('%s is drawn as the page shows it', name => {
    const graph = documented(name);
    expect(['fix', ...textPicture(graph), ''].join('\n')).toBe(block(name, 'text'));
    for (const { id } of graph.steps) expect(mermaid(graph)).toContain(`["${id}<br/>`);
    expect(worked(graph).state.status).toBe('success');
  });

  it('library: findings and a red test go back to the author, and documentation needs no tests', () => {
    const graph = documented('library');
    const { state, order } = worked(graph, { 'test-1-1': 'red', 'review-1-1': blocking(2) });
    expect(state.status).toBe('success');
    expect(order).toEqual([
      ...['install-1-1', 'author-1-1', 'lint-1-1', 'test-1-1'],
      ...['author-1-2', 'lint-1-2', 'test-1-2', 'review-1-1'],
      ...['author-1-3', 'lint-1-3', 'test-1-3', 'review-1-2', 'publish-1-1', 'merge-1-1'],
    ]);
    const docs = worked(graph, { 'author-1-1': touching('docs', ['docs']) });
    expect(docs.state.steps.test?.status).toBe('skipped');
    const never = worked(graph, {
      'review-1-1': blocking(1),
      'review-1-2': blocking(1),
      'review-1-3': blocking(1),
    });
    expect(never.state.question?.text).toMatch(/has sent the work back to author 2 times/);
  });

  it('service: the contract is checked where the API changes, and staging is deployed after the merge', () => {
    const graph = documented('service');
    const asked = ['api'];
    const inside = worked(graph, { 'author-1-1': touching(null, asked) });
    expect(inside.state.steps.contract?.status).toBe('skipped');
    const api = worked(graph, {
      'author-1-1': touching('api', asked),
      'contract-1-1': 'red',
      'author-1-2': touching('api', asked),
    });
    expect(api.order.slice(-5)).toEqual([
      ...['publish-1-1', 'accept-1-1', 'merge-1-1', 'deploy-1-1', 'accept-staging-1-1'],
    ]);
    expect(api.state.status).toBe('success');
    const broken = { 'author-1-1': touching('api', asked), 'contract-1-1': 'red' as const };
    const failed = worked(graph, {
      ...broken,
      'author-1-2': touching('api', asked),
      'contract-1-2': 'red',
    });
    expect(failed.state).toMatchObject({ status: 'failure', pull: null });
  });

  it('monorepo: packages are tested side by side where they change, and the slow test keeps nothing back', () => {
    const graph = documented('monorepo');
    const paths = ['packages/api', 'packages/shared', 'packages/web'];
    const { state, order } = worked(graph, {
      'author-1-1': touching('packages/web', paths),
      'icons-1-1': touching(null, paths),
      'e2e-1-1': 'red',
    });
    expect(state.status).toBe('success');
    expect(state.steps.api?.status).toBe('skipped');
    expect(order.slice(1)).toEqual([
      ...['author-1-1', 'icons-1-1'],
      // What the two did is joined before the first step that stands on both.
      ...['web-1-1', 'web-1-2', 'e2e-1-1', 'review-1-1'],
      ...['publish-1-1', 'merge-1-1'],
    ]);
    const wrong = worked(graph, {
      'author-1-1': touching('packages/api', paths),
      'icons-1-1': touching(null, paths),
      'api-1-2': 'red',
    });
    expect(wrong.state).toMatchObject({
      status: 'failure',
      reason: expect.stringMatching(/^api: /),
    });
  });

  it('end with what Gatehouse may not do on the pull request of somebody else, and in a dry run', () => {
    const graph = documented('service');
    const ids = (of: Graph) => of.steps.map(({ id }) => id);
    expect(ids(forPull(graph, { fork: false })).at(-1)).toBe('accept');
    expect(ids(forPull(graph, { fork: true })).at(-1)).toBe('contract');
    expect(ids(dryRun(graph))).toEqual(['install', 'reproduce', 'author']);
  });
});

describe('a command picks its graph', () => {
  const text = 'graphs:\n  fix: quick\n  lint: test\n  quick: { steps: [{ agent: author }] }\n';
  it('by its own name, or by that of another graph, of Gatehouse also', () => {
    expect(graphFor(graphs(text), 'fix')).toMatchObject({ name: 'quick', reworkFrom: 'author' });
    expect(graphFor(graphs(text), 'lint')).toBe('test');
    expect(graphFor(graphs(text), 'test')).toBe('test');
    expect(graphFor(graphs(''), 'fix')).toBe('fix');
    expect(writtenGraphs(graphs(text)).map(({ name }) => name)).toEqual(['quick']);
  });
});

describe('every fault of a graph is told at its line', () => {
  const fix = (...steps: string[]) => ['graphs:', '  fix:', '    steps:', ...steps].join('\n');
  type Case = [what: string, text: string, faults: [line: number, message: RegExp][]];
  it.each<Case>([
    [
      'a step that says nothing',
      fix('      - {}'),
      [[4, /must say what works, by one of `command`/]],
    ],
    [
      'a step that says two things',
      fix('      - { agent: a, command: b }'),
      [[4, /must say what works/]],
    ],
    [
      'what is no step',
      fix('      - publsh'),
      [[4, /must be `publish`, `merge`, or say what works/]],
    ],
    [
      'an unknown key',
      fix('      - agent: author', '        whenn: x'),
      [[5, /whenn: unknown key.*when/]],
    ],
    [
      'what goes with others',
      fix('      - command: test', '        reads_only: true'),
      [[5, /is for a step with `agent`/]],
    ],
    [
      'more than steps in a parallel',
      fix('      - when: labels', '        parallel: [{ command: a }, { command: b }]'),
      [[4, /is for a step with/]],
    ],
    [
      'a parallel in a parallel',
      fix('      - parallel: [{ command: a }, { parallel: [] }]'),
      [
        [4, /parallel: unknown key/],
        [4, /must say what works/],
      ],
    ],
    [
      'conditions that can not be read, and names that are not there',
      fix(
        '      - agent: author',
        '        when: touches(docs)',
        '      - command: test',
        '        needs: [nobody]',
      ),
      [
        [7, /needs "nobody", which does not exist/],
        [5, /can't be read/],
      ],
    ],
    [
      'the same name twice',
      fix('      - command: test', '      - command: test'),
      [[5, /stands twice: give one of them another `id`/]],
    ],
    [
      'a field that no agent hands over',
      fix(
        '      - agent: reviewer',
        '        reads_only: true',
        '        loop: { back_to: reviewer, at_most: 1, when: steps.reviewer.blockin > 0 }',
        '      - command: test',
        '        when: not (steps.reviewer.verdict == "x") and steps.reviewer.blocker > 0',
      ),
      [
        [6, /goes back to "reviewer", on which it does not stand/],
        [6, /the loop of "reviewer" asks for "blockin" of "reviewer", .*did you mean "blocking"/],
        [8, /the condition of "test" asks for "blocker" of "reviewer"/],
      ],
    ],
    [
      'a field that no command hands over, and one of what Gatehouse does itself',
      fix(
        '      - command: test',
        '      - command: e2e',
        '        when: steps.test.blocking > 0 or steps.test.exitcode == 1',
        '      - agent: author',
        '      - publish',
        '      - command: told',
        '        when: steps.publish.number > 1 and steps.author.files > 1 and steps.test.ok',
      ),
      [
        [6, /"blocking" of "test", which hands over outcome, ok, exitCode, tests, problems$/],
        [6, /"exitcode" of "test", .*did you mean "exitCode"/],
        [10, /"number" of "publish", which hands over outcome$/],
      ],
    ],
    [
      'a circle',
      fix('      - command: a', '        needs: [b]', '      - command: b', '        needs: [a]'),
      [[5, /in a circle: a, b/]],
    ],
    [
      'a loop to nowhere',
      fix('      - command: a', '        loop: { back_to: b, at_most: 1 }'),
      [[5, /goes back to "b", which does not exist/]],
    ],
    [
      'a loop without an end',
      fix('      - agent: b', '      - command: a', '        loop: { back_to: b, at_most: 99 }'),
      [[6, /at_most: must be at most /]],
    ],
    [
      'a change after the push',
      fix('      - agent: a', '      - publish', '      - agent: b'),
      [[6, /after it was published, which nobody would get/]],
    ],
    [
      'a merge of nothing',
      fix('      - merge'),
      [[4, /merges what no step that it needs has published/]],
    ],
    [
      'two pushes',
      fix('      - agent: a', '      - publish', '      - builtin: publish', '        id: again'),
      [[6, /the second to publish/]],
    ],
    [
      'a rework from nowhere',
      fix('      - agent: a', '    rework: b'),
      [[5, /the rework begins with "b", which does not exist/]],
    ],
    ...['publish', 'merge', 'test', 'plan'].map(
      (step): Case => [
        `a rework from what changes nothing: ${step}`,
        fix(
          '      - { agent: plan, reads_only: true }',
          '      - agent: a',
          '      - command: test',
          '      - publish',
          '      - merge',
          `    rework: ${step}`,
        ),
        [[9, /which changes nothing: name a step that does, such as an agent's/]],
      ],
    ),
    [
      'a rework of what nobody publishes',
      fix(
        '      - parallel: [{ agent: a }, { agent: b }]',
        '      - { builtin: publish, needs: [b] }',
        '    rework: a',
      ),
      [[6, /"publish" does not need: nobody would get what it changes/]],
    ],
    ...['report', 'label', 'clarify', 'release'].map(
      (step): Case => [
        `a step of Gatehouse's own graphs: ${step}`,
        fix('      - agent: a', `      - builtin: ${step}`),
        [[5, /builtin: must be /]],
      ],
    ),
    [
      'a graph that nothing starts',
      'graphs:\n  other: { steps: [{ command: a }] }',
      [[2, /is started by nothing: name it after a command/]],
    ],
    ['a name of no graph', 'graphs:\n  fix: nothing', [[2, /"nothing" is no graph of steps here/]]],
    [
      'a name that every object has',
      'graphs:\n  fix: constructor',
      [[2, /"constructor" is no graph of steps here/]],
    ],
    [
      'too many steps',
      fix(
        `      - parallel: [${Array.from({ length: 30 }, (_, at) => `{ command: a${at} }`).join(', ')}]`,
        `      - parallel: [${Array.from({ length: 30 }, (_, at) => `{ command: b${at} }`).join(', ')}]`,
      ),
      [[3, /has 60 steps, and may have 40/]],
    ],
    [
      'a condition that is too long',
      fix('      - command: a', `        when: ${'not '.repeat(100)}labels`),
      [[5, /has more than 300 characters/]],
    ],
  ])('%s', (_, text, told) => {
    const parsed = read(text);
    const faults = parsed.ok ? [] : parsed.faults;
    expect(faults.map(({ line }) => line)).toEqual(told.map(([line]) => line));
    for (const [at, [, message]] of told.entries()) expect(faults[at]?.message).toMatch(message);
  });
});
