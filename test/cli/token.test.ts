/** `gatehouse token`: what is made is shown once, listed without its secret, and ended at once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recognise } from '../../src/engine/machine-tokens.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { created } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { runHere } from './environment.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const token = (...args: string[]) => runHere(['token', ...args], { DATABASE_URL: store.url });
const create = (...args: string[]) =>
  token('create', '--project', 'billing', '--command', 'fix', ...args);

it('makes one, lists it, and revokes it', async () => {
  const made = await create('--repository', 'shop=acme/shop', '--repository', 'acme/web');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const [text = '', hint] = made.stdout.split('\n');
  const [, id = '', secret = ''] = /^gatehouse_([0-9a-f]{12})_([\w-]{43})$/.exec(text) ?? [];
  expect(hint).toContain(`gatehouse token revoke ${id}`);
  expect(await recognise(store.machineTokens, text)).toMatchObject({
    id,
    project: 'billing',
    repositories: [
      { name: 'acme/shop', alias: 'shop' },
      { name: 'acme/web', alias: null },
    ],
    commands: ['fix'],
    trusted: false,
    reads: false,
  });
  const listed = await token('list');
  expect(listed.stdout).toMatch(
    new RegExp(`^${id} +billing +shop=acme/shop, acme/web +fix +no +no +until .*Z$`, 'm'),
  );
  expect(`${listed.stdout}${(await token('list', '--json')).stdout}`).not.toContain(secret);
  const requester = { kind: 'token', id, project: 'billing' } as const;
  const origin = { kind: 'call', key: 'billing/7' } as const;
  await beginTask(store.log, '42-call-7', [created({ origin, requester, issue: null })]);
  await beginTask(store.log, '42-1-0a1b2c3d', [created()]);
  expect(await store.machineTokens.isRevoked(id)).toBe(false);
  const revoked = await token('revoke', id);
  expect(revoked.code).toBe(0);
  expect(revoked.stdout.match(/gatehouse cancel .+/g)).toEqual(['gatehouse cancel 42-call-7']);
  expect(await store.machineTokens.isRevoked(id)).toBe(true);
  expect(await recognise(store.machineTokens, text)).toBeNull();
  expect((await token('list')).stdout).toMatch(/revoked \d{4}/);
  const again = await token('revoke', id);
  expect(again.code).not.toBe(0);
  expect(again.stderr).toContain('gatehouse token list');
});

it.each([
  [['--repository', 'shop'], 'owner/name'],
  [['--repository', 'a=acme/shop', '--repository', 'a=acme/web'], 'alias a'],
  [['--repository', 'acme/shop', '--command', 'approve'], 'nothing else'],
  [['--repository', 'acme/shop', '--days', '0'], '1 to 3650'],
  [['--repository', 'acme/shop', '--project', 'a b'], 'A project is'],
  [[], '--repository'],
])('%j is refused with what to write instead', async (args, said) => {
  const refused = await create(...args);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain(said);
});
