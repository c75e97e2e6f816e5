/** Whether GitHub knows the App, and has granted it what `app.yml` asks for. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { GrantDifference } from '../adapters/github/granted.ts';
import type { Check } from '../cli/services.ts';
import type { Config } from '../config.ts';
import { check } from './check.ts';
import { connect, gitHubFault } from './connect.ts';
import { createLogger } from './logger.ts';

const MANIFEST = resolve(import.meta.dirname, '../../app.yml');

export async function checkApp(github: Config['github']): Promise<Check[]> {
  let differences: GrantDifference[] = [];
  const known = await check('GitHub App', null, async () => {
    try {
      const { app, granted } = await connect(github, createLogger('silent', []));
      differences = await granted(await readFile(MANIFEST, 'utf8'));
      return `${app.slug} (App ${app.id}) on ${github.host ?? 'github.com'}`;
    } catch (error) {
      return gitHubFault(error);
    }
  });
  if (!known.ok) return [known];
  if (differences.length > 0) return [known, ...differences.map(differenceCheck)];
  return [known, { name: 'permissions', ok: true, detail: 'as app.yml asks', remediation: null }];
}

const differenceCheck = ({ kind, name, wanted, granted }: GrantDifference): Check => ({
  name: `${kind} ${name}`,
  ok: false,
  detail: `app.yml asks for ${wanted ?? 'nothing'}, GitHub has granted ${granted ?? 'nothing'}`,
  remediation:
    "Change it on the App's page under Permissions & events, then accept it where the App is installed.",
});
