/** The App's credentials, written where `serve` finds them. */
import { isNobodys } from './app-webhook.ts';
import { writeEnv } from './env-file.ts';

type Credentials = {
  appId: number;
  /** PEM. */
  privateKey: string;
  webhookSecret: string;
  /** The App's webhook. */
  webhook: string;
  /** Where people reach us; left out: where it is not known. */
  publicUrl?: string | null;
  /** What people sign in through, where GitHub told it. */
  client?: { id: string; secret: string };
};

/** Of which GitHub they are is written as well, and that no webhook arrives, where that is so. */
export async function writeCredentials(
  file: string,
  { appId, privateKey, webhookSecret, webhook, publicUrl, client }: Credentials,
  { GHE_HOST, GHE_PROTOCOL = 'https' }: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  await writeEnv(file, {
    APP_ID: String(appId),
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET: webhookSecret,
    GATEHOUSE_DELIVERIES: isNobodys(webhook) ? 'log' : 'webhook',
    ...(publicUrl && { GATEHOUSE_URL: publicUrl }),
    ...(client && { GITHUB_CLIENT_ID: client.id, GITHUB_CLIENT_SECRET: client.secret }),
    ...(GHE_HOST && { GHE_HOST, GHE_PROTOCOL }),
  });
}
