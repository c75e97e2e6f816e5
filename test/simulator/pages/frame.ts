import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { GitHub } from '../github.ts';
import type { Account } from '../world/accounts.ts';
import { type Html, html } from './html.ts';
import { markdown } from './markdown.ts';

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

/** Without web-flow, who is nobody: GitHub itself commits by that name. */
export const peopleOf = ({ world }: GitHub): Account[] =>
  [...world.accounts.values()].filter(({ type, login }) => type === 'User' && login !== 'web-flow');

export function frame(view: View, content: Html): Html {
  const people = peopleOf(view.github);
  const me = view.viewer?.id;
  return html`<header><nav><a href="/">A local GitHub</a><span class="quiet">You are</span>
    ${people.map(({ id, login }) =>
      form(
        view,
        'sign-in',
        html`<input type="hidden" name="user" value="${id}"><button class="${id === me ? 'me' : ''}">${face(login)}${login}</button>`,
      ),
    )}
    ${me === undefined ? html`<span class="quiet">nobody: choose who</span>` : form(view, 'sign-in', html`<input type="hidden" name="user" value=""><button>Sign out</button>`)}</nav></header>
    ${view.problem && html`<p class="wrong" role="alert">${view.problem}</p>`}${content}`;
}

const COLOURS = ['#0969da', '#8250df', '#bc4c00', '#1a7f37', '#bf3989', '#9a6700'];

/** A round picture with the first letter of a name, always in the same colour. */
export function face(login: string): Html {
  const sum = [...login].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return html`<span class="face" style="background:${COLOURS[sum % COLOURS.length]}">${login.slice(0, 1).toUpperCase()}</span>`;
}

/** What whoever started the server says to whoever looks at it. */
export const note = ({ github }: View): Html | false =>
  github.note !== '' && html`<section class="box note">${markdown(github.note)}</section>`;

/** A form that posts to the page it is on; `action` says what is to be done. */
export function form(view: View, action: string, content: Html, className = ''): Html {
  return html`<form method="post" action="${view.path}" class="${className}">
    <input type="hidden" name="action" value="${action}"><input type="hidden" name="csrf" value="${view.csrf}">${content}</form>`;
}
