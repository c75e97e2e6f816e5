/** What only reads begins where the repository was last, and counts where it still is. */
import { expect, it } from 'vitest';
import { atPresentName, type Located } from '../../../src/adapters/github/locate.ts';

const HERE: Located = {
  id: 7,
  owner: 'acme',
  name: 'library',
  installation: 1,
  defaultBranch: 'main',
  archived: false,
  kilobytes: 10,
};

/** What it read, and from where, while GitHub says that it is `now`. */
async function readAt(last: Located | null, now: Located) {
  const from: string[] = [];
  const located = Promise.withResolvers<Located>();
  const read = atPresentName(
    () => located.promise,
    HERE,
    async ({ name, defaultBranch }) => {
      from.push(`${name} ${defaultBranch}`);
      return `of ${name}`;
    },
    last,
  );
  const before = [...from];
  located.resolve(now);
  return { result: await read, before, from };
}

it('is read while GitHub is asked where it is', async () => {
  expect(await readAt(HERE, { ...HERE, kilobytes: 11 })).toEqual({
    result: 'of library',
    before: ['library main'],
    from: ['library main'],
  });
});

it.each([
  { ...HERE, name: 'books' },
  { ...HERE, defaultBranch: 'trunk' },
  { ...HERE, installation: 2 },
  { ...HERE, archived: true },
])('is read anew where it is elsewhere or another by now', async now => {
  const { result, from } = await readAt(HERE, now);
  expect(result).toBe(`of ${now.name}`);
  expect(from).toEqual(['library main', `${now.name} ${now.defaultBranch}`]);
});

it('waits where it was never looked for', async () => {
  expect(await readAt(null, HERE)).toMatchObject({ before: [], from: ['library main'] });
});
