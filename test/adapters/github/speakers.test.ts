/** Strangers who speak are many, and each would be a question to GitHub. */
import { expect, it } from 'vitest';
import { readSpeakers } from '../../../src/adapters/github/facts/speakers.ts';
import { REPOSITORY } from '../../engine/github.ts';

it('asks about all who belong to the repository, and about the last twenty of others', async () => {
  const asked: number[] = [];
  const say = (id: number, association: string, second: number) => ({
    user: { id, login: `person-${id}` },
    association,
    at: new Date(second * 1_000).toISOString(),
  });
  const strangers = Array.from({ length: 50 }, (_, at) => say(100 + at, 'NONE', 100 + at));
  const ours = ['OWNER', 'MEMBER', 'COLLABORATOR'].map((of, at) => say(at + 1, of, at));
  const twice = strangers.map(one => ({ ...one, at: new Date(0).toISOString() }));
  const roles = await readSpeakers(
    async (_repository, { id, login }) => {
      asked.push(id);
      return { login, role: 'write' };
    },
    REPOSITORY,
    [...ours, ...twice, ...strangers],
  );
  expect(asked.toSorted((a, b) => a - b)).toEqual([
    ...[1, 2, 3],
    ...Array.from({ length: 20 }, (_, at) => 130 + at),
  ]);
  expect(roles.get(129)).toEqual({ login: 'person-129', role: 'none' });
  expect(roles.get(149)?.role).toBe('write');
});
