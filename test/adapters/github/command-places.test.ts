/** Each command of the table, at each place where somebody can ask for it: a comment, a thread, a review, a label. */
import { describe, expect, it } from 'vitest';
import type { CommandPlace } from '../../../src/core/commands/command-spec.ts';
import { COMMANDS, CommandName } from '../../../src/core/commands/commands.ts';
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
const said = (body: string) => ({ id: 5, body, user, created_at: time });

type Asked = { event: string; place: CommandPlace; payload: (word: string) => object };
const WORDS: Record<string, Asked> = {
  'a comment on an issue': {
    event: 'issue_comment',
    place: 'issue',
    payload: word => ({ action: 'created', issue: { number: 1 }, comment: said(`/agent ${word}`) }),
  },
  "a comment on a pull request, also a fork's": {
    event: 'issue_comment',
    place: 'pull',
    payload: word => ({
      action: 'created',
      issue: { number: 2, pull_request: {} },
      comment: said(`/agent ${word}`),
    }),
  },
  'a comment in a thread of a review': {
    event: 'pull_request_review_comment',
    place: 'pull',
    payload: word => ({
      action: 'created',
      pull_request: pull,
      comment: { ...said(`/agent ${word}`), commit_id: sha },
    }),
  },
  'a review': {
    event: 'pull_request_review',
    place: 'pull',
    payload: word => ({
      action: 'submitted',
      pull_request: pull,
      review: { ...said(`/agent ${word}`), state: 'commented', submitted_at: time, commit_id: sha },
    }),
  },
};
const LABELS: Record<string, Asked> = {
  'an issue': {
    event: 'issues',
    place: 'issue',
    payload: word => ({
      action: 'labeled',
      issue: { number: 1 },
      label: { name: `agent:${word}` },
    }),
  },
  'a pull request': {
    event: 'pull_request',
    place: 'pull',
    payload: word => ({
      action: 'labeled',
      pull_request: pull,
      label: { name: `agent:${word}` },
    }),
  },
};

/** What a review says is beside what it does to approvals. */
async function meant({ event, payload }: Asked, word: CommandName): Promise<unknown> {
  const trigger = await triggerOf({ event, payload: { ...envelope, ...payload(word) } }, app);
  return 'command' in trigger ? trigger.command : trigger;
}
const follows = (command: CommandName) => ({ kind: 'command', commands: [{ name: command }] });

/** Answers, and what goes past a review or a lock, are given in words alone, so that they can be held against their author. */
const IN_WORDS: CommandName[] = ['approve', 'deny', 'revoke', 'unlock', 'override'];

describe.each(Object.entries(WORDS))('in %s', (_, asked) => {
  it.each(CommandName.options)('%s', async command => {
    const expected = COMMANDS[command].places.includes(asked.place)
      ? follows(command)
      : { kind: 'malformed_command', answer: { code: 'invalid_arguments', command } };
    expect(await meant(asked, command)).toMatchObject(expected);
  });
});

describe.each(Object.entries(LABELS))('by a label on %s', (_, asked) => {
  it.each(CommandName.options)('%s', async command => {
    const isTaken = COMMANDS[command].places.includes(asked.place) && !IN_WORDS.includes(command);
    const expected = isTaken
      ? follows(command)
      : { kind: 'malformed_command', answer: { code: 'invalid_arguments', command } };
    expect(await meant(asked, command)).toMatchObject(expected);
  });
});
