import { expect, it } from 'vitest';
import { newestOf } from '../../../src/adapters/github/facts/newest-of.ts';

const said = (association: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ association, at: from + index }));
const times = (all: { at: number }[]) => all.map(({ at }) => at);

it('keeps the newest, in their order', () => {
  expect(times(newestOf(said('NONE', 0, 6), 4))).toEqual([2, 3, 4, 5]);
  expect(newestOf(said('MEMBER', 0, 3), 4)).toHaveLength(3);
  expect(newestOf([], 4)).toEqual([]);
});

it('keeps what people of the repository said before any number of strangers', () => {
  const all = [...said('OWNER', 0, 3), ...said('CONTRIBUTOR', 3, 100)];
  expect(times(newestOf(all, 4))).toEqual([1, 2, 98, 99]);
});

it('keeps what strangers said beside as many words of people of the repository', () => {
  const all = [...said('NONE', 0, 2), ...said('COLLABORATOR', 2, 5)];
  expect(times(newestOf(all, 4))).toEqual([1, 2, 3, 4]);
});
