/** Finds `agent:…` labels on open issues and pull requests, and locked issues, whose webhooks may have been missed. */
import { z } from 'zod';
import type { MissedEvent } from '../../../engine/ports/github-record.ts';
import { orNull } from '../client/failure.ts';
import { type EventOrigin, SOMEBODY, timeOf } from './event-origin.ts';
import type { ReadPart } from './read-part.ts';

const OURS = /^agent:/i;

/** Each issue is looked at by itself, because one that can't be read stops no other. */
export async function labels(origin: EventOrigin, readPart: ReadPart): Promise<MissedEvent[]> {
  const { octokit, where, envelope, since } = origin;
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
    ...where,
    state: 'open',
    since: since.toISOString(),
    sort: 'updated',
    per_page: 100,
  });
  for (const issue of issues) {
    const number: number | undefined = issue?.number;
    await readPart(`issue #${number}`, async () => {
      if (!issue.locked || issue.pull_request) return [];
      const payload = { action: 'locked', issue: { number }, sender: SOMEBODY, ...envelope };
      return [{ event: 'issues', payload, at: null }];
    });
    const isPull = Boolean(issue?.pull_request);
    for (const name of namesOf(issue?.labels))
      await readPart(`the label ${name} of #${number}`, () =>
        labelled(origin, { number, isPull }, name),
      );
  }
  return [];
}

/** GitHub's schema has a text or an object with a name; what is neither is no label of ours. */
const namesOf = (present: readonly unknown[] | null | undefined): string[] =>
  (present ?? [])
    .map(label => LabelName.safeParse(label).data ?? '')
    .filter(name => OURS.test(name));

const LabelName = z.union([
  z.string(),
  z.looseObject({ name: z.string() }).transform(one => one.name),
]);

async function labelled(
  origin: EventOrigin,
  { number, isPull }: { number: number; isPull: boolean },
  name: string,
): Promise<MissedEvent[]> {
  const last = await orNull(lastLabelled(origin, number, name));
  if (!last || last.at < origin.since) return [];
  const { at, sender } = last;
  const event = { action: 'labeled', label: { name }, sender, ...origin.envelope };
  return isPull
    ? [
        {
          event: 'pull_request',
          payload: { ...event, pull_request: await pullAt(origin, number) },
          at,
        },
      ]
    : [{ event: 'issues', payload: { ...event, issue: { number } }, at }];
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
    event => event?.event === 'labeled' && 'label' in event && same(event.label),
  );
  if (!last?.actor) return null;
  const { id, login, type } = last.actor;
  return { at: timeOf(last.created_at), sender: { id, login, type } };
}
