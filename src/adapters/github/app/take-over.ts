/** Takes over an App that is registered already: its webhook and secret are set, its credentials written. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { attempt } from '../client/failure.ts';
import { createOctokit } from '../client/octokit.ts';
import { AppPlace, appPages } from './app-pages.ts';
import { NOBODYS_WEBHOOK } from './app-webhook.ts';
import { writeCredentials } from './credentials.ts';
import { assertWritable } from './env-file.ts';
import { apiOf, type SetUp, type SetupEnvironment } from './set-up.ts';

type TakeOverOptions = {
  appId: number;
  /** An RSA key as PEM. */
  privateKey: string;
  /** Where GitHub shall deliver; `null`: where it does already. */
  webhook: string | null;
  env: SetupEnvironment;
  /** Where the credentials are written. */
  file: string;
};

const Hook = z.looseObject({ url: z.string().optional() });

export async function takeOverApp(options: TakeOverOptions): Promise<SetUp> {
  const { appId, privateKey, env, file } = options;
  const octokit = createOctokit({
    baseUrl: apiOf(env),
    log: { warn: () => undefined },
    auth: { appId, privateKey },
  });
  const identity = await attempt('identity of the App', () => octokit.rest.apps.getAuthenticated());
  const app = AppPlace.parse(identity.data);
  const hook = await attempt('webhook of the App', () =>
    octokit.rest.apps.getWebhookConfigForApp(),
  );
  const { url } = Hook.parse(hook.data);
  const webhook = options.webhook ?? (url || NOBODYS_WEBHOOK);
  await assertWritable(file);
  // GitHub never shows the secret, so both sides get one that both know.
  const webhookSecret = env.WEBHOOK_SECRET ?? randomBytes(32).toString('hex');
  await attempt('webhook of the App', () =>
    octokit.request('PATCH /app/hook/config', {
      // As a body: the client takes a parameter `url` for the address of the request.
      data: {
        ...(webhook !== url && { url: webhook }),
        secret: webhookSecret,
        content_type: 'json',
      },
    }),
  );
  await writeCredentials(file, { appId, privateKey, webhookSecret, webhook }, env);
  return { appId, slug: app.slug, file, webhook, pages: appPages(app) };
}
