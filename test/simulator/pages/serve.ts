import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GitHub } from '../github.ts';
import { authorizePage, devicePage } from '../oauth/serve.ts';
import type { Issue } from '../world/issues.ts';
import { findRepository, type Repository } from '../world/repositories.ts';
import { roleOf } from '../world/roles.ts';
import { act } from './act.ts';
import { csrfOf, frame, type View, viewerOf } from './frame.ts';
import { document, type Html, html } from './html.ts';
import { confirmManifest, createFromManifest } from './manifest.ts';
import { listRepositories, repositoryPage } from './repository.ts';
import { threadPage } from './thread.ts';

/** Where an App is registered, for a person or for an organization. */
const APP_PAGE = /^(\/organizations\/[\w-]+)?\/settings\/apps\/new$/;

/** The pages that people look at: for show on one machine, with forms that act through the REST API. */
export async function servePage(
  github: GitHub,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): Promise<void> {
  const fields = new URLSearchParams(body);
  const path = url.pathname;
  const view: View = {
    github,
    viewer: viewerOf(github, request),
    csrf: csrfOf(github),
    // Who signs in on the way to an App goes on with what the App asked for.
    path: path.startsWith('/login/') ? `${path}${url.search}` : path,
    problem: url.searchParams.get('problem') ?? undefined,
  };
  if (APP_PAGE.test(path) && request.method === 'POST' && fields.get('action') === null) {
    // This form comes from the App's own site: it only shows the confirmation.
    return send(
      response,
      'Create a GitHub App',
      frame(
        view,
        confirmManifest(view, fields.get('manifest') ?? '', url.searchParams.get('state') ?? ''),
      ),
    );
  }
  if (path === '/_sign-in') return signInOnce(github, response, url.searchParams);
  const signsIn = request.method === 'POST' && fields.get('action') === 'sign-in';
  if (path.startsWith('/login/') && !signsIn) {
    const posted = request.method === 'POST';
    if (posted && fields.get('csrf') !== view.csrf) return foreign(response);
    return login(view, response, url.searchParams, posted ? fields : null);
  }
  if (request.method === 'POST') return post(view, response, fields);
  const place = find(view, path);
  if (path === '/') return send(response, 'Repositories', frame(view, listRepositories(view)));
  if (!place)
    return send(
      response,
      'Not found',
      frame(view, html`<h1>Not found</h1><p>Sign in as somebody who may see it.</p>`),
      404,
    );
  const content = place.issue
    ? await threadPage(view, place.repository, place.issue)
    : repositoryPage(view, place.repository);
  send(response, path.slice(1), frame(view, content));
}

/** What people let Apps do. */
function login(
  view: View,
  response: ServerResponse,
  query: URLSearchParams,
  posted: URLSearchParams | null,
): void {
  const shown = view.path.startsWith('/login/device')
    ? devicePage(view, posted)
    : authorizePage(view, query, posted?.get('action') ?? null);
  if ('to' in shown) return redirect(response, shown.to);
  send(response, 'Sign in', frame(view, shown.content), shown.status);
}

/** A link that signs in as somebody, good once, and leads on: for whoever started the server to print. */
function signInOnce(github: GitHub, response: ServerResponse, query: URLSearchParams): void {
  const link = github.signInLinks.get(query.get('code') ?? '');
  github.signInLinks.delete(query.get('code') ?? '');
  if (!link) return send(response, 'Refused', html`<h1>This link was used before.</h1>`, 403);
  response.setHeader('Set-Cookie', `viewer=${link.userId}; Path=/; HttpOnly; SameSite=Lax`);
  redirect(response, link.to);
}

function foreign(response: ServerResponse): void {
  send(response, 'Refused', html`<h1>This form is from another page.</h1>`, 403);
}

/** The repository and thread of an address, where the viewer may see them. */
function find(
  view: View,
  path: string,
): { repository: Repository; issue: Issue | undefined } | undefined {
  const [, owner = '', name = '', kind, number] =
    /^\/([^/]+)\/([^/]+?)(?:\/(issues|pull)\/(\d+))?\/?$/.exec(path) ?? [];
  const repository = findRepository(view.github, owner, name);
  if (!repository) return undefined;
  if (repository.private && !(view.viewer && roleOf(view.github, repository, view.viewer.id)))
    return undefined;
  const issue = number === undefined ? undefined : repository.issues.get(Number(number));
  if (kind && !issue) return undefined;
  return { repository, issue };
}

async function post(view: View, response: ServerResponse, fields: URLSearchParams): Promise<void> {
  const { github, viewer, path } = view;
  if (fields.get('csrf') !== view.csrf) return foreign(response);
  const action = fields.get('action') ?? '';
  if (action === 'sign-in') {
    response.setHeader(
      'Set-Cookie',
      `viewer=${Number(fields.get('user'))}; Path=/; HttpOnly; SameSite=Lax`,
    );
    return redirect(response, path);
  }
  if (action === 'create-app') return redirect(response, createFromManifest(github, fields));
  if (!viewer) return send(response, 'Refused', frame(view, html`<h1>Sign in first.</h1>`), 403);
  const place = find(view, path);
  if (!place) return send(response, 'Not found', frame(view, html`<h1>Not found</h1>`), 404);
  const problem = await act({ github, viewer, ...place }, action, fields);
  redirect(
    response,
    problem === undefined ? path : `${path}?problem=${encodeURIComponent(problem)}`,
  );
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { Location: location }).end();
}

function send(response: ServerResponse, title: string, content: Html, status = 200): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; form-action *",
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
  response.end(document(title, content));
}
