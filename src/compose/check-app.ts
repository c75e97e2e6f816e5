/** Whether GitHub knows the App, and has granted it what `app.yml` asks for. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { connectGitHub } from '../adapters/github/connect.ts';
import type { GrantDifference } from '../adapters/github/granted.ts';
import type { Check } from '../cli/house.ts';
import type { Config } from '../config.ts';
import { GitHubFailure } from '../engine/ports/github.ts';
import { check } from './check.ts';
import { createLogger } from './logger.ts';

const MANIFEST = resolve(import.meta.dirname, '../../app.yml');

export async function checkApp(github: Config['github']): Promise<Check[]> {
  const { appId, privateKey, host, protocol } = github;
  let differences: GrantDifference[] = [];
  const app = await check('GitHub App', null, async () => {
    try {
      const log = createLogger('silent', []);
      const key = privateKey.reveal();
      const connected = await connectGitHub({ appId, privateKey: key, host, protocol, log });
      differences = await connected.granted(await readFile(MANIFEST, 'utf8'));
      return `${connected.app.slug} (App ${connected.app.id}) on ${host ?? 'github.com'}`;
    } catch (error) {
      return { problem: error instanceof Error ? error.message : `${error}`, mend: mendOf(error) };
    }
  });
  if (!app.ok) return [app];
  if (differences.length > 0) return [app, ...differences.map(told)];
  return [app, { name: 'permissions', ok: true, detail: 'as app.yml asks', mend: null }];
}

const told = ({ kind, name, wanted, granted }: GrantDifference): Check => ({
  name: `${kind} ${name}`,
  ok: false,
  detail: `app.yml asks for ${wanted ?? 'nothing'}, GitHub has granted ${granted ?? 'nothing'}`,
  mend: "Change it on the App's page under Permissions & events, then accept it where it is installed.",
});

function mendOf(error: unknown): string {
  const kind = error instanceof GitHubFailure ? error.class : null;
  if (kind === 'forbidden' || kind === 'not_found')
    return "APP_ID and the private key must be of one App: see its page, and generate a new key there where this one's is lost.";
  if (kind === 'transport')
    return 'Is this machine connected, and GHE_HOST and GHE_PROTOCOL as they should be?';
  return 'GitHub is not well: try again later.';
}
