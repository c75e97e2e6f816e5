/**
 * Registers the App by GitHub's manifest flow: Probot's own setup page sends `app.yml` to GitHub,
 * GitHub sends a code back, and the credentials behind it are written where `serve` finds them.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writeEnv } from './env-file.ts';
import { attempt } from './failure.ts';
import { manifestOf } from './manifest.ts';
import { createOctokit } from './octokit.ts';
import { probotPages } from './probot-pages.ts';

type SetupOptions = {
  /** 0: any free one. */
  port: number;
  /** The organisation that shall own the App; `null`: the person who registers it. */
  organization: string | null;
  /** Read for GHE_HOST, GHE_PROTOCOL and GATEHOUSE_STATE_DIR. */
  env: Readonly<Record<string, string | undefined>>;
};

export type RunningSetup = {
  /** The page to open; it holds a key, so that nobody else can register in our place. */
  url: string;
  done: Promise<{ appId: number; slug: string; file: string }>;
  stop(): Promise<void>;
};

const APP_FILE = resolve(import.meta.dirname, '../../../app.yml');

const Converted = z.looseObject({
  id: z.number().int(),
  slug: z.string(),
  html_url: z.url(),
  pem: z.string().min(1),
  webhook_secret: z.string().min(1).nullable(),
  client_id: z.string(),
  client_secret: z.string(),
});

export async function runSetup(options: SetupOptions): Promise<RunningSetup> {
  const { GHE_HOST, GHE_PROTOCOL = 'https', GATEHOUSE_STATE_DIR = '.gatehouse' } = options.env;
  const web = `${GHE_PROTOCOL}://${GHE_HOST ?? 'github.com'}`;
  const api = GHE_HOST ? `${web}/api/v3` : 'https://api.github.com';
  const owner = options.organization ? `/organizations/${options.organization}` : '';
  const file = resolve(join(GATEHOUSE_STATE_DIR, '.env'));
  const appFile = await readFile(APP_FILE, 'utf8');
  const pages = await probotPages();
  const key = randomBytes(16).toString('hex');
  const { promise: done, resolve: finish } = Promise.withResolvers<Awaited<RunningSetup['done']>>();

  /** What was registered, and the page on which it is installed. */
  async function convert(code: string) {
    const octokit = createOctokit({ baseUrl: api, log: SILENT, auth: null });
    const { data } = await attempt('registration', () =>
      octokit.rest.apps.createFromManifest({ code }),
    );
    const app = Converted.parse(data);
    const secret = app.webhook_secret ?? randomBytes(32).toString('hex');
    if (app.webhook_secret === null) await setWebhookSecret(api, app, secret);
    await writeEnv(file, {
      APP_ID: String(app.id),
      PRIVATE_KEY: app.pem,
      WEBHOOK_SECRET: secret,
      GITHUB_CLIENT_ID: app.client_id,
      GITHUB_CLIENT_SECRET: app.client_secret,
      ...(GHE_HOST && { GHE_HOST, GHE_PROTOCOL }),
    });
    const done = { appId: app.id, slug: app.slug, file };
    return { done, installation: `${app.html_url}/installations/new` };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (pages.serveStatic(request, response)) return;
    const base = baseOf(request);
    const url = new URL(request.url ?? '/', base);
    if (request.method === 'GET' && url.pathname === `/${key}`) {
      const manifest = manifestOf(appFile, base, `/${key}/registered`);
      const createAppUrl = `${web}${owner}/settings/apps/new`;
      response.writeHead(200, HTML).end(pages.setup({ createAppUrl, manifest }));
    } else if (request.method === 'GET' && url.pathname === `/${key}/registered`) {
      const code = url.searchParams.get('code') ?? '';
      if (!/^[\w-]{1,200}$/.test(code)) {
        response.writeHead(400, TEXT).end('GitHub sent no code. Go back and register again.\n');
        return;
      }
      const { done, installation } = await convert(code);
      // Whoever waits stops the server: the browser is sent on first.
      response.writeHead(302, { location: installation }).end(() => finish(done));
    } else
      response
        .writeHead(404, TEXT)
        .end(
          'Nothing is here. Open the address that `gatehouse setup` printed. Where the App\n' +
            'exists already, write APP_ID, PRIVATE_KEY_PATH and WEBHOOK_SECRET into .env.\n',
        );
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : 'unknown';
      response.writeHead(502, TEXT).end(`${why}\nGo back and register again.\n`);
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(options.port, '127.0.0.1', listening);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    url: `http://127.0.0.1:${port}/${key}`,
    done,
    stop: () =>
      new Promise(stopped => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };
const HTML = { 'content-type': 'text/html; charset=utf-8', 'referrer-policy': 'no-referrer' };
const SILENT = { warn: () => undefined };

/** The address that the browser used, also through a proxy with TLS. */
function baseOf({ headers }: IncomingMessage): URL {
  const first = (name: string, otherwise: string) => {
    const value = headers[name];
    return (typeof value === 'string' && value.split(',')[0]?.trim()) || otherwise;
  };
  const host = first('x-forwarded-host', headers.host ?? '127.0.0.1');
  return new URL(`${first('x-forwarded-proto', 'http')}://${host}`);
}

async function setWebhookSecret(
  baseUrl: string,
  app: { id: number; pem: string },
  secret: string,
): Promise<void> {
  const auth = { appId: app.id, privateKey: app.pem };
  const octokit = createOctokit({ baseUrl, log: SILENT, auth });
  await attempt('webhook secret', () => octokit.rest.apps.updateWebhookConfigForApp({ secret }));
}
