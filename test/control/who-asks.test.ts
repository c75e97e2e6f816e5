import { expect, it } from 'vitest';
import type { Viewer } from '../../src/control/viewer.ts';
import { createWhoAsks } from '../../src/control/who-asks.ts';

const nobody = async () => ({ ok: false as const, problem: UNKNOWN });
const UNKNOWN = { status: 401, title: '', code: 'unauthorized', message: '', next: '' };

it('lets one person ask so often within a minute, and others as often', async () => {
  const session = async ({ headers }: { headers: NodeJS.Dict<string | string[]> }) => ({
    who: { kind: 'person', id: Number(headers.cookie), login: 'mona' } as const,
    repositories: new Map<number, 'read'>(),
    roles: new Map() satisfies Viewer['roles'],
  });
  const whoAsks = createWhoAsks({
    tokens: { reads: nobody, calls: nobody },
    session,
    taskPages: { repositoriesNamed: async () => [] },
  });
  const ask = (person: number) =>
    whoAsks({ headers: { cookie: String(person) } } as Parameters<typeof whoAsks>[0]);
  for (let asked = 0; asked < 3_000; asked++) expect(await ask(1)).toMatchObject({ ok: true });
  expect(await ask(1)).toMatchObject({ ok: false, problem: { status: 429 } });
  expect(await ask(2)).toMatchObject({ ok: true });
});
