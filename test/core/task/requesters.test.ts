/** The rule `separation` excludes whom the work was done for: who asked for what stands, and for what is asked about. */
import { describe, expect, it } from 'vitest';
import type { TaskCommand } from '../../../src/core/task/command.ts';
import { requestersOf } from '../../../src/core/task/requesters.ts';
import { changed, decided, given, HISTORY, MAINTAINER, REVIEWER, ran, red, sha } from './given.ts';

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
  it('is nobody else where CI asked, and each once', () => {
    expect(of([rework('r-1', null), admitted('r-1'), ...worked, ...pushed])).toEqual(['mona']);
    const again = [rework('r-1', MAINTAINER), admitted('r-1'), ...worked, ...pushed];
    expect(of(again)).toEqual(['mona']);
  });
});
