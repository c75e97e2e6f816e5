/** Whether GitHub knows the App, and has granted it what `app.yml` asks for. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { GrantDifference } from '../../adapters/github/app/granted.ts';
import type { GitHub } from '../../adapters/github/connect.ts';
import type { Config } from '../../config.ts';
import type { Check } from '../../engine/ports/doctor.ts';
import { CALLBACK_PATH } from '../../engine/ports/sign-in.ts';
import { connect, gitHubFault } from '../github/connect.ts';
import { addressOf } from '../http/public-url.ts';
import { createLogger } from '../telemetry/logger.ts';
import { check } from './check.ts';
import { clockState } from './check-machine.ts';
import { webhookState } from './check-webhook.ts';

const MANIFEST = resolve(import.meta.dirname, '../../../app.yml');

export async function checkApp(
  config: Pick<Config, 'github' | 'deliveries' | 'publicUrl' | 'listen'>,
): Promise<Check[]> {
  const { github, deliveries } = config;
  let differences: GrantDifference[] = [];
  const found: { github: GitHub | null } = { github: null };
  const known = await check('GitHub App', null, async () => {
    try {
      found.github = await connect(github, createLogger('silent', []));
      const { app, granted } = found.github;
      differences = await granted(await readFile(MANIFEST, 'utf8'));
      return `${app.slug} (App ${app.id}) on ${github.host ?? 'github.com'}`;
    } catch (error) {
      return gitHubFault(error);
    }
  });
  if (!known.ok || found.github === null) return [known];
  const asked = differences.filter(({ kind }) => kind !== 'optional');
  const permissions =
    asked.length > 0
      ? asked.map(differenceCheck(found.github.pages.settings))
      : [{ name: 'permissions', ok: true, detail: 'as app.yml asks', remediation: null }];
  const optional = differences.filter(({ kind }) => kind === 'optional').map(optionalCheck);
  const signIn = signInState(config, found.github.pages.settings);
  const arrival = await checkArrival(found.github, deliveries);
  return [known, ...permissions, ...optional, ...arrival, signIn];
}

/** GitHub tells nobody which callback URLs an App has: so it is said which one it takes. */
function signInState(
  { github: { client }, publicUrl, listen }: Pick<Config, 'github' | 'publicUrl' | 'listen'>,
  settings: string,
): Check {
  const callback = `the callback URL ${addressOf({ publicUrl, listen })}${CALLBACK_PATH}`;
  const detail = client?.secret
    ? `with GitHub; the App needs ${callback} (${settings})`
    : `off: set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET to what ${settings} shows, and enter ${callback} there`;
  return { name: 'sign-in', ok: true, detail, remediation: null };
}

/** Whether work can arrive: the App is installed, deliveries come, and the clocks agree. */
async function checkArrival(
  { record, webhook, pages, clockOffsetMs }: GitHub,
  deliveries: Config['deliveries'],
): Promise<Check[]> {
  let installedAt: Date | null = null;
  const again = 'GitHub did not answer: try again later.';
  const installation = await check('installation', again, async () => {
    for await (const { since, repositories } of record.installations()) {
      if (installedAt === null || since > installedAt) installedAt = since;
      const [first] = repositories;
      if (first)
        return `on ${first.owner}/${first.name}${repositories.length > 1 ? ' and others' : ''}`;
    }
    return {
      problem: installedAt ? 'it is installed on no repository' : 'the App is installed nowhere',
      remediation: `Install it, or add repositories: ${pages.install}`,
    };
  });
  return [
    installation,
    await check('webhook', again, async () =>
      webhookState(
        await webhook(),
        { deliveries, installedAt, settings: pages.settings },
        new Date(),
      ),
    ),
    await check('clock', null, async () => clockState(clockOffsetMs)),
  ];
}

/** Nothing that it is without needs mending. */
const optionalCheck = ({ name, wanted, granted }: GrantDifference): Check => ({
  name: `optional permission ${name}`,
  ok: true,
  detail: `GitHub has granted ${granted ?? 'nothing'}: an environment of gatehouse.yml with \`workflow\` takes ${wanted}; one without it is deployed by a GitHub deployment, which works`,
  remediation: null,
});

const differenceCheck =
  (settings: string) =>
  ({ kind, name, wanted, granted }: GrantDifference): Check => ({
    name: `${kind} ${name}`,
    ok: false,
    detail: `app.yml asks for ${wanted ?? 'nothing'}, GitHub has granted ${granted ?? 'nothing'}`,
    remediation: `Change it under ${settings}/permissions, then accept it where the App is installed.`,
  });
