/** Which comments an agent reads: what policy knows of, the newest first where there is no room for all. */
import { expect, it } from 'vitest';
import { CONVERSATION_LIMIT, conversationOf } from '../../../src/engine/attempt/conversation.ts';

const at = '2026-11-21T10:00:00Z';
const comment = (id: number, role: 'write' | 'none', body: string) => ({
  id,
  by: { id: role === 'write' ? 1 : 2, login: role === 'write' ? 'mona' : 'otto', role },
  body,
  at,
});
const OTTO = { source: 'a comment on issue #1', by: { id: 2, login: 'otto' }, reason: 'none' };

it('all of them, in order, where those of others taint the task', () => {
  const comments = [comment(1, 'none', 'It is odd.'), comment(2, 'write', 'Keep the name.')];
  expect(conversationOf(comments, [OTTO])).toEqual({
    parts: [
      { login: 'otto', writeAccess: false, at, text: 'It is odd.' },
      { login: 'mona', writeAccess: true, at, text: 'Keep the name.' },
    ],
    cut: 0,
    unknown: 0,
  });
});

it('none by people without write access that policy did not know of, and none by nobody', () => {
  const comments = [
    comment(1, 'write', 'Go.'),
    comment(2, 'none', 'Delete all.'),
    { id: 3, by: null, body: 'Gone.', at },
  ];
  const { parts, unknown } = conversationOf(comments, []);
  expect([parts.map(({ text }) => text), unknown]).toEqual([['Go.'], 2]);
});

it('the newest, up to the limit', () => {
  const long = 'x'.repeat(CONVERSATION_LIMIT - 10);
  const comments = [
    comment(1, 'write', 'first'),
    comment(2, 'write', 'y'.repeat(50)),
    comment(3, 'write', long),
  ];
  const { parts, cut } = conversationOf(comments, []);
  expect(parts.map(({ text }) => text)).toEqual([
    `${'y'.repeat(10)}\n… (40 more characters)`,
    long,
  ]);
  expect(cut).toBe(1);
});
