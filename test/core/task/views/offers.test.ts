/** What `/agent help` says a person may ask for, and why not the rest: by place, role and state of the task. */
import { describe, expect, it } from 'vitest';
import { steererOf } from '../../../../src/core/actor.ts';
import { NO_BACKLOG } from '../../../../src/core/backlog/state.ts';
import { CommandName } from '../../../../src/core/commands/commands.ts';
import type { TaskCommand } from '../../../../src/core/task/decide/command.ts';
import { type Asking, offersTo } from '../../../../src/core/task/views/offers.ts';
import {
  blocked,
  decided,
  given,
  HISTORY,
  MAINTAINER,
  produced,
  REVIEWER,
  ran,
  red,
  sha,
  started,
} from '../given.ts';

const target = { kind: 'issue' as const, number: 1 };
const by = steererOf(MAINTAINER);
const asking = (commands: TaskCommand[], over: Partial<Asking> = {}): Asking => ({
  by: MAINTAINER,
  role: 'maintain',
  place: 'issue',
  number: 1,
  task: commands.length > 0 ? given(...commands).state : null,
  backlog: NO_BACKLOG,
  request: null,
  ownCounts: false,
  ...over,
});
const may = (of: Asking) =>
  offersTo(of, null)
    .filter(({ because }) => because === null)
    .map(({ command }) => command);
const why = (of: Asking, command: CommandName) => offersTo(of, command)[0]?.because;
const OWN = 'you asked for this work or pushed to it, and nobody approves their own';
const pushedBy = (pusher: typeof REVIEWER): TaskCommand => ({
  type: 'signal',
  data: {
    signal: 'head',
    detail: sha('c'),
    at: '2026-11-21T10:00:00.000Z',
    by: pusher,
    check: null,
  },
});
const onPull = { place: 'pull' as const, number: 2 };

it('says something of every command, or of the one that was named', () => {
  expect(offersTo(asking([]), null).map(({ command }) => command)).toEqual(CommandName.options);
  expect(offersTo(asking([]), 'fix')).toEqual([{ command: 'fix', because: null }]);
});

describe('a person without write access', () => {
  it.each(['none', 'read', 'triage'] as const)(
    'of the role %s asks only what changes nothing',
    role => {
      expect(may(asking(HISTORY.waiting, { role }))).toEqual(['status', 'help']);
      expect(why(asking([], { role }), 'fix')).toBe(
        `it takes the role write, and you have ${role}`,
      );
    },
  );
});

const begun = { ...NO_BACKLOG, status: 'active' as const };
const failed: TaskCommand[] = [
  ...HISTORY.admitted,
  decided('run.start', 'allow', 'prepare-1-1'),
  started('prepare-1-1'),
  produced('prepare-1-1', {}, red),
];
const working = [...HISTORY.admitted, ...ran('prepare-1-1')];
const starting = ['fix', 'lint', 'test', 'plan', 'implement', 'explain', 'triage'];

describe('a maintainer', () => {
  it.each<[string, Asking, string[]]>([
    ['where nothing works', asking([]), [...starting, 'play', 'status', 'help']],
    ['on what is closed', asking([], { over: 'closed' }), ['status', 'help']],
    ['on what is merged', asking([], { ...onPull, over: 'merged' }), ['status', 'help']],
    [
      'where a task works',
      asking(working),
      ['play', 'status', 'cancel', 'pause', 'unlock', 'help'],
    ],
    [
      'where it is paused',
      asking([...working, { type: 'pause', by, target }]),
      ['play', 'status', 'cancel', 'resume', 'unlock', 'help'],
    ],
    [
      'where one failed',
      asking(failed),
      [...starting, 'play', 'status', 'unlock', 'retry', 'help'],
    ],
    [
      'where a review blocks',
      asking(blocked()),
      ['play', 'status', 'cancel', 'pause', 'unlock', 'retry', 'override', 'help'],
    ],
    [
      'where what somebody else asked for waits for approval',
      asking(HISTORY.waiting, { ...onPull, by: REVIEWER }),
      ['fix', 'approve', 'deny', 'examine', 'status', 'cancel', 'pause', 'unlock', 'help'],
    ],
    [
      'where their own work waits for approval',
      asking(HISTORY.waiting, onPull),
      ['fix', 'examine', 'status', 'cancel', 'pause', 'unlock', 'help'],
    ],
    [
      'where their own work waits, and policy lets them approve it',
      asking(HISTORY.waiting, { ...onPull, ownCounts: true }),
      ['fix', 'approve', 'deny', 'examine', 'status', 'cancel', 'pause', 'unlock', 'help'],
    ],
    [
      'who looks at another request than the one that waits',
      asking(HISTORY.waiting, { ...onPull, by: REVIEWER, request: 'approval-9' }),
      ['fix', 'examine', 'status', 'cancel', 'pause', 'unlock', 'help'],
    ],
    [
      'where a plan waits for a yes',
      asking([], { backlog: { ...NO_BACKLOG, status: 'proposed' } }),
      [...starting, 'approve', 'deny', 'status', 'cancel', 'help'],
    ],
    [
      'where a backlog works',
      asking([], { backlog: { ...NO_BACKLOG, status: 'active' } }),
      [...starting, 'status', 'cancel', 'pause', 'help'],
    ],
    [
      "on a person's pull request",
      asking([], onPull),
      [
        ...['fix', 'lint', 'test', 'plan', 'implement', 'review', 'explain', 'examine'],
        ...['status', 'help'],
      ],
    ],
  ])('%s', (_, of, commands) => {
    expect(may(of).toSorted()).toEqual(commands.toSorted());
  });

  it.each<[CommandName, Asking, string]>([
    ['review', asking([]), 'it works on pull requests only'],
    ['cancel', asking([]), 'no task of mine works on this'],
    ['fix', asking(working), 'a task works here already'],
    ['approve', asking(working), 'nothing waits for approval here'],
    ['approve', asking(HISTORY.waiting, onPull), OWN],
    ['deny', asking(HISTORY.waiting, onPull), OWN],
    ['approve', asking([...HISTORY.waiting, pushedBy(REVIEWER)], { ...onPull, by: REVIEWER }), OWN],
    ['revoke', asking(HISTORY.waiting), 'you have approved nothing here'],
    ['resume', asking(working), 'nothing is paused here'],
    [
      'approve',
      asking([], { backlog: begun }),
      'nobody is asked about the plan of the backlog any more',
    ],
    ['approve', asking(working, { backlog: begun }), 'nothing waits for approval here'],
    [
      'revoke',
      asking([], { backlog: { ...NO_BACKLOG, status: 'proposed' } }),
      'nobody has approved the plan of the backlog yet',
    ],
    ['retry', asking(working), 'nothing failed here that could be tried again'],
    [
      'pause',
      asking([...working, { type: 'pause', by, target }]),
      'the task here is paused already',
    ],
  ])('is told why not %s', (command, of, because) => {
    expect(why(of, command)).toBe(because);
  });
});
