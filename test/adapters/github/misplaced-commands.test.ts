/** Commands where none is followed: in a comment or review that was edited, in the text of an issue. */
import { describe, expect, it } from 'vitest';
import { triggerOf } from './trigger-of.ts';

const app = { id: 1, slug: 'gatehouse', botUserId: 99 };
const user = { id: 1, login: 'mona', type: 'User' };
const time = '2026-11-21T10:00:00Z';
const sha = 'a'.repeat(40);
const envelope = {
  repository: { id: 42, name: 'sum', owner: { login: 'acme' } },
  installation: { id: 7 },
  sender: user,
};
const pull = {
  number: 2,
  head: { sha, repo: { id: 43 } },
  base: { ref: 'main' },
  updated_at: time,
};
const edit = (from: string | undefined) => ({ action: 'edited', changes: { body: { from } } });

type Edited = { event: string; payload: (from: string | undefined, body: string) => object };
const EDITED: Record<string, Edited> = {
  'a comment on an issue': {
    event: 'issue_comment',
    payload: (from, body) => ({
      ...edit(from),
      issue: { number: 1 },
      comment: { id: 5, body, user, created_at: time },
    }),
  },
  'a comment on a line': {
    event: 'pull_request_review_comment',
    payload: (from, body) => ({
      ...edit(from),
      pull_request: pull,
      comment: { id: 5, body, user, created_at: time, commit_id: sha },
    }),
  },
  'a review': {
    event: 'pull_request_review',
    payload: (from, body) => ({
      ...edit(from),
      pull_request: pull,
      review: { id: 5, body, user, state: 'commented', submitted_at: time, commit_id: sha },
    }),
  },
};

async function commandOf(event: string, payload: object): Promise<unknown> {
  const trigger = await triggerOf({ event, payload: { ...envelope, ...payload } }, app);
  return 'command' in trigger ? trigger.command : trigger;
}
const misplaced = (place: string, ...commands: string[]) => ({
  kind: 'malformed_command',
  answer: { code: 'misplaced_commands', place, commands },
});

describe.each(Object.entries(EDITED))('%s that is edited', (_, { event, payload }) => {
  it.each([
    ['into a command', 'It subtracts.', '/agent fix', ['fix']],
    ['into a command that is understood', '/agent fxi', '/agent fix', ['fix']],
    ['into another command', '/agent fix', '/agent cancel', ['cancel']],
    ['into another request', '/agent fix the sum', '/agent fix the product', ['fix']],
    ['into more', '/agent deny', '/agent deny\n/agent fix less', ['deny', 'fix']],
  ])('%s is answered', async (_how, from, body, commands) => {
    expect(await commandOf(event, payload(from, body))).toMatchObject(
      misplaced('edit', ...commands),
    );
  });

  it.each([
    ['beside its command', '/agent status\nplease', '/agent status\nthanks'],
    ['without a change of its words', '/agent fix', '/agent  fix '],
    ['into what is no command', '/agent fix', 'never mind'],
    ['while GitHub does not say from what', undefined, '/agent fix'],
  ])('%s is not', async (_how, from, body) => {
    expect(await commandOf(event, payload(from, body))).toBeNull();
  });

  it('by somebody else is not', async () => {
    const sender = { id: 2, login: 'rey', type: 'User' };
    const edited = { ...payload('nothing', '/agent fix'), sender };
    expect(await commandOf(event, edited)).toBeNull();
  });
});

describe.each([
  ['issue', 'issues', { number: 1 }],
  ['pull', 'pull_request', pull],
] as const)('the text of what is opened: %s', (place, event, about) => {
  const opened = (body: string | null) =>
    commandOf(event, {
      action: 'opened',
      [place === 'pull' ? 'pull_request' : 'issue']: { ...about, body, user },
    });

  it('is answered where it holds a command', async () => {
    expect(await opened('It subtracts.\n\n/agent fix')).toMatchObject(misplaced(place, 'fix'));
  });

  it.each([
    ['speaks of one', 'A maintainer writes `/agent fix`, or please /agent fix.'],
    ['has none', 'It subtracts.'],
    ['is empty', null],
  ])('is not where it %s', async (_what, body) => {
    expect(await opened(body)).toBeNull();
  });
});
