import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { GitHub } from '../github.ts';
import type { Account } from '../world/accounts.ts';
import { type Html, html } from './html.ts';

/** What a page is made for: who looks at it, and what went wrong just now. */
export interface View {
  readonly github: GitHub;
  readonly viewer: Account | undefined;
  /** Proof that a form came from these pages. */
  readonly csrf: string;
  readonly path: string;
  readonly problem: string | undefined;
}

const secrets = new WeakMap<GitHub, string>();

export function csrfOf(github: GitHub): string {
  const secret = secrets.get(github) ?? randomBytes(16).toString('hex');
  secrets.set(github, secret);
  return secret;
}

/** Signing in is choosing a name: the page is for one machine and for show. */
export function viewerOf(github: GitHub, request: IncomingMessage): Account | undefined {
  const id = /(?:^|;\s*)viewer=(\d+)/.exec(request.headers.cookie ?? '')?.[1];
  return id === undefined ? undefined : github.world.accounts.get(Number(id));
}

export function frame(view: View, content: Html): Html {
  const people = [...view.github.world.accounts.values()].filter(
    account => account.type === 'User',
  );
  return html`<header><nav><a href="/">Repositories</a>
    ${form(
      view,
      'sign-in',
      html`<label>Signed in as <select name="user">
      <option value="">nobody</option>
      ${people.map(({ id, login }) => html`<option value="${id}"${{ markup: id === view.viewer?.id ? ' selected' : '' }}>${login}</option>`)}
    </select></label> <button>Sign in</button>`,
    )}</nav></header>
    ${view.problem && html`<p class="wrong" role="alert">${view.problem}</p>`}${content}`;
}

/** A form that posts to the page it is on; `action` says what is to be done. */
export function form(view: View, action: string, content: Html, className = ''): Html {
  return html`<form method="post" action="${view.path}" class="${className}">
    <input type="hidden" name="action" value="${action}"><input type="hidden" name="csrf" value="${view.csrf}">${content}</form>`;
}
