import { mergeability } from '../git/mergeability.ts';
import { pullFiles } from '../git/pull-changes.ts';
import { accountById } from '../world/accounts.ts';
import { appById } from '../world/apps.ts';
import { type CheckRun, latestRuns } from '../world/checks.ts';
import type { Issue } from '../world/issues.ts';
import { isPullRequest, type PullRequest } from '../world/pulls.ts';
import { fullName, type Repository } from '../world/repositories.ts';
import { face, form, type View } from './frame.ts';
import { type Html, html } from './html.ts';
import { markdown } from './markdown.ts';

interface Entry {
  readonly at: string;
  readonly content: Html;
}

/** An issue or a pull request: what was said and done in order, and what one can say and do. */
export async function threadPage(view: View, repository: Repository, issue: Issue): Promise<Html> {
  const name = fullName(view.github, repository);
  const login = (id: number) => accountById(view.github, id).login;
  const state = issue.pull?.merged
    ? 'merged'
    : issue.pull?.draft && issue.state === 'open'
      ? 'draft'
      : issue.state;
  return html`<p><a href="/${name}">${name}</a></p>
    <h1>${issue.title} <span class="quiet">#${issue.number}</span></h1>
    <p><span class="state ${state}">${state}</span> ${login(issue.userId)}
      ${issue.pull && html`wants to merge <code>${issue.pull.headRef}</code> into <code>${issue.pull.baseRef}</code> (head <code>${issue.pull.headSha.slice(0, 7)}</code>)`}
      ${issue.labels.map(label => html` <span class="label">${label}</span>`)}</p>
    ${timeline(view, `/${name}/issues`, issue).map(({ content }) => content)}
    ${isPullRequest(issue) && (await pullSections(view, repository, issue))}
    ${
      view.viewer &&
      actions(
        view,
        issue,
        [...repository.labels.values()].map(label => label.name),
      )
    }`;
}

function timeline({ github }: View, thread: string, issue: Issue): Entry[] {
  const login = (id: number) => accountById(github, id).login;
  const said = (
    userId: number,
    at: string,
    body: string,
    id = '',
    minimized: string | null = null,
  ): Html => {
    const content = html`<p class="by">${face(login(userId))}<strong>${login(userId)}</strong> <span class="quiet">${when(at)}</span></p><div class="said">${markdown(body, thread)}</div>`;
    return html`<article id="${id}">${minimized ? html`<details><summary class="quiet">Hidden as ${minimized}</summary>${content}</details>` : content}</article>`;
  };
  const reactions = (list: Issue['reactions']) =>
    list.length > 0 &&
    html`<p class="reactions">${[...new Set(list.map(r => REACTIONS[r.content] ?? r.content))].join(' ')}</p>`;
  const entries: Entry[] = [
    ...issue.comments.map(c => ({
      at: c.createdAt,
      content: html`${said(c.userId, c.createdAt, c.body, `issuecomment-${c.id}`, c.minimized)}${reactions(c.reactions)}`,
    })),
    ...issue.timeline.map(({ at, userId, text }) => ({
      at,
      content: html`<p class="event"><strong>${login(userId)}</strong> ${text}</p>`,
    })),
    ...(issue.pull?.reviews ?? [])
      .filter(review => review.submittedAt !== null)
      .map(review => ({
        at: review.submittedAt ?? '',
        content: html`<article id="pullrequestreview-${review.id}"><p class="by">${face(login(review.userId))}<strong>${login(review.userId)}</strong> ${review.state.toLowerCase().replace('_', ' ')} at <code>${review.commitId.slice(0, 7)}</code></p><div class="said">${markdown(review.body, thread)}</div></article>`,
      })),
    ...(issue.pull?.reviewComments ?? []).map(c => ({
      at: c.createdAt,
      content: said(
        c.userId,
        `${c.createdAt} on ${c.path}${c.line === null ? '' : `:${c.line}`}`,
        c.body,
        `discussion_r${c.id}`,
        c.minimized,
      ),
    })),
  ];
  entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const first = {
    at: issue.createdAt,
    content: html`${said(issue.userId, issue.createdAt, issue.body ?? '')}${reactions(issue.reactions)}`,
  };
  return [first, ...entries];
}

/** To the minute; what is said of a place in the code stays behind it. */
const when = (at: string): string => at.replace(/T(\d\d:\d\d):\d\dZ?/, ' $1 UTC');

const REACTIONS: Readonly<Record<string, string>> = {
  eyes: '👀',
  '+1': '👍',
  '-1': '👎',
  rocket: '🚀',
};

/** The lines of a patch, those that were added or removed in colour. */
const patchLines = (patch: string): Html[] =>
  patch
    .split('\n')
    .map(
      line =>
        html`<span class="${line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : ''}">${line}\n</span>`,
    );

async function pullSections(view: View, repository: Repository, issue: PullRequest): Promise<Html> {
  const runs = latestRuns(repository.checkRuns, issue.pull.headSha);
  const { state, reasons } = await mergeability(view.github, repository, issue);
  const files = await pullFiles(repository, issue.pull);
  return html`<section><h2>Checks</h2>${runs.length ? html`<ul class="box">${runs.map(run => html`<li>${check(view, run)}</li>`)}</ul>` : html`<p class="quiet">None.</p>`}</section>
    <section><h2>Files</h2>${files.map(file => html`<details><summary>${file.filename} <span class="quiet">+${file.additions} −${file.deletions}</span></summary><pre>${file.patch ? patchLines(file.patch) : 'Binary file.'}</pre></details>`)}</section>
    ${
      issue.state === 'open' &&
      html`<section><h2>Merge</h2><p>${state}${reasons.map(reason => html`<br>${reason}`)}</p>
      ${
        view.viewer &&
        form(
          view,
          'merge',
          html`<input type="hidden" name="sha" value="${issue.pull.headSha}">
        <select name="method"><option>merge</option><option>squash</option><option>rebase</option></select> <button class="go">Merge</button>`,
        )
      }</section>`
    }`;
}

const MARKS: Readonly<Record<string, string>> = {
  success: '✅',
  failure: '❌',
  action_required: '✋',
  cancelled: '⏹️',
  in_progress: '🟡',
};

function check(view: View, run: CheckRun): Html {
  const offered = run.status === 'completed' && view.viewer ? run.actions : [];
  return html`<details><summary>${MARKS[run.conclusion ?? run.status] ?? '•'} ${run.conclusion ?? run.status} · <strong>${run.name}</strong> <span class="quiet">by ${appById(view.github, run.appId).name}</span> ${run.title}</summary>
    ${run.detailsUrl && html`<p><a href="${/^https?:/.test(run.detailsUrl) ? run.detailsUrl : '#'}">Details</a></p>`}
    ${run.summary !== null && markdown(run.summary)}${run.text !== null && markdown(run.text)}${run.log && html`<pre>${run.log}</pre>`}
    ${offered.map(action =>
      form(
        view,
        'check-action',
        html`<input type="hidden" name="run" value="${run.id}">
      <input type="hidden" name="identifier" value="${action.identifier}"><button title="${action.description}">${action.label}</button>`,
      ),
    )}
    ${run.status === 'completed' && view.viewer && form(view, 'rerun', html`<input type="hidden" name="run" value="${run.id}"><button>Re-run</button>`)}</details>`;
}

function actions(view: View, issue: Issue, labels: readonly string[]): Html {
  return html`<section>
    ${form(view, 'comment', html`<textarea name="body" required placeholder="Comment as ${view.viewer?.login}"></textarea><button class="go">Comment</button>`, 'wide')}
    ${
      issue.pull &&
      issue.state === 'open' &&
      form(
        view,
        'review',
        html`<textarea name="body" placeholder="Review"></textarea>
      <button class="go" name="event" value="APPROVE">Approve</button> <button name="event" value="REQUEST_CHANGES">Request changes</button>
      <button name="event" value="COMMENT">Comment only</button>`,
        'wide',
      )
    }
    ${form(view, 'add-label', html`<input name="label" required placeholder="Label" list="labels"> <button>Add label</button><datalist id="labels">${labels.map(label => html`<option value="${label}">`)}</datalist>`)}
    ${issue.labels.map(label => form(view, 'remove-label', html`<input type="hidden" name="label" value="${label}"><button>Remove ${label}</button>`))}
    ${!issue.pull?.merged && form(view, issue.state === 'open' ? 'close' : 'reopen', html`<button>${issue.state === 'open' ? 'Close' : 'Reopen'}</button>`)}
  </section>`;
}
