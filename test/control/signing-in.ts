/** A browser before the local GitHub and Gatehouse's pages for signing in, both real, on one database. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openAccess } from '../../src/compose/http/access.ts';
import { secret } from '../../src/config/secret.ts';
import { SESSION_COOKIE } from '../../src/control/sign-in/cookies.ts';
import type { RoleGrant } from '../../src/core/access/roles.ts';
import { openServices } from '../engine/test-services.ts';
import { openEnvironment } from '../simulator/environment.ts';

/** Keeps cookies as a browser does, and follows nothing by itself. */
export function createBrowser() {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (address: string) => {
    const { host } = new URL(address);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };
  return {
    cookie: (address: string, name: string) => jarOf(address).get(name),
    set: (address: string, name: string, value: string) => void jarOf(address).set(name, value),
    async get(address: string): Promise<{ status: number; to: string; headers: Headers }> {
      const jar = jarOf(address);
      const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(address, {
        headers: { cookie: cookies, 'user-agent': 'A test' },
        redirect: 'manual',
      });
      await answer.arrayBuffer();
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/Max-Age=0/.test(line)) jar.delete(name);
        else jar.set(name, value);
      }
      const to = answer.headers.get('location') ?? '';
      return { status: answer.status, to, headers: answer.headers };
    },
    /** Goes on for as long as it is sent on; where that leads. */
    async follow(address: string, most = 6): Promise<string> {
      let at = address;
      for (let step = 0; step < most; step += 1) {
        const { to } = await this.get(at);
        if (to === '') return at;
        at = new URL(to, at).href;
        if (new URL(at).pathname.startsWith('/console/')) return at;
      }
      throw new Error(`it is sent on and on: ${at}`);
    },
  };
}

export async function openSigningIn() {
  const [services, world] = await Promise.all([openServices(), openEnvironment()]);
  const { github, app } = world;
  const { clientId: id, clientSecret } = app;
  let url = '';
  const deps = { ...services, settings: { ...services.settings, web: github.url } };
  const config = {
    github: {
      appId: app.id,
      privateKey: secret(app.privateKey),
      webhookSecret: secret('a webhook secret'),
      host: github.host,
      protocol: 'http' as const,
      client: { id, secret: secret(clientSecret) },
    },
    hooks: { perToken: 0, perAddress: 0, proxies: 0 },
  };
  /** Each is a process of its own on the same database. */
  async function process(grants: RoleGrant[] = []) {
    const asked = { ...config, roles: grants };
    const { authPages, session } = openAccess(asked, deps, () => url);
    const access = { sessions: deps.sessions, handle: deps.handle, clock: deps.clock };
    const find = (text: string) => session({ headers: { cookie: `${SESSION_COOKIE}=${text}` } });
    return { authPages, find, access };
  }
  const first = await process();
  const server = createServer((request, response) => {
    first.authPages(request, response).then(
      ours => ours || response.writeHead(404).end(),
      error => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  github.configureSignIn(app, { callbackUrls: [`${url}/auth/callback`], deviceFlow: true });
  return {
    ...first,
    services,
    world,
    url,
    process,
    async close() {
      server.close();
      server.closeAllConnections();
      await Promise.all([services.close(), world.close()]);
    },
  };
}
