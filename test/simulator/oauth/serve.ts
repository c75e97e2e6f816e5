import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GitHub } from '../github.ts';
import { form, type View } from '../pages/frame.ts';
import { type Html, html } from '../pages/html.ts';
import type { App } from '../world/apps.ts';
import { answerDevice, giveCode, hasAuthorized } from '../world/authorizations.ts';
import { type Answer, deviceCode, exchange } from './tokens.ts';

/** What programs ask of `/login`; true where it was for them. */
export function serveOAuth(
  github: GitHub,
  request: IncomingMessage,
  response: ServerResponse,
  asked: { path: string; body: string },
): boolean {
  const { path, body } = asked;
  if (request.method !== 'POST') return false;
  const fields = fieldsOf(request, body);
  if (path === '/login/oauth/access_token') {
    answer(request, response, exchange(github, fields));
    return true;
  }
  if (path !== '/login/device/code') return false;
  const code = deviceCode(github, fields);
  if (code) answer(request, response, code);
  else response.writeHead(404).end('Not Found');
  return true;
}

function fieldsOf(request: IncomingMessage, body: string): URLSearchParams {
  if (!request.headers['content-type']?.includes('json')) return new URLSearchParams(body);
  return new URLSearchParams(JSON.parse(body) as Record<string, string>);
}

/** As a form unless JSON is asked for, and with the status 200 whatever it says. */
function answer(request: IncomingMessage, response: ServerResponse, said: Answer): void {
  const json = request.headers.accept?.includes('application/json');
  const form = Object.entries(said).map(([key, value]): [string, string] => [key, `${value}`]);
  response.writeHead(200, {
    'Content-Type': `${json ? 'application/json' : 'application/x-www-form-urlencoded'}; charset=utf-8`,
    'Cache-Control': 'no-cache',
  });
  response.end(json ? JSON.stringify(said) : new URLSearchParams(form).toString());
}

/** What a page leads to: another address, or something to look at. */
export type Shown = { to: string } | { content: Html; status?: number };

/** `/login/oauth/authorize`: whoever said yes before goes straight back. */
export function authorizePage(view: View, query: URLSearchParams, said: string | null): Shown {
  const { github, viewer } = view;
  const app = [...github.world.apps.values()].find(
    ({ clientId }) => clientId === query.get('client_id'),
  );
  if (!app) return { content: html`<h1>Not found</h1>`, status: 404 };
  const back = query.get('redirect_uri') ?? app.callbackUrls[0];
  const first = app.callbackUrls[0];
  if (back === undefined || first === undefined)
    return { content: html`<h1>This App has no callback URL</h1>`, status: 404 };
  if (!app.callbackUrls.includes(back))
    return to(first, query, {
      error: 'redirect_uri_mismatch',
      error_description: 'The redirect_uri MUST match the registered callback URL.',
    });
  const method = query.get('code_challenge_method');
  const challenge = query.get('code_challenge');
  if ((challenge === null) !== (method === null) || (method !== null && method !== 'S256'))
    return to(back, query, { error: 'invalid_request' });
  if (!viewer) return { content: html`<h1>Sign in to continue to ${app.name}</h1>` };
  if (said === 'refuse')
    return to(back, query, {
      error: 'access_denied',
      error_description: 'The user has denied your application access.',
    });
  if (said !== 'authorize' && !hasAuthorized(github, app.id, viewer.id))
    return { content: question(view, app, html`it may see and do what both of you may`) };
  const code = giveCode(github, {
    appId: app.id,
    userId: viewer.id,
    redirectUri: back,
    challenge,
  });
  return to(back, query, { code });
}

function to(back: string, query: URLSearchParams, said: Record<string, string>): Shown {
  const url = new URL(back);
  const state = query.get('state');
  for (const [key, value] of Object.entries(said)) url.searchParams.set(key, value);
  if (state !== null) url.searchParams.set('state', state);
  return { to: url.href };
}

function question(view: View, app: App, what: Html): Html {
  return html`<h1>Authorize ${app.name}</h1><p>As ${view.viewer?.login}, ${what}.</p>
    ${form(view, 'authorize', html`<button class="go">Authorize</button>`)}
    ${form(view, 'refuse', html`<button>Cancel</button>`)}`;
}

/** `/login/device` */
export function devicePage(view: View, fields: URLSearchParams | null): Shown {
  const { github, viewer } = view;
  if (!viewer) return { content: html`<h1>Sign in to continue</h1>` };
  if (fields === null) return { content: deviceForm(view) };
  const refused = fields.get('answer') === 'refuse';
  const known = answerDevice(
    github,
    fields.get('user_code') ?? '',
    refused ? 'refused' : { userId: viewer.id },
  );
  return known
    ? { content: html`<h1>${refused ? 'Refused' : "You're all set"}</h1>` }
    : { content: html`<h1>That code is not known</h1>${deviceForm(view)}` };
}

const deviceForm = (view: View): Html =>
  html`<h1>Device activation</h1>${form(
    view,
    'device',
    html`<label>Code <input name="user_code" required></label>
    <button name="answer" value="authorize" class="go">Authorize</button>
    <button name="answer" value="refuse">Cancel</button>`,
  )}`;
