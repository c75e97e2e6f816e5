/** What an agent is given to read: what belongs to its own run, and nothing that is over. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDiskArtifacts } from '../../../../src/adapters/artifacts/disk.ts';
import { steererOf } from '../../../../src/core/actor.ts';
import { stepNamed } from '../../../../src/core/graph/graph.ts';
import { ContextRules } from '../../../../src/core/handover/context-rules.ts';
import type { TaskCommand } from '../../../../src/core/task/decide/command.ts';
import { createdOf, runOf } from '../../../../src/core/task/state/state.ts';
import { contextFor } from '../../../../src/engine/attempt/reading/context.ts';
import type { Dependencies } from '../../../../src/engine/dependencies.ts';
import {
  type ArtifactName,
  type Artifacts,
  retentionOf,
} from '../../../../src/engine/ports/artifacts.ts';
import { temporaryFolder } from '../../../adapters/sandbox/temporary-folder.ts';
import { type Remote, startRemote } from '../../../adapters/workspace/remote.ts';
import {
  changed,
  decided,
  HISTORY,
  MAINTAINER,
  outcomeOf,
  produced,
  ran,
  red,
  sha,
  started,
} from '../../../core/task/given.ts';
import { createGitHub } from '../../github.ts';

let artifacts: Artifacts;
let github: Dependencies['github'];
let remote: Remote;
beforeAll(async () => {
  const folder = await temporaryFolder();
  remote = await startRemote(folder);
  artifacts = await createDiskArtifacts({ dir: `${folder}/artifacts` });
  const told = createGitHub(remote);
  const checkOutput = async () => ({
    name: 'docs',
    text: 'README.md:3',
    annotations: ['is out of date'],
  });
  github = { ...told, facts: { ...told.facts, checkOutput } };
  const left: [string, ArtifactName, string][] = [
    ['prepare-1-1', 'stdout.log', 'added 7 packages'],
    ['reproduce-1-1', 'stdout.log', 'expected 4, got 0'],
    ['reproduce-1-1', 'stderr.log', 'exit 1'],
    ['lint-1-1', 'stdout.log', 'a semicolon is missing'],
    ['test-1-1', 'stdout.log', 'all is well'],
    ['lint-2-1', 'stdout.log', 'too long a line'],
    ['author-1-1', 'patch.diff', '+the first patch'],
    ['author-2-1', 'patch.diff', '+the second patch'],
  ];
  for (const [run, name, text] of left)
    await artifacts.link({ task: 't', run }, name, await artifacts.put(text, retentionOf(name)));
});
afterAll(() => remote.close());

/** The context of a run of the task that these commands made. */
function contextOf(run: string, ...commands: TaskCommand[]) {
  const { folded } = outcomeOf(...commands);
  return contextFor({
    deps: { artifacts, github },
    task: 't',
    folded,
    run: runOf(folded.state, run),
    step: stepNamed(createdOf(folded.state).graph, runOf(folded.state, run).step),
    rules: ContextRules.parse(undefined),
  });
}
const rework = (check: boolean): TaskCommand => ({
  type: 'rework',
  data: {
    id: 'again',
    instructions: 'rename it',
    target: null,
    taint: [],
    ...(check
      ? {
          origin: 'check',
          role: 'remediator-ci',
          by: null,
          check: { id: 9, name: 'docs', head: sha('c'), reportedAs: 'check_run', output: null },
        }
      : { origin: 'comment', role: 'remediator-comment', by: MAINTAINER, check: null }),
    threads: [],
    merges: null,
    caller: null,
  },
});
const secondRound = (check: boolean) => [
  ...HISTORY.waiting,
  rework(check),
  decided('task.start', 'allow', null, { rework: 'again' }),
];
const redLint = (run: string): TaskCommand[] => [
  decided('run.start', 'allow', run),
  started(run),
  produced(run, {}, red),
];

describe('what is said to another try', () => {
  const failing = (run: string): TaskCommand[] => [
    decided('run.start', 'allow', run),
    started(run),
    produced(run, {}, { class: 'agent', reason: 'It gave up.', retryable: false }),
  ];
  const again: TaskCommand[] = [
    ...HISTORY.reproduced,
    ...failing('author-1-1'),
    { type: 'retry', by: steererOf(MAINTAINER), instructions: 'Another way.' },
  ];
  const instructionsOf = async (run: string, ...commands: TaskCommand[]) =>
    (await contextOf(run, ...commands)).instructions;

  it('is given to the agents of its round that begin after it', async () => {
    expect(await instructionsOf('author-1-2', ...again)).toBe('Another way.');
    const reviewed = [
      ...again,
      ...changed('author-1-2', 'b'),
      ...ran('lint-1-1'),
      ...ran('test-1-1'),
    ];
    expect(await instructionsOf('review-1-1', ...reviewed)).toBe('Another way.');
  });

  it('and to none of a later round', async () => {
    const later = [
      ...again,
      ...changed('author-1-2', 'b'),
      ...HISTORY.waiting.slice(HISTORY.authored.length),
      rework(false),
      decided('task.start', 'allow', null, { rework: 'again' }),
    ];
    expect(await instructionsOf('author-2-1', ...later)).toBe('rename it');
    const reviewed = [
      ...later,
      ...changed('author-2-1', 'd'),
      ...ran('lint-2-1'),
      ...ran('test-2-1'),
    ];
    expect(await instructionsOf('review-2-1', ...reviewed)).toBe('');
  });
});

describe('the author', () => {
  it('reads the issue and the output of the test that was seen red', async () => {
    expect(await contextOf('author-1-1', ...HISTORY.reproduced)).toEqual({
      repository: 'acme/span',
      goal: { title: 'It is wrong', body: 'Very.' },
      pull: null,
      conversation: { parts: [], cut: 0, unknown: 0 },
      instructions: '',
      log: { name: 'Output of the step reproduce', text: 'expected 4, got 0\nexit 1' },
      diff: null,
      labels: null,
      handedOver: { documents: [], leftOut: [] },
      earlier: [],
    });
  });

  it('reads no output where the failure could not be seen', async () => {
    const unseen = [
      ...HISTORY.admitted,
      ...ran('prepare-1-1'),
      ...ran('reproduce-1-1', { ok: false }),
    ];
    expect(await contextOf('author-1-1', ...unseen)).toMatchObject({ log: null });
  });
});

describe('who remedies a gate', () => {
  it('reads what the gate printed, and the patch', async () => {
    const history = [...HISTORY.authored, ...redLint('lint-1-1')];
    expect(await contextOf('lint-1-2', ...history)).toMatchObject({
      log: { name: 'Output of the step lint', text: 'a semicolon is missing\n' },
      diff: '+the first patch',
    });
  });
});

it('the reviewer reads the patch and no output', async () => {
  const history = [...HISTORY.authored, ...ran('lint-1-1'), ...ran('test-1-1')];
  expect(await contextOf('review-1-1', ...history)).toMatchObject({
    log: null,
    diff: '+the first patch',
  });
});

describe('a later round', () => {
  it('by a comment, reads what was asked, and no output of the round before', async () => {
    expect(await contextOf('author-2-1', ...secondRound(false))).toMatchObject({
      instructions: 'rename it',
      log: null,
      diff: null,
      earlier: [],
    });
  });

  it('by a failing check, reads the log of that job', async () => {
    expect(await contextOf('author-2-1', ...secondRound(true))).toMatchObject({
      log: { name: 'docs', text: 'is out of date\nREADME.md:3' },
    });
  });

  it('remedies its own gate, with its own patch', async () => {
    const history = [...secondRound(false), ...changed('author-2-1', 'e'), ...redLint('lint-2-1')];
    expect(await contextOf('lint-2-2', ...history)).toMatchObject({
      log: { name: 'Output of the step lint', text: 'too long a line\n' },
      diff: '+the second patch',
    });
  });
});
