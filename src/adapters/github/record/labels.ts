/** One-shot labels (`agent:…`) that still stand on open issues; and issues that were locked. */
import type { MissedEvent } from '../../../engine/ports/github.ts';
import { type EventOrigin, SOMEBODY } from './event-origin.ts';

const OURS = /^agent:/i;

export async function labels(place: EventOrigin): Promise<MissedEvent[]> {
  const { octokit, where, envelope, since } = place;
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
    ...where,
    state: 'open',
    since: since.toISOString(),
    sort: 'updated',
    per_page: 100,
  });
  const found: MissedEvent[] = [];
  for (const { number, pull_request, labels: standing, locked } of issues) {
    if (pull_request) continue;
    const issue = { number };
    if (locked) {
      const payload = { action: 'locked', issue, sender: SOMEBODY, ...envelope };
      found.push({ event: 'issues', payload, at: null });
    }
    const names = standing.map(label => (typeof label === 'string' ? label : (label.name ?? '')));
    for (const name of names.filter(name => OURS.test(name))) {
      const put = await lastPut(place, number, name);
      if (!put || put.at < since) continue;
      const { at, sender } = put;
      const payload = { action: 'labeled', issue, label: { name }, sender, ...envelope };
      found.push({ event: 'issues', payload, at });
    }
  }
  return found;
}

/** Who put the label there last, and when: in whose name it calls. */
async function lastPut({ octokit, where }: EventOrigin, issue_number: number, name: string) {
  const events = await octokit.paginate(octokit.rest.issues.listEvents, {
    ...where,
    issue_number,
    per_page: 100,
  });
  const same = (label: unknown) =>
    typeof label === 'object' && label !== null && 'name' in label && label.name === name;
  const put = events.findLast(
    event => event.event === 'labeled' && 'label' in event && same(event.label),
  );
  if (!put?.actor) return null;
  const { id, login, type } = put.actor;
  return { at: new Date(put.created_at), sender: { id, login, type } };
}
