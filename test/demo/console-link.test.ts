import { expect, it } from 'vitest';
import { SESSION_COOKIE } from '../../src/control/sign-in/cookies.ts';
import { createBrowser } from '../control/signing-in.ts';
import { serveHere } from '../scenarios/gatehouse.ts';
import { consoleLines } from './console-link.ts';
import { openEnvironment } from './environment.ts';

it('the link that the demo prints signs in as its maintainer, who may see all, once', async () => {
  const environment = await openEnvironment({
    repository: { name: 'sum', files: { 'README.md': 'A sum.\n' } },
    env: {},
    serve: settings => serveHere(settings, () => {}),
  });
  try {
    const { listensAt } = environment;
    const [line = ''] = consoleLines(environment);
    const [link = ''] = /http\S+/.exec(line) ?? [];
    const browser = createBrowser();
    expect(await browser.follow(link)).toBe(`${listensAt}/console/`);
    const session = browser.cookie(listensAt, SESSION_COOKIE);
    const headers = { cookie: `${SESSION_COOKIE}=${session}` };
    const me = await (await fetch(`${listensAt}/api/v1/me`, { headers })).json();
    const roles = ['operator', 'policy_admin', 'auditor'];
    expect(me).toMatchObject({
      kind: 'person',
      name: 'mona',
      mayApprove: true,
      roles: roles.map(role => ({ role, repositories: null })),
    });
    expect(await createBrowser().get(link)).toMatchObject({ status: 403 });
  } finally {
    await environment.close();
  }
});
