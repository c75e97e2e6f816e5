/** A command proves the change that it ran on, and no other. */
import { describe, expect, it } from 'vitest';
import { fixGraph, lintGraph } from '../../../../src/core/graph/graphs.ts';
import { proofOfHead, proofOfWork } from '../../../../src/core/task/work/proof.ts';
import {
  changed,
  created,
  decided,
  digest,
  given,
  HISTORY,
  produced,
  REVIEWER,
  ran,
  red,
  sha,
} from '../given.ts';

const work = (...commands: Parameters<typeof given>) => proofOfWork(given(...commands).state);
const head = (...commands: Parameters<typeof given>) => proofOfHead(given(...commands).state);
const graphOf = (commands: Record<string, string[]>) => [
  created({ graph: fixGraph(commands) }),
  decided('task.start', 'allow'),
];

describe('the work', () => {
  it('is proved step by step', () => {
    expect(work(...HISTORY.admitted)).toEqual([]);
    expect(work(...HISTORY.reproduced)).toEqual(['reproduced']);
    expect(work(...HISTORY.authored)).toEqual(['reproduced']);
    expect(work(...HISTORY.authored, ...ran('lint-1-1'))).toEqual(['reproduced', 'lint']);
    expect(work(...HISTORY.reviewed)).toEqual(['reproduced', 'tests', 'lint']);
  });

  it('is proved by nothing where the repository has no commands', () => {
    expect(work(...graphOf({}), ...changed('author-1-1', 'b'), ...ran('review-1-1'))).toEqual([]);
  });

  it('was not reproduced where the tests were green before', () => {
    const test = graphOf({ test: ['t'] });
    expect(work(...test, ...ran('reproduce-1-1', { ok: false }))).toEqual([]);
  });

  it('that is changed later is proved anew', () => {
    const commands = [
      ...HISTORY.authored,
      ...ran('lint-1-1'),
      ...ran('test-1-1').slice(0, 2),
      produced('test-1-1', {}, red),
      ...changed('test-1-2', 'd'),
      ...ran('test-1-3'),
    ];
    // Lint ran before the tester changed what it had seen.
    expect(work(...commands)).toEqual(['reproduced', 'tests']);
  });

  it('is proved by no command whose output says that it ran no test, or that one failed', () => {
    const saying = (tests: 'some' | 'failed' | 'none' | null, schema = 'command.v1') => ({
      handover: { schema, digest, fields: { ok: true, exitCode: 0, tests, problems: 0 } },
    });
    const tested = (over: ReturnType<typeof saying>) =>
      work(...HISTORY.authored, ...ran('lint-1-1', saying('none')), ...ran('test-1-1', over));
    expect(tested(saying('none'))).toEqual(['reproduced', 'lint']);
    expect(tested(saying('failed'))).toEqual(['reproduced', 'lint']);
    for (const over of [saying('some'), saying(null), saying('none', 'other.v1')])
      expect(tested(over)).toEqual(['reproduced', 'tests', 'lint']);
  });

  it('of a lint command is what that command made of it', () => {
    const graph = lintGraph({ lint: ['l'], test: ['t'] });
    const linted = [
      created({ graph }),
      decided('task.start', 'allow'),
      ...changed('lint-1-1', 'b'),
    ];
    expect(work(...linted)).toEqual(['lint']);
    expect(work(...linted, ...ran('test-1-1'))).toEqual(['tests', 'lint']);
  });
});

describe('the head of the pull request', () => {
  it('is proved as the work was that was pushed', () => {
    expect(head(...HISTORY.published)).toEqual(['reproduced', 'tests', 'lint']);
  });

  it('is proved by nothing once somebody else has pushed', () => {
    expect(head(...HISTORY.waiting, { type: 'head_moved', to: sha('e') })).toEqual([]);
  });

  it('stays proved while another round works on it', () => {
    const again = given(
      ...HISTORY.waiting,
      {
        type: 'rework',
        data: {
          id: 'g1',
          origin: 'comment',
          role: 'remediator-comment',
          instructions: '',
          by: REVIEWER,
          target: null,
          check: null,
          threads: [],
          merges: null,
          caller: null,
          taint: [],
        },
      },
      decided('task.start', 'allow', null, { rework: 'g1' }),
      ...changed('author-2-1', 'f'),
    );
    expect(proofOfWork(again.state)).toEqual(['reproduced']);
    expect(proofOfHead(again.state)).toEqual(['reproduced', 'tests', 'lint']);
  });
});
