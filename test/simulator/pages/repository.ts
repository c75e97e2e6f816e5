import { accountById } from '../world/accounts.ts';
import { fullName, type Repository } from '../world/repositories.ts';
import { roleOf } from '../world/roles.ts';
import { form, type View } from './frame.ts';
import { type Html, html } from './html.ts';

export function listRepositories({ github }: View): Html {
  const names = [...github.world.repositories.values()].map(repository =>
    fullName(github, repository),
  );
  return html`<h1>Repositories</h1><ul>${names.map(name => html`<li><a href="/${name}">${name}</a></li>`)}</ul>`;
}

export function repositoryPage(view: View, repository: Repository): Html {
  const { github } = view;
  const name = fullName(github, repository);
  const threads = [...repository.issues.values()].reverse();
  const list = (pulls: boolean) =>
    threads
      .filter(issue => (issue.pull !== null) === pulls)
      .map(
        issue => html`<li><span class="state ${issue.pull?.merged ? 'merged' : issue.state}">${issue.pull?.merged ? 'merged' : issue.state}</span>
        <a href="/${name}/${pulls ? 'pull' : 'issues'}/${issue.number}">#${issue.number} ${issue.title}</a>
        ${issue.labels.map(label => html` <span class="label">${label}</span>`)}</li>`,
      );
  const people = [...github.world.accounts.values()].filter(account => account.type === 'User');
  return html`<h1>${name}</h1>
    <p class="quiet">${repository.private ? 'Private' : 'Public'} · <code>git clone ${github.url}/${name}.git</code></p>
    <section><h2>Issues</h2><ul>${list(false)}</ul>${
      view.viewer &&
      form(
        view,
        'open-issue',
        html`
      <input name="title" placeholder="Title" required size="60"><textarea name="body" placeholder="What is it about?"></textarea>
      <button>Open an issue</button>`,
        'wide',
      )
    }</section>
    <section><h2>Pull requests</h2><ul>${list(true)}</ul></section>
    <section><h2>People</h2><ul>${people.map(account => html`<li>${accountById(github, account.id).login}: ${roleOf(github, repository, account.id) ?? 'none'}</li>`)}</ul></section>`;
}
