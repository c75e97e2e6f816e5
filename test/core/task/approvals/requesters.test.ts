/** The rule `separation` excludes whom the work was done for: who asked for what stands, and for what is asked about. */
import { describe, expect, it } from 'vitest';
import { steererOf } from '../../../../src/core/actor.ts';
import { otherTryOf } from '../../../../src/core/task/approvals/other-tries.ts';
import { requestersOf } from '../../../../src/core/task/approvals/requesters.ts';
import type { TaskCommand } from '../../../../src/core/task/decide/command.ts';
import { runOf } from '../../../../src/core/task/state/state.ts';
import {
  changed,
  created,
  decided,
  given,
  HISTORY,
  MAINTAINER,
  produced,
  REVIEWER,
  ran,
  readied,
  red,
  sha,
  started,
} from '../given.ts';

const PIA = { id: 3, login: 'pia' };
const rework = (id: string, by: typeof PIA | null): TaskCommand => ({
  type: 'rework',
  data: {
    id,
    origin: by ? 'comment' : 'check',
    role: 'remediator-comment',
    instructions: '',
    by,
    target: null,
    taint: [],
    check: by ? null : { id: 1, name: 'ci', head: sha('c'), reportedAs: 'check_run', output: null },
    threads: [],
    merges: null,
    caller: null,
  },
});
const admitted = (id: string) => decided('task.start', 'allow', null, { rework: id });
/** Round 2 from its first run to what is pushed. */
const worked = changed('author-2-1', 'd');
const pushed: TaskCommand[] = [
  ...['lint', 'test', 'review'].flatMap(step => ran(`${step}-2-1`)),
  decided('run.start', 'allow', 'publish-2-1'),
  decided('branch.push', 'allow', 'publish-2-1'),
  {
    type: 'pushed',
    run: 'publish-2-1',
    branch: 'gatehouse/issue-1',
    sha: sha('e'),
    tree: sha('d'),
    was: sha('c'),
  },
];

describe('who asked for the work', () => {
  const merge = { action: 'pr.merge' as const, rework: null };
  const push = { action: 'branch.push' as const, rework: null };
  const of = (commands: TaskCommand[], about: Parameters<typeof requestersOf>[1] = merge) =>
    requestersOf(given(...HISTORY.waiting, ...commands).state, about).map(({ login }) => login);
  const asked = [rework('r-1', REVIEWER), admitted('r-1')];

  it('is who asked for the task', () => expect(of([])).toEqual(['mona']));
  it('and who asked for a round, once it has left commits', () =>
    expect(of([...asked, ...worked, ...pushed])).toEqual(['mona', 'rey']));
  it('of a push, before it', () =>
    expect(of([...asked, ...worked], push)).toEqual(['mona', 'rey']));
  it('of what its agent asks for in the middle of its run', () => {
    const act = { action: 'command.exec' as const, rework: null };
    expect(of(asked, act)).toEqual(['mona', 'rey']);
  });
  it('of a rework that is to begin, when it is that which is asked about', () => {
    const waiting = [...asked, rework('r-2', PIA)];
    expect(of(waiting, { action: 'task.start', rework: 'r-2' })).toContain('pia');
    expect(of(waiting)).toEqual(['mona']);
  });
  it('is not who asked for a round that failed, or was refused: nothing of it stands', () => {
    const why = { ...red, class: 'agent' as const };
    const failed = [
      decided('run.start', 'allow', 'author-2-1'),
      ...ran('author-2-1').slice(1, 2),
      { ...ran('author-2-1')[2], failure: why } as TaskCommand,
    ];
    expect(of([...asked, ...failed])).toEqual(['mona']);
    const denied = decided('task.start', 'deny', null, { rework: 'r-1' });
    expect(of([rework('r-1', REVIEWER), denied])).toEqual(['mona']);
  });
  describe('and who said something to another try', () => {
    const retry = (instructions: string, by = REVIEWER): TaskCommand => ({
      type: 'retry',
      by: steererOf(by),
      instructions,
    });
    const failing = (run: string): TaskCommand[] => [
      decided('run.start', 'allow', run),
      started(run),
      produced(run, {}, { class: 'agent', reason: 'It gave up.', retryable: false }),
    ];
    const inFull = (commands: TaskCommand[], about: Parameters<typeof requestersOf>[1] = merge) =>
      requestersOf(given(...commands).state, about).map(({ login }) => login);
    const again = (instructions: string): TaskCommand[] => [
      ...HISTORY.reproduced,
      ...failing('author-1-1'),
      retry(instructions),
    ];
    const onwards: TaskCommand[] = [
      ...changed('author-1-2', 'b'),
      ...HISTORY.published.slice(HISTORY.authored.length),
    ];
    const text = 'Let my key in as well.';
    const act = { action: 'command.exec' as const, rework: null };

    it('that an agent was told, of what it asks for and of the merge', () => {
      expect(inFull(again(text), act)).toEqual(['mona', 'rey']);
      expect(inFull([...again(text), ...onwards])).toEqual(['mona', 'rey']);
    });
    it('also where somebody else asked for a later one', () => {
      const twice = [...again(text), ...failing('author-1-2'), retry('', PIA)];
      const published = onwards.slice(changed('', 'b').length);
      expect(inFull([...twice, ...changed('author-1-3', 'b'), ...published])).toEqual([
        'mona',
        'rey',
      ]);
    });
    it('before policy has let the task start', () => {
      const unasked: TaskCommand = {
        type: 'fail_effect',
        key: 'decide:task.start:task',
        message: 'Not found.',
        class: 'not_found',
        retryable: false,
        retryAfterMs: null,
      };
      const start = { action: 'task.start' as const, rework: null };
      expect(inFull([created(), unasked, retry(text)], start)).toEqual(['mona', 'rey']);
      expect(inFull([created(), unasked, retry('')], start)).toEqual(['mona']);
    });
    it('but nobody who said nothing, or whom no agent was told of', () => {
      expect(inFull([...again(''), ...onwards])).toEqual(['mona']);
      const merges = [decided('run.start', 'allow', 'merge-1-1'), readied('merge-1-1')];
      const denied = decided('pr.merge', 'deny', 'merge-1-1');
      const stopped = [...HISTORY.published, ...merges, denied, retry('It may be merged now.')];
      expect(inFull(stopped)).toEqual(['mona']);
    });
    it('and of a later round nobody: its agents are not told', () => {
      const later = [...again(text), ...onwards, rework('r-1', null), admitted('r-1')];
      const { state } = given(...later);
      expect(otherTryOf(state, runOf(state, 'author-1-2'))?.instructions).toBe(text);
      expect(otherTryOf(state, runOf(state, 'author-1-1'))).toBeNull();
      expect(state.round).toBe(2);
      expect(otherTryOf(state, runOf(state, 'author-2-1'))).toBeNull();
    });
  });
  it('is nobody else where CI asked, and each once', () => {
    expect(of([rework('r-1', null), admitted('r-1'), ...worked, ...pushed])).toEqual(['mona']);
    const again = [rework('r-1', MAINTAINER), admitted('r-1'), ...worked, ...pushed];
    expect(of(again)).toEqual(['mona']);
  });
});
