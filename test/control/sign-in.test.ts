/** People sign in with GitHub: who they are, what they see, and how it ends. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { outdatedBy } from '../../src/adapters/github/facts/outdated.ts';
import { meaningOf } from '../../src/compose/github/triggers.ts';
import { SESSION_COOKIE, SIGN_IN_COOKIE } from '../../src/control/sign-in/cookies.ts';
import { returnAddress } from '../../src/control/sign-in/return-address.ts';
import type { StoredEvent } from '../../src/core/event.ts';
import { accessStream, type StreamRef } from '../../src/core/stream.ts';
import { endSessions, makeLink, sessionsOf } from '../../src/engine/access/sessions.ts';
import { createBrowser, openSigningIn } from './signing-in.ts';

const APP = { id: 1, slug: 'helper', botUserId: 2 };

let at: Awaited<ReturnType<typeof openSigningIn>>;
beforeAll(async () => {
  at = await openSigningIn();
});
afterAll(() => at.close());

type Person = typeof at.world.bob;

async function signIn(person: Person, to = '/console/tasks?open=true', browser = createBrowser()) {
  const { github, app } = at.world;
  github.authorizeApp(app, person);
  browser.set(github.url, 'viewer', String(person.id));
  const landed = await browser.follow(`${at.url}/auth/sign-in?${new URLSearchParams({ to })}`);
  const secret = browser.cookie(at.url, SESSION_COOKIE) ?? '';
  return {
    browser,
    landed,
    secret,
    owner: { kind: 'person' as const, id: person.id, login: person.login },
  };
}

async function eventsOf(stream: StreamRef): Promise<StoredEvent[]> {
  return Array.fromAsync(at.services.log.read(stream));
}

const nameOf = (id: number) => (id === at.world.repository.id ? 'acme/library' : String(id));

const visible = async (secret: string, find = at.find) => {
  const viewer = await find(secret);
  return viewer && [...viewer.repositories].map(([id, role]) => `${nameOf(id)} ${role}`);
};

it('a person signs in, sees what GitHub lets them see, and signs out; each is an event', async () => {
  const { browser, landed, secret, owner } = await signIn(at.world.bob);
  expect(landed).toBe(`${at.url}/console/tasks?open=true`);
  expect(browser.cookie(at.url, SIGN_IN_COOKIE)).toBeUndefined();
  expect(await visible(secret)).toEqual(['acme/library write']);
  const [session] = await sessionsOf(at.access, owner);
  expect(session).toMatchObject({ owner, browser: 'A test' });
  expect(await endSessions(at.access, owner, { id: session?.id ?? '', why: 'asked' })).toBe(true);
  expect(await at.find(secret)).toBeNull();
  expect(await endSessions(at.access, owner, { id: session?.id ?? '', why: 'asked' })).toBe(false);
  const events = await eventsOf(accessStream({ person: owner.id }));
  const actor = { kind: 'person', id: owner.id, login: 'bob' };
  expect(events.map(({ type, actor }) => [type, actor])).toEqual([
    ['access.signed_in', actor],
    ['access.signed_out', actor],
  ]);
  expect(JSON.stringify(events)).not.toContain(secret);
});

it('what is kept is neither a cookie nor a token that anybody could use', async () => {
  const { secret, owner } = await signIn(at.world.bob);
  const kept = await at.services.sessions.tokens(owner.id);
  expect(kept?.sealed.toString('latin1')).not.toMatch(/gh[ur]_/);
  expect(await at.find(secret.slice(0, -1))).toBeNull();
  expect(await at.find(`${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`)).toBeNull();
  await endSessions(at.access, owner, { id: null, why: 'ended' });
});

it('nobody is signed in by a code that was not asked for here, or where they said no', async () => {
  const { github, carol } = at.world;
  const honest = createBrowser();
  const { to } = await honest.get(`${at.url}/auth/sign-in`);
  const asked = new URL(to);
  expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
  const stranger = createBrowser();
  const elsewhere = await stranger.get(
    `${at.url}/auth/callback?code=x&state=${asked.searchParams.get('state')}`,
  );
  expect(elsewhere.to).toBe(`${at.url}/console/sign-in?failed=began_elsewhere`);
  const otherState = await honest.get(`${at.url}/auth/callback?code=x&state=other`);
  expect(otherState.to).toContain('failed=began_elsewhere');
  honest.set(github.url, 'viewer', String(carol.id));
  const again = await honest.get(`${at.url}/auth/sign-in`);
  const state = new URL(again.to).searchParams.get('state') ?? '';
  const refused = await honest.get(`${at.url}/auth/callback?error=access_denied&state=${state}`);
  expect(refused.to).toBe(`${at.url}/console/sign-in?failed=refused`);
  expect(honest.cookie(at.url, SESSION_COOKIE)).toBeUndefined();
  expect(await sessionsOf(at.access, { kind: 'person', id: carol.id, login: 'carol' })).toEqual([]);
});

it('whose access is taken away in mid-session sees it no more, in every process', async () => {
  const { github, repository, carol, installation } = at.world;
  const { secret } = await signIn(carol);
  const other = await at.process();
  expect(await visible(secret)).toEqual(['acme/library read']);
  expect(await visible(secret, other.find)).toEqual(['acme/library read']);
  github.removeCollaborator(repository, carol);
  // Until GitHub tells, what it said is believed: the delivery is what ends it.
  expect(await visible(secret)).toEqual(['acme/library read']);
  const payload = { action: 'removed', repository: { id: repository.id }, installation };
  for (const { scope, topics } of outdatedBy('member', payload, APP))
    await at.services.changes.changed(scope, topics);
  expect(await visible(secret)).toEqual([]);
  expect(await visible(secret, other.find)).toEqual([]);
  github.addCollaborator(repository, carol, 'read');
});

it('tokens are renewed once, however many processes ask at the same time', async () => {
  const { alice } = at.world;
  const { secret, owner } = await signIn(alice);
  const processes = await Promise.all([at.process(), at.process(), at.process()]);
  const before = await at.services.sessions.tokens(owner.id);
  at.services.clock.now = () => new Date(Date.now() + 8 * 3_600_000 - 60_000);
  try {
    const asked = processes.flatMap(({ find }) => [visible(secret, find), visible(secret, find)]);
    for (const seen of await Promise.all(asked)) expect(seen).toEqual(['acme/library admin']);
  } finally {
    at.services.clock.now = () => new Date();
  }
  const after = await at.services.sessions.tokens(owner.id);
  expect(after?.turn).toBe((before?.turn ?? 0) + 1);
});

it('who takes back on GitHub what they allowed is signed out at the next look', async () => {
  const { github, app, bob } = at.world;
  const { secret, owner } = await signIn(bob);
  const { secret: second } = await signIn(bob, '/console/', createBrowser());
  github.revokeAuthorization(app, bob);
  const fresh = await at.process();
  expect(await fresh.find(secret)).toBeNull();
  expect(await fresh.find(second)).toBeNull();
  const last = (await eventsOf(accessStream({ person: owner.id }))).at(-1);
  expect(last).toMatchObject({ type: 'access.signed_out', data: { why: 'refused' } });
});

it('who takes it back is signed out by GitHub telling so, whether or not anybody looks', async () => {
  const { secret, owner } = await signIn(at.world.bob);
  const payload = { action: 'revoked', sender: { id: owner.id, login: 'bob', type: 'User' } };
  const meaning = await meaningOf({ event: 'github_app_authorization', payload }, APP);
  if (!('follow' in meaning)) throw new Error(meaning.problem);
  const intake = { ...at.services, delivery: 'a-delivery' };
  expect(await meaning.follow(intake)).toBe('bob is signed out');
  expect(await meaning.follow(intake)).toBe('bob was not signed in');
  expect(await at.find(secret)).toBeNull();
  expect(await at.services.sessions.tokens(owner.id)).toBeNull();
  const last = (await eventsOf(accessStream({ person: owner.id }))).at(-1);
  expect(last).toMatchObject({ type: 'access.signed_out', data: { why: 'revoked' } });
});

it('roles are held over what one sees, by id or by team, and show nothing more', async () => {
  const { github, acme, bob, repository } = at.world;
  github.addTeam(acme, 'security', [bob]);
  const { secret } = await signIn(bob);
  const grant = (over: string, of: object) => ({
    role: 'operator' as const,
    over,
    people: {},
    teams: [],
    ...of,
  });
  const { find } = await at.process([
    grant('acme', { people: { bob: bob.id } }),
    grant('acme/other', { role: 'policy_admin', people: { bob: bob.id } }),
    grant('*', { role: 'auditor', teams: ['acme/security'] }),
    grant('*', { people: { bob: bob.id + 1 } }),
  ]);
  const found = await find(secret);
  expect(found?.roles).toEqual(
    new Map<string, unknown>([
      ['operator', new Set([repository.id])],
      ['auditor', 'all'],
    ]),
  );
  expect(await visible(secret, find)).toEqual(['acme/library write']);
});

it('a link of the shell signs in once, as an operator who is nobody on GitHub', async () => {
  const code = await makeLink(at.access, 'root');
  const browser = createBrowser();
  const link = `${at.url}/auth/link?code=${code}&to=/console/tasks/42`;
  expect(await browser.follow(link)).toBe(`${at.url}/console/tasks/42`);
  const found = await at.find(browser.cookie(at.url, SESSION_COOKIE) ?? '');
  expect(found?.who).toEqual({ kind: 'operator', name: 'root' });
  expect([...(found?.roles.values() ?? [])]).toEqual(['all', 'all', 'all']);
  const again = await createBrowser().get(link);
  expect(again.to).toBe(`${at.url}/console/sign-in?failed=used_link&to=%2Fconsole%2Ftasks%2F42`);
  const [event] = await eventsOf(accessStream('operators'));
  expect(event).toMatchObject({ type: 'access.signed_in', data: { by: 'link' } });
});

it.each([
  ['/console/tasks/1?x=1', '/console/tasks/1?x=1'],
  ['https://evil.example.com/console/', '/console/'],
  ['//evil.example.com/console/', '/console/'],
  ['/console//evil.example.com', '/console/'],
  ['/console/\\evil.example.com', '/console/'],
  ['/console/../auth/link?code=x', '/console/'],
  ['/console/%2e%2e/api', '/console/'],
  ['/api/v1/tasks', '/console/'],
  ['/console/a\r\nset-cookie: x', '/console/'],
  [null, '/console/'],
])('one goes on to a page of the console: %s', (wanted, to) => {
  expect(returnAddress(wanted)).toBe(to);
});
