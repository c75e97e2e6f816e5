/** `gatehouse login` and `logout`, and what of `open` and the answers needs no task at work. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openLink } from '../../src/engine/access/sessions.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { openEnvironment, type SimulatorEnvironment } from '../simulator/environment.ts';
import { atAShell } from './at-a-shell.ts';
import { runHere } from './environment.ts';
import { openLogOf, openToSteerOf, runProgram } from './run-program.ts';

let world: SimulatorEnvironment;
let store: TestStore;
beforeAll(async () => {
  [world, store] = await Promise.all([openEnvironment(), openStore()]);
  world.github.configureSignIn(world.app, { deviceFlow: true, deviceInterval: 0.01 });
});
afterAll(() => Promise.all([world.close(), store.close()]));

it('somebody signs in by a code, in a file that is theirs alone, and signs out', async () => {
  const shell = await atAShell(world.github, world.app);
  expect(await shell.login(world.bob)).toMatch(
    /Open http\S+\/login\/device and type this code: [A-Z]{4}-[A-Z]{4}\n[\s\S]*as bob/,
  );
  const file = join(shell.folder, 'gatehouse/logins.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(shell.folder, 'gatehouse'))).mode & 0o777).toBe(0o700);
  const kept = await shell.logins.find(world.github.host);
  expect(kept?.person).toEqual({ id: world.bob.id, login: 'bob' });
  expect(await shell.logout()).toContain('bob is signed out');
  expect(await readFile(file, 'utf8')).toBe('{}\n');
  expect(await shell.logout()).toContain('Nobody was signed in');
  await writeFile(file, '{"x":1}');
  await expect(shell.login(world.bob)).rejects.toThrow(/remove it and sign in again/);
});

it('says what is in the way: a refusal, and an App that has no device flow', async () => {
  const shell = await atAShell(world.github, world.app);
  await expect(shell.login('refused')).rejects.toThrow(/GitHub says: The authorization/);
  const { github, app } = world;
  github.configureSignIn(app, { deviceFlow: false });
  await expect(shell.login(world.bob)).rejects.toThrow(
    /tick "Enable Device Flow" on the App's page/,
  );
  github.configureSignIn(app, { deviceFlow: true });
});

it('answers nothing of a task that is not there, and needs somebody who is signed in', async () => {
  const shell = await atAShell(world.github, world.app, openLogOf(store));
  await expect(shell.answer({ task: 'nothing', says: 'approve' })).rejects.toThrow(/no task/);
});

it('`open` makes a link that is good once, for the operator of this shell', async () => {
  const { sessions } = store;
  const { handle } = await openToSteerOf(store)();
  const openLog = openLogOf(store);
  const { out } = await runProgram(['open', '--json'], { openLog });
  const { url } = JSON.parse(out) as { url: string };
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/auth\/link\?code=[\w-]{43}&to=%2Fconsole%2F$/);
  const code = new URL(url).searchParams.get('code') ?? '';
  const parts = { sessions, handle, clock: { now: () => new Date() } };
  expect(await openLink(parts, code, { browser: '' })).toMatchObject({
    secret: expect.any(String),
  });
  expect(await openLink(parts, code, { browser: '' })).toBeNull();
  const printed = await runProgram(['open'], { openLog });
  expect(printed.out).toMatch(/auth\/link\?code=[\s\S]*good once, for a minute/);
});

describe("under an account of one's own, without the key of the App", () => {
  const given = () => ({ GHE_HOST: world.github.host, GHE_PROTOCOL: 'http' });
  const reviewer = () => ({ ...given(), GITHUB_CLIENT_ID: world.app.clientId });

  it.each([['login'], ['approve', 'nothing'], ['deny', 'nothing'], ['revoke', 'nothing']])(
    '%s asks for no credential of the App',
    async (...args) => {
      world.github.configureSignIn(world.app, { deviceFlow: false });
      const { code, stderr } = await runHere(args, { ...reviewer(), DATABASE_URL: store.url });
      world.github.configureSignIn(world.app, { deviceFlow: true });
      expect(code).toBe(1);
      expect(stderr).toMatch(args[0] === 'login' ? /Enable Device Flow/ : /no task/);
      expect(stderr).not.toMatch(/gatehouse setup|APP_ID|PRIVATE_KEY|WEBHOOK_SECRET/);
    },
  );

  it('says that the Client ID is missing, and who knows it', async () => {
    const { code, stderr } = await runHere(['login'], given());
    expect(code).toBe(1);
    expect(stderr).toMatch(/GITHUB_CLIENT_ID is missing.*whoever operates Gatehouse can tell you/);
    expect(stderr).not.toMatch(/gatehouse setup|APP_ID|PRIVATE_KEY|WEBHOOK_SECRET/);
  });

  it('signs out with nothing but the host of GitHub, and opens the console with the database', async () => {
    const shell = await atAShell(world.github, world.app);
    await shell.login(world.bob);
    vi.stubEnv('XDG_CONFIG_HOME', shell.folder);
    const out = await runHere(['logout'], given());
    vi.unstubAllEnvs();
    expect(out).toMatchObject({ code: 0, stdout: expect.stringContaining('bob is signed out') });
    const opened = await runHere(['open', '--print'], { DATABASE_URL: store.url });
    expect(opened.stdout).toMatch(/^http:\/\/127\.0\.0\.1:3000\/auth\/link\?code=/);
  });
});
