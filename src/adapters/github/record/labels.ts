/** Finds `agent:…` labels on open issues and pull requests, and locked issues, whose webhooks may have been missed. */
import type { MissedEvent } from '../../../engine/ports/github.ts';
import { orNull } from '../failure.ts';
import { type EventOrigin, SOMEBODY } from './event-origin.ts';

const OURS = /^agent:/i;

export async function labels(origin: EventOrigin): Promise<MissedEvent[]> {
  const { octokit, where, envelope, since } = origin;
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
    ...where,
    state: 'open',
    since: since.toISOString(),
    sort: 'updated',
    per_page: 100,
  });
  const found: MissedEvent[] = [];
  for (const { number, pull_request, labels: present, locked } of issues) {
    const issue = { number };
    if (locked && !pull_request) {
      const payload = { action: 'locked', issue, sender: SOMEBODY, ...envelope };
      found.push({ event: 'issues', payload, at: null });
    }
    const names = present.map(label => (typeof label === 'string' ? label : (label.name ?? '')));
    for (const name of names.filter(name => OURS.test(name))) {
      const labelled = await orNull(lastLabelled(origin, number, name));
      if (!labelled || labelled.at < since) continue;
      const { at, sender } = labelled;
      const labelledEvent = { action: 'labeled', label: { name }, sender, ...envelope };
      found.push(
        pull_request
          ? {
              event: 'pull_request',
              payload: { ...labelledEvent, pull_request: await pullAt(origin, number) },
              at,
            }
          : { event: 'issues', payload: { ...labelledEvent, issue }, at },
      );
    }
  }
  return found;
}

/** What a delivery about a pull request says of it, as far as it is read. */
async function pullAt({ octokit, where }: EventOrigin, pull_number: number) {
  const { data } = await octokit.rest.pulls.get({ ...where, pull_number });
  const { number, merged, head, base, updated_at } = data;
  return { number, merged, head: { sha: head.sha }, base: { ref: base.ref }, updated_at };
}

/** When the label was last added and by whom, since that person is the requester. */
async function lastLabelled({ octokit, where }: EventOrigin, issue_number: number, name: string) {
  const events = await octokit.paginate(octokit.rest.issues.listEvents, {
    ...where,
    issue_number,
    per_page: 100,
  });
  const same = (label: unknown) =>
    typeof label === 'object' && label !== null && 'name' in label && label.name === name;
  const last = events.findLast(
    event => event.event === 'labeled' && 'label' in event && same(event.label),
  );
  if (!last?.actor) return null;
  const { id, login, type } = last.actor;
  return { at: new Date(last.created_at), sender: { id, login, type } };
}
