/** Which moments of a task set off which hooks, and what chats are shown of texts from outside. */
import { describe, expect, test } from 'vitest';
import { steererOf } from '../../../src/core/actor.ts';
import type { Effect } from '../../../src/core/effect.ts';
import { type DeclaredHook, HookFile } from '../../../src/core/hooks/hook.ts';
import { stillHolds } from '../../../src/core/hooks/notice.ts';
import { inertForChat } from '../../../src/core/hooks/slack-text.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import {
  created,
  decided,
  decision,
  HISTORY,
  MAINTAINER,
  outcomeOf,
  produced,
  red,
  started,
} from '../task/given.ts';

const CHOSEN = {
  ...{ adapter: 'simulated', version: '1', model: null, provider: null },
  ...{ reason: 'It is the only one.', skipped: [], others: 0 },
};

describe('hooks', () => {
  const hook = (over: Partial<DeclaredHook>): DeclaredHook => ({
    name: 'team',
    by: 'repository',
    on: ['finished'],
    webhook: 'chat',
    ...over,
  });
  const commands = { install: ['true'], test: ['true'] };
  const noted = (hooks: DeclaredHook[], ...after: readonly TaskCommand[]) => {
    const begin = created({ config: { commands, remediate: { ci: true }, hooks } });
    const { folded } = outcomeOf(begin, ...after);
    const open = folded.open.filter(effect => effect.kind === 'notify');
    return { state: folded.state, open: open as Extract<Effect, { kind: 'notify' }>[] };
  };
  const [, ...waiting] = HISTORY.waiting;

  test('are set off by their moments alone, and each once', () => {
    const team = hook({ on: ['approval'] });
    const operator = hook({ by: 'deployment', on: ['approval', 'run_finished'], webhook: 'log' });
    const { open } = noted([team, operator], ...waiting);
    const about = (moment: string) => open.filter(({ notice }) => notice.moment === moment);
    expect(about('approval').map(({ key, endpoint }) => [key, endpoint])).toEqual([
      ['notify:repository/team:approval:approval-1', 'chat'],
      ['notify:deployment/team:approval:approval-1', 'log'],
    ]);
    expect(about('run_finished').map(({ notice }) => notice.about)).toContain('test-1-1');
    expect(new Set(open.map(({ key }) => key)).size).toBe(open.length);
    expect(about('approval')[0]?.notice.reason).toMatch(/^pr\.merge on /);
  });

  test('are told of the end after the task has ended, and of a question that is gone no more', () => {
    const refused = [decided('task.start', 'deny')];
    const { open } = noted([hook({ on: ['failed', 'finished', 'decided'] })], ...refused);
    expect(open.map(({ notice }) => [notice.moment, notice.outcome])).toEqual([
      ['decided', 'deny'],
      ['finished', 'refused'],
    ]);
    const before = noted([hook({ on: ['approval'] })], ...waiting);
    const [asked] = before.open;
    if (!asked) throw new Error('nobody is asked');
    expect(stillHolds(before.state, asked.notice)).toBe(true);
    const [, ...approved] = HISTORY.approved;
    expect(stillHolds(noted([], ...approved).state, asked.notice)).toBe(false);
  });

  test('are told of a question to people until somebody answers it', () => {
    const lost = { class: 'auth' as const, reason: 'Its key is refused.', retryable: false };
    const [, ...before] = HISTORY.reproduced;
    const asks = [
      ...before,
      { type: 'choose', data: { ...CHOSEN, run: 'author-1-1' } },
      decided('run.start', 'allow', 'author-1-1'),
      started('author-1-1'),
      produced('author-1-1', {}, lost),
    ] as const;
    const asked = noted([hook({ on: ['asked'] })], ...asks);
    const [told] = asked.open;
    if (!told) throw new Error('nobody is told');
    expect(asked.open).toHaveLength(1);
    expect(told).toMatchObject({
      key: 'notify:repository/team:asked:author-1-1',
      notice: {
        outcome: 'asked',
        reason: expect.stringMatching(/^No agent could do .*key is refused/),
      },
    });
    // As with approvals, whoever answers at once is not called.
    expect(told.lastNotBefore).not.toBeNull();
    expect(stillHolds(asked.state, told.notice)).toBe(true);
    const retry = { type: 'retry', by: steererOf(MAINTAINER), instructions: '' } as const;
    expect(stillHolds(noted([], ...asks, retry).state, told.notice)).toBe(false);
  });

  test('what an agent is denied in its run is told once, when the run is over', () => {
    const denied = ['curl a', 'curl b'].map((line): TaskCommand => {
      const by = decision('command.exec', 'deny', { resource: line });
      return { type: 'record_denial', run: 'author-1-1', decision: by };
    });
    const [, ...before] = HISTORY.reproduced;
    const begun = [...before, decided('run.start', 'allow', 'author-1-1'), started('author-1-1')];
    const told = (...commands: TaskCommand[]) =>
      noted([hook({ on: ['decided'] })], ...commands)
        .open.filter(({ notice }) => notice.outcome === 'deny')
        .map(({ key, notice }) => [key, notice.reason]);
    expect(told(...begun, ...denied)).toEqual([]);
    expect(told(...begun, ...denied, produced('author-1-1', {}, red))).toEqual([
      ['notify:repository/team:decided:author-1-1', expect.stringMatching(/`curl a`.*`curl b`/)],
    ]);
  });

  test('a hook starts a task after an end alone', () => {
    const start = { command: 'fix', text: 'Write the changelog.' };
    const begin = created({
      config: {
        commands,
        remediate: { ci: true },
        hooks: [{ name: 'log', by: 'repository', on: ['finished', 'failed'], start }],
      },
    });
    const { folded } = outcomeOf(begin, decided('task.start', 'deny'));
    const starts = folded.open.filter(({ kind }) => kind === 'start_task');
    expect(starts).toMatchObject([{ key: 'start:log:finished:3', start, outcome: 'refused' }]);
    const read = (on: string[], more: object) =>
      HookFile.safeParse([{ name: 'log', on, ...more }]).success;
    expect(read(['merged'], { start })).toBe(true);
    expect(read(['run_started'], { start })).toBe(false);
    expect(read(['merged'], {})).toBe(false);
  });

  test('a command is all of a task where policy did not allow, and after an end', () => {
    const begin = created({
      config: {
        commands: { ...commands, note: ['node', 'note.js'] },
        remediate: { ci: true },
        hooks: [
          {
            name: 'tell',
            by: 'repository',
            on: ['decided', 'finished', 'run_started'],
            command: 'note',
          },
        ],
      },
    });
    const started = (folded: ReturnType<typeof outcomeOf>['folded']) =>
      folded.open.filter(({ kind }) => kind === 'start_task');
    expect(started(outcomeOf(begin, decided('task.start', 'deny')).folded)).toMatchObject([
      { key: 'start:tell/note:decided:2', runs: 'note', outcome: 'deny' },
      { key: 'start:tell/note:finished:3', runs: 'note', outcome: 'refused' },
    ]);
    expect(started(outcomeOf(begin, decided('task.start', 'allow')).folded)).toEqual([]);
  });

  test('a task that began before there were any tells nobody', () => {
    const { folded } = outcomeOf(...HISTORY.waiting);
    expect(folded.open.filter(({ kind }) => kind === 'notify')).toEqual([]);
  });

  test.each([['x'.repeat(40)], ['Team'], ['a/b'], ['']])('no name is %j', name => {
    const read = HookFile.safeParse([{ name, on: ['failed'], webhook: 'chat' }]);
    expect(read.success).toBe(false);
  });
});

describe('text for chats', () => {
  test.each([
    ['<!channel> & <@U123>', /^(?!.*<)/],
    ['@here @channel #general', /^(?!.*[@#]\w)/],
    ['see https://evil.example/x and www.evil.example', /^(?!.*(:\/\/|www\.))/],
    ['[click](javascript:1) ![x](y)', /^(?!.*\]\()/],
    ['a\nb\u202ec\u0000', /^a b c$/],
    ['`code` *bold* _it_', /^(?!.*\*\w)/],
  ])('%j is inert', (text, is) => {
    expect(inertForChat(text)).toMatch(is);
  });
  test('is bounded, and read in linear time', () => {
    expect(inertForChat('<'.repeat(1_000_000)).length).toBeLessThan(3_000);
  });
});
