/** Whoever lets themselves in by writing into the database is named, with what to do. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { beginSession, endSessions } from '../../../src/engine/access/sessions.ts';
import { createToken, revokeToken } from '../../../src/engine/access/tokens.ts';
import { createHandle } from '../../../src/engine/handle.ts';
import { openStore, type TestStore } from '../../adapters/store/database.ts';
import { openLogOf, runProgram } from '../../cli/run-program.ts';

const MONA = { kind: 'person', id: 1, login: 'mona' } as const;
const HOUR_AGO = () => new Date(Date.now() - 3_600_000);
let now = HOUR_AGO;
let store: TestStore;
let sql: pg.Client;
const tokens: string[] = [];

beforeAll(async () => {
  store = await openStore();
  sql = new pg.Client({ connectionString: store.url });
  await sql.connect();
  const clock = { now: () => now() };
  const handle = createHandle({
    redact: text => text,
    log: store.log,
    clock,
    random: () => 0.5,
    appended: async () => {},
  });
  const grant = {
    project: 'billing',
    repositories: [{ name: 'acme/shop', alias: 'shop' }],
    commands: ['fix'],
    trusted: false,
    reads: false,
    expiresAt: new Date(Date.now() + 86_400_000),
  };
  for (let n = 0; n < 3; n++)
    tokens.push((await createToken({ ...store, handle }, grant, MONA)).id);
  await revokeToken({ ...store, handle }, tokens[2] ?? '', MONA);
  const access = { sessions: store.sessions, handle, clock };
  await store.sessions.keepTokens(MONA, Buffer.from('sealed'));
  await beginSession(access, MONA, { browser: 'a' });
  await beginSession(access, { kind: 'operator', name: 'root' }, { browser: 'b' });
  await endSessions(access, { kind: 'operator', name: 'root' }, { id: null, why: 'asked' });
  // What is being ended right now is no fault.
  now = () => new Date();
});
afterAll(async () => {
  await sql.end();
  await store.close();
});

const verify = (...args: string[]) =>
  runProgram(['verify', ...args], { openLog: openLogOf(store) });

it('is nothing where each has its event', async () => {
  expect(await verify()).toMatchObject({ code: 0, out: expect.stringMatching(/^verify: ok/) });
});

it('names a token and a session that nobody made, that say something else, or were ended', async () => {
  const [first, second, revoked] = tokens;
  await sql.query(
    `INSERT INTO machine_tokens (id, digest, project, repositories, commands, trusted, reads, expires_at)
     SELECT '00000000000a', digest, project, repositories, commands, true, true, expires_at FROM machine_tokens LIMIT 1`,
  );
  await sql.query('UPDATE machine_tokens SET trusted = true WHERE id = $1', [second]);
  await sql.query('UPDATE machine_tokens SET revoked_at = NULL WHERE id = $1', [revoked]);
  await sql.query(
    `INSERT INTO sessions (digest, id, person, browser, ends_at) SELECT 'x', 'forged', person, 'c', ends_at FROM sessions`,
  );
  const { code, out } = await verify();
  expect(code).toBe(1);
  expect(out).toContain(
    'machine token 00000000000a (billing): no event tells that it was made: gatehouse token revoke 00000000000a',
  );
  expect(out).toContain(`machine token ${second} (billing): it is for something else than it was`);
  expect(out).toContain(`machine token ${revoked} (billing): it was revoked, and is in use`);
  expect(out).toContain(
    'session forged (access/person-1): no event tells that somebody signed in: take its row',
  );
  expect(out).not.toContain(first);
  expect(out).toMatch(/verify: failed, though each stream agrees with itself/);
});
