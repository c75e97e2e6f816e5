/**
 * Registers the App by GitHub's manifest flow: Probot's own setup page sends `app.yml` to GitHub,
 * GitHub sends a code back, and the credentials behind it are written where `serve` finds them.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import { z } from 'zod';
import { attempt } from '../client/failure.ts';
import { createOctokit } from '../client/octokit.ts';
import { AppPlace, appPages } from './app-pages.ts';
import { writeCredentials } from './credentials.ts';
import { assertWritable } from './env-file.ts';
import { manifestOf } from './manifest.ts';
import { probotPages } from './probot-pages.ts';
import { apiOf, type SetUp, type SetupEnvironment, webOf } from './set-up.ts';

type RegistrationOptions = {
  /** 0: any free one. */
  port: number;
  /** The organisation that shall own the App; `null`: the person who registers it. */
  organization: string | null;
  /** The App's name; `null`: that of `app.yml`. */
  name: string | null;
  /** Where GitHub shall deliver; `null`: where the page is opened, if that is a public address. */
  webhook: string | null;
  env: SetupEnvironment;
  /** Where the credentials are written. */
  file: string;
};

export type RunningRegistration = {
  /** The page to open; it holds a key, so that nobody else can register in our place. */
  url: string;
  /** Rejects where GitHub made the App, and it can't be used as it is. */
  done: Promise<SetUp>;
  stop(): Promise<void>;
};

const APP_FILE = resolve(import.meta.dirname, '../../../../app.yml');

const Converted = AppPlace.extend({
  id: z.number().int(),
  pem: z.string().min(1),
  webhook_secret: z.string().min(1).nullable(),
  client_id: z.string(),
  client_secret: z.string(),
});

export async function runRegistration(options: RegistrationOptions): Promise<RunningRegistration> {
  const { env, file, name, webhook } = options;
  await assertWritable(file);
  const api = apiOf(env);
  const owner = options.organization ? `/organizations/${options.organization}` : '';
  const appFile = await readFile(APP_FILE, 'utf8');
  const pages = await probotPages();
  const key = randomBytes(16).toString('hex');
  const { promise: done, resolve: finish, reject: fail } = Promise.withResolvers<SetUp>();

  async function convert(
    code: string,
    { url, publicUrl }: { url: string; publicUrl: string | null },
  ): Promise<Registered> {
    const octokit = createOctokit({ baseUrl: api, log: SILENT, auth: null });
    const { data } = await attempt('registration', () =>
      octokit.rest.apps.createFromManifest({ code }),
    );
    const app = Converted.parse(data);
    const secret = app.webhook_secret ?? randomBytes(32).toString('hex');
    const credentials = {
      appId: app.id,
      privateKey: app.pem,
      webhookSecret: secret,
      webhook: url,
      publicUrl,
      client: { id: app.client_id, secret: app.client_secret },
    };
    const made = { appId: app.id, slug: app.slug, file, webhook: url, pages: appPages(app) };
    const setSecret = async () => {
      if (app.webhook_secret === null) await setWebhookSecret(api, app, secret);
    };
    return { made, credentials, setSecret };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (pages.serveStatic(request, response)) return;
    const base = baseOf(request);
    const url = new URL(request.url ?? '/', base);
    const redirectPath = `/${key}/registered`;
    const registration = { name, webhook, base, redirectPath, port: Number(env.PORT || 3000) };
    const asked = manifestOf(appFile, registration);
    if (request.method === 'GET' && url.pathname === `/${key}`) {
      const createAppUrl = `${webOf(env)}${owner}/settings/apps/new`;
      response.writeHead(200, HTML).end(pages.setup({ createAppUrl, manifest: asked.manifest }));
    } else if (request.method === 'GET' && url.pathname === `/${key}/registered`) {
      const code = url.searchParams.get('code') ?? '';
      if (!/^[\w-]{1,200}$/.test(code)) {
        response.writeHead(400, TEXT).end('GitHub sent no code. Go back and register again.\n');
        return;
      }
      const registered = await convert(code, asked);
      const { made } = registered;
      const failed = await keep(registered, env).then(
        () => null,
        (error: Error) => error,
      );
      // Whoever waits stops the server: the browser is answered first.
      if (failed === null)
        response.writeHead(302, { location: made.pages.install }).end(() => finish(made));
      else response.writeHead(500, TEXT).end(`${failed.message}\n`, () => fail(failed));
    } else
      response
        .writeHead(404, TEXT)
        .end(
          'Nothing is here. Open the address that `gatehouse setup` printed. An App that\n' +
            'exists already is taken over by `gatehouse setup --app-id … --key …`.\n',
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

type Registered = {
  made: SetUp;
  credentials: Parameters<typeof writeCredentials>[1];
  /** Tells GitHub the secret of the webhook, where it made none. */
  setSecret: () => Promise<void>;
};

/** GitHub shows the key once, so it is written before anything else is asked. */
async function keep(
  { made, credentials, setSecret }: Registered,
  env: SetupEnvironment,
): Promise<void> {
  const { appId, slug, file, pages } = made;
  const failed = (what: string) => (error: unknown) => {
    const why = error instanceof Error ? error.message : error;
    throw new Error(
      `${slug} (App ${appId}) is registered, but ${what}: ${why}. Make a private key at ${pages.settings}, and take the App over: gatehouse setup --app-id ${appId} --key FILE.`,
    );
  };
  await writeCredentials(file, credentials, env).catch(
    failed(`its credentials can't be written to ${file}`),
  );
  await setSecret().catch(failed('the secret of its webhook can not be set'));
}

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
