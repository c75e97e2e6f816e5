import { expect, it } from 'vitest';
import { inspectTexts } from '../../src/patch/written-texts.ts';

const TOKEN = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;
const clean = {
  branch: 'gatehouse/issue-1',
  title: 'It adds',
  messages: [{ commit: 'c'.repeat(40), message: 'Fix the sum\n\nIt adds now.\n' }],
};

it('finds nothing in what people usually write', () => {
  expect(inspectTexts(clean)).toEqual([]);
});

it.each([
  ['the branch', { branch: `fix/${TOKEN}` }, /name of the branch/],
  ['the title', { title: `Use ${TOKEN} for now` }, /title of the pull request/],
  [
    'one message of many',
    { messages: [...clean.messages, { commit: 'd'.repeat(40), message: `Fix\n\nkey: ${TOKEN}` }] },
    /message of commit ddddddd /,
  ],
  [
    'a message in which the token is folded',
    {
      messages: [
        { commit: 'd'.repeat(40), message: `Fix\n\n${TOKEN.slice(0, 20)}\u200b${TOKEN.slice(20)}` },
      ],
    },
    /message of commit ddddddd /,
  ],
])('finds a secret in %s, and does not quote it', (_, change, where) => {
  const [found, ...others] = inspectTexts({ ...clean, ...change });
  expect(others).toEqual([]);
  expect(found).toMatchObject({ kind: 'secret', path: '', severity: 'refuse' });
  expect(found?.reason).toMatch(where);
  expect(found?.reason).not.toContain(TOKEN.slice(0, 12));
});

it('asks a person about what may be a credential, and about messages that are too long to read', () => {
  const address = 'Fix\n\npostgres://admin:hunter2hunter2@db.example.com/app';
  const messages = [{ commit: 'd'.repeat(40), message: address }];
  expect(inspectTexts({ ...clean, messages }).map(({ kind }) => kind)).toEqual(['possible-secret']);
  expect(inspectTexts({ ...clean, messages: null }).map(({ kind }) => kind)).toEqual([
    'uninspected',
  ]);
});
