/** Gatehouse's App on a local GitHub, with all that `app.yml` asks for. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { LocalGitHub } from './simulator/start.ts';

const MANIFEST = join(import.meta.dirname, '../app.yml');
const SECRET = 'a-webhook-secret-of-the-tests';

type Asked = {
  default_permissions: Record<string, 'read' | 'write'>;
  default_events: string[];
};

/** The App, and in `env` the settings of a Gatehouse that is it, to listen on this address. */
export async function registerApp(
  github: LocalGitHub,
  options: {
    name?: string;
    owner: Parameters<LocalGitHub['createApp']>[0]['owner'];
    host?: string;
    port: number;
    /** Permissions that its owner did not grant. */
    without?: string[];
  },
) {
  const { name = 'gatehouse', owner, host = '127.0.0.1', port, without = [] } = options;
  const asked: Asked = parse(await readFile(MANIFEST, 'utf8'));
  const granted = Object.entries(asked.default_permissions).filter(([p]) => !without.includes(p));
  const app = github.createApp({
    name,
    owner,
    permissions: Object.fromEntries(granted),
    events: asked.default_events,
    webhookUrl: `http://${host}:${port}/api/github/webhooks`,
    webhookSecret: SECRET,
  });
  const env: Record<string, string> = {
    APP_ID: `${app.id}`,
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: SECRET,
    GHE_HOST: github.host,
    GHE_PROTOCOL: 'http',
    PORT: `${port}`,
  };
  return { app, secret: SECRET, env };
}
