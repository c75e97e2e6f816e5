import { expect, it } from 'vitest';
import { mayStill, type RepositoryRole, type Viewer } from '../../src/control/viewer.ts';

const viewer = (
  repositories: Record<number, RepositoryRole>,
  audits: Viewer['roles'] extends ReadonlyMap<unknown, infer W> ? W | null : never = null,
): Viewer => ({
  who: { kind: 'person', id: 1, login: 'mona' },
  repositories: new Map(Object.entries(repositories).map(([id, role]) => [Number(id), role])),
  roles: new Map(audits === null ? [] : [['auditor', audits]]),
});

const before = viewer({ 1: 'read', 2: 'write' }, new Set([2]));

it.each([
  ['the same', viewer({ 1: 'read', 2: 'write' }, new Set([2])), true],
  ['another repository', viewer({ 1: 'read', 2: 'write', 3: 'read' }, new Set([2])), true],
  ['a higher role', viewer({ 1: 'triage', 2: 'admin' }, new Set([2])), true],
  ['a role in more of them', viewer({ 1: 'read', 2: 'write' }, new Set([1, 2])), true],
  ['a role in all', viewer({ 1: 'read', 2: 'write' }, 'all'), true],
  ['a repository fewer', viewer({ 2: 'write' }, new Set([2])), false],
  ['a lower role', viewer({ 1: 'read', 2: 'triage' }, new Set([2])), false],
  ['a role elsewhere', viewer({ 1: 'read', 2: 'write' }, new Set([1])), false],
  ['no role', viewer({ 1: 'read', 2: 'write' }), false],
])('somebody who has %s now', (_, now, may) => expect(mayStill(now, before)).toBe(may));

it('somebody else may nothing of theirs', () => {
  const other: Viewer = { ...before, who: { kind: 'person', id: 2, login: 'lisa' } };
  expect(mayStill(other, before)).toBe(false);
});
