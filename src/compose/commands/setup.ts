/** The App for `gatehouse setup`: registered, or taken over. */
import { resolve } from 'node:path';
import { isNobodys, webhookAddress } from '../../adapters/github/app/app-webhook.ts';
import { runRegistration } from '../../adapters/github/app/register.ts';
import type { SetUp } from '../../adapters/github/app/set-up.ts';
import { takeOverApp } from '../../adapters/github/app/take-over.ts';
import type { Services, SetupDone, SetupRun } from '../../cli/services.ts';
import type { Environment } from '../../config/environment.ts';
import { STATE_FOLDER } from '../../config/folders.ts';
import { readRsaKey } from '../../config/private-key.ts';
import { readStoreConfig } from '../../config.ts';
import { GitHubFailure } from '../../engine/ports/github.ts';
import { PROVIDERS } from '../agents/providers.ts';
import { gitHubFault } from '../github/connect.ts';
import { bindFault } from '../http/bind.ts';
import { useNetwork } from '../machine/network.ts';

export async function setup(
  env: Environment,
  { webhookUrl, ...options }: Parameters<Services['setup']>[0],
): Promise<SetupRun> {
  begin(env);
  const webhook = webhookUrl === null ? null : webhookAddress(webhookUrl);
  const run = await runRegistration({ ...options, webhook, env, file: fileOf(env) }).catch(
    (error: NodeJS.ErrnoException) => {
      throw bindFault(error, { host: '127.0.0.1', port: options.port });
    },
  );
  return { url: run.url, done: run.done.then(described), stop: run.stop };
}

export async function takeOver(
  env: Environment,
  { appId, privateKey: given, webhookUrl }: Parameters<Services['takeOver']>[0],
): Promise<SetupDone> {
  begin(env);
  const privateKey = readRsaKey(given);
  if (privateKey === null)
    throw new Error(
      "The key is not an RSA private key in PEM form. GitHub makes one under Private keys on the App's page.",
    );
  const webhook = webhookUrl === null ? null : webhookAddress(webhookUrl);
  return takeOverApp({ appId, privateKey, webhook, env, file: fileOf(env) }).then(
    described,
    (error: unknown) => {
      // What GitHub says of the address is all there is to say.
      if (!(error instanceof GitHubFailure) || error.class === 'invalid') throw error;
      const { problem, remediation } = gitHubFault(error);
      throw new Error(`${problem}\n  ${remediation}`);
    },
  );
}

/** Where `serve` reads it. */
const fileOf = ({ GATEHOUSE_STATE_DIR = STATE_FOLDER }: Environment): string =>
  resolve(GATEHOUSE_STATE_DIR, '.env');

/** Refuses where an App is there already: its key exists nowhere else, and would be written over. */
function begin(env: Environment): void {
  const read = readStoreConfig(env, PROVIDERS);
  if (read.ok) useNetwork(read.config.network);
  if (env.APP_ID)
    throw new Error(
      `App ${env.APP_ID} is set up already. To set up another, take APP_ID, PRIVATE_KEY, PRIVATE_KEY_PATH and WEBHOOK_SECRET out of the environment and out of .env, here and in the state folder, and keep a copy.`,
    );
}

const described = ({ appId, slug, file, webhook, pages }: SetUp): SetupDone => ({
  appId,
  slug,
  file,
  webhook,
  deliveries: isNobodys(webhook) ? 'log' : 'webhook',
  settings: pages.settings,
  install: pages.install,
});
