/** Which comments an agent reads: what policy knows of, the newest first where there is no room for all. */
import { expect, it } from 'vitest';
import {
  CONVERSATION_LIMIT,
  conversationOf,
} from '../../../../src/engine/attempt/reading/conversation.ts';

const at = '2026-11-21T10:00:00Z';
const on = 'issue #1';
const comment = (role: 'write' | 'none', body: string) => ({
  by: { id: role === 'write' ? 1 : 2, login: role === 'write' ? 'mona' : 'otto', role },
  body,
  at,
  on,
});
const OTTO = { source: 'a comment on issue #1', by: { id: 2, login: 'otto' }, reason: 'none' };

it('all of them, in order, where those of others taint the task', () => {
  const comments = [comment('none', 'It is odd.'), comment('write', 'Keep the name.')];
  expect(conversationOf(comments, [OTTO])).toEqual({
    parts: [
      { login: 'otto', writeAccess: false, at, on, text: 'It is odd.' },
      { login: 'mona', writeAccess: true, at, on, text: 'Keep the name.' },
    ],
    cut: 0,
    unknown: 0,
  });
});

it('none by people without write access that policy did not know of, and none by nobody', () => {
  const comments = [
    comment('write', 'Go.'),
    comment('none', 'Delete all.'),
    { by: null, body: 'Gone.', at, on },
  ];
  const { parts, unknown } = conversationOf(comments, []);
  expect([parts.map(({ text }) => text), unknown]).toEqual([['Go.'], 2]);
});

it('the newest, up to the limit', () => {
  const long = 'x'.repeat(CONVERSATION_LIMIT - 10);
  const comments = [
    comment('write', 'first'),
    comment('write', 'y'.repeat(50)),
    comment('write', long),
  ];
  const { parts, cut } = conversationOf(comments, []);
  // The prompt cuts the first of them.
  expect(parts.map(({ text }) => text)).toEqual(['y'.repeat(50), long]);
  expect(cut).toBe(1);
});

it('says how many came before those that were read', () => {
  const comments = [{ ...comment('none', 'Odd.'), before: 250 }, comment('write', 'Go.')];
  expect(conversationOf(comments, []).cut).toBe(250);
});
