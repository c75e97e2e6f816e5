import { fullName, type Repository } from '../world/repositories.ts';
import { roleOf } from '../world/roles.ts';
import { face, form, note, peopleOf, type View } from './frame.ts';
import { type Html, html } from './html.ts';

export function listRepositories(view: View): Html {
  const { github, viewer } = view;
  const seen = [...github.world.repositories.values()].filter(
    repository => !repository.private || (viewer && roleOf(github, repository, viewer.id)),
  );
  return html`<h1>Repositories</h1>${note(view)}
    <ul class="box">${seen.map(repository => {
      const name = fullName(github, repository);
      const open = [...repository.issues.values()].filter(({ state }) => state === 'open');
      return html`<li><a href="/${name}"><strong>${name}</strong></a> <span class="quiet">${repository.private ? 'private' : 'public'}, ${open.length} open</span></li>`;
    })}</ul>`;
}

export function repositoryPage(view: View, repository: Repository): Html {
  const { github } = view;
  const name = fullName(github, repository);
  const people = peopleOf(github);
  return html`<h1>${name}</h1>
    <p class="quiet">${repository.private ? 'Private' : 'Public'} · <code>git clone ${github.url}/${name}.git</code></p>
    ${note(view)}
    <section><h2>Issues</h2>${threads(repository, name, false)}${
      view.viewer &&
      html`<details><summary>Open an issue</summary>${form(
        view,
        'open-issue',
        html`<input name="title" placeholder="Title" required size="60"><textarea name="body" placeholder="What is it about?"></textarea>
      <button class="go">Open an issue</button>`,
        'wide',
      )}</details>`
    }</section>
    <section><h2>Pull requests</h2>${threads(repository, name, true)}</section>
    <section><h2>People</h2><ul class="box">${people.map(({ id, login, name: called }) => html`<li>${face(login)}<strong>${login}</strong> ${called && html`<span class="quiet">${called}</span> `}${ROLES[roleOf(github, repository, id) ?? 'none']}</li>`)}</ul></section>`;
}

const ROLES: Readonly<Record<string, string>> = {
  admin: 'may do everything',
  maintain: 'maintains it',
  write: 'can push',
  triage: 'sorts issues',
  read: 'can read it',
  none: 'has no role in it',
};

function threads(repository: Repository, name: string, pulls: boolean): Html {
  const listed = [...repository.issues.values()]
    .reverse()
    .filter(issue => (issue.pull !== null) === pulls);
  if (listed.length === 0) return html`<p class="quiet">None yet.</p>`;
  return html`<ul class="box">${listed.map(issue => {
    const state = issue.pull?.merged ? 'merged' : issue.state;
    return html`<li><span class="state ${state}">${state}</span>
      <a href="/${name}/${pulls ? 'pull' : 'issues'}/${issue.number}">#${issue.number} ${issue.title}</a>
      ${issue.labels.map(label => html` <span class="label">${label}</span>`)}</li>`;
  })}</ul>`;
}
