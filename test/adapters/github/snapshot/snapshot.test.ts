import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOwnChanges } from '../../../../src/adapters/github/client/own-changes.ts';
import type { ApprovalQuery } from '../../../../src/engine/ports/github-approval.ts';
import { type GitHubEnvironment, openEnvironment } from '../environment.ts';

let environment: GitHubEnvironment;
let facts: GitHubEnvironment['gatehouse']['facts'];
const asked: string[] = [];
/** The clock that facts are kept by. */
let now = 0;
const log = (line: string) => void asked.push(line);
beforeAll(async () => {
  environment = await openEnvironment({ log, connect: { now: () => now } });
  facts = environment.gatehouse.facts;
});
afterAll(() => environment.close());

const query = (pull: number): ApprovalQuery => ({
  pull,
  issue: null,
  requesters: [],
  pushers: [],
  answers: [],
  teams: [],
});

/** How many queries the local GitHub answered meanwhile. */
async function queriesOf(work: () => Promise<unknown>): Promise<number> {
  const before = asked.length;
  await work();
  return asked.slice(before).filter(line => line.startsWith('graphql query')).length;
}

const delivery = (more: object = {}) => ({
  action: 'submitted',
  repository: { id: environment.repository.id, default_branch: 'main' },
  installation: { id: environment.installation.id },
  ...more,
});

describe('one snapshot of a pull request', () => {
  it('serves every question, and each answer of GitHub belongs to the same moment', async () => {
    const { number } = await environment.openPull();
    const { repository } = environment;
    const queries = await queriesOf(async () => {
      await facts.pull(repository, number);
      await Promise.all([
        facts.approval(repository, query(number)),
        facts.expectedChecks(repository, number),
        facts.pull(repository, number),
      ]);
    });
    expect(queries).toBe(1);
  });

  it.each<[string, object, number]>([
    ['pull_request_review', {}, 1],
    ['check_run', { check_run: { app: { id: 4711 } } }, 1],
    ['status', {}, 1],
    ['push', { ref: 'refs/heads/topic' }, 1],
    ['pull_request', { action: 'closed' }, 1],
    ['pull_request', { action: 'labeled' }, 0],
    ['issues', { action: 'closed' }, 0],
    ['member', { action: 'added' }, 0],
    ['issue_comment', { action: 'edited' }, 0],
    ['installation', { action: 'suspend', repository: undefined }, 1],
  ])('is taken anew after %s %o, %i times', async (event, more, times) => {
    const { repository } = environment;
    const { number } = await shared();
    await facts.pull(repository, number);
    await facts.told(event, delivery(more));
    expect(await queriesOf(() => facts.pull(repository, number))).toBe(times);
  });

  it('is not made old by what happens to our own checks, or elsewhere', async () => {
    const { repository, app } = environment;
    const { number } = await shared();
    await facts.pull(repository, number);
    await facts.told('check_run', delivery({ check_run: { app: { id: app.id } } }));
    await facts.told('status', delivery({ repository: { id: repository.id + 1 } }));
    await facts.told('status', { no: 'repository' });
    expect(await queriesOf(() => facts.pull(repository, number))).toBe(0);
  });

  it('is taken anew before it is acted on, and after we changed something ourselves', async () => {
    const { repository } = environment;
    const { number } = await environment.openPull(environment.bob, { draft: true });
    expect((await facts.pull(repository, number)).draft).toBe(true);
    const { node_id: nodeId } = await environment.as(environment.alice, 'GET', `/pulls/${number}`);
    await environment.gatehouse.writes.markReady(repository, { number, nodeId });
    expect((await facts.pull(repository, number)).draft).toBe(false);
    await facts.renew(repository);
    expect(await queriesOf(() => facts.pull(repository, number))).toBe(1);
  });

  it('is taken anew where another process was told, or changed something', async () => {
    const changes = createOwnChanges();
    const other = await openEnvironment({ log, connect: { changes, now: () => now } });
    const { number } = await other.openPull();
    const look = () => queriesOf(() => other.gatehouse.facts.pull(other.repository, number));
    expect(await look()).toBe(1);
    expect(await look()).toBe(0);
    await changes.changed({ repository: other.repository.id }, ['pulls']);
    expect(await look()).toBe(1);
    await other.close();
  });

  it('is kept for five seconds', async () => {
    const { repository } = environment;
    const { number } = await shared();
    await facts.pull(repository, number);
    now += 4_999;
    expect(await queriesOf(() => facts.pull(repository, number))).toBe(0);
    now += 1;
    expect(await queriesOf(() => facts.pull(repository, number))).toBe(1);
  });

  it('that could not be taken is none, and the next question asks again', async () => {
    const { repository } = environment;
    const { number } = await environment.openPull();
    await facts.renew(repository);
    environment.github.faults.api({ match: 'graphql', status: 502 });
    await expect(facts.pull(repository, number)).rejects.toMatchObject({ lasting: false });
    expect((await facts.pull(repository, number)).state).toBe('open');
  });

  let first: Promise<{ number: number }> | undefined;
  /** One pull request for all that only look. */
  function shared(): Promise<{ number: number }> {
    first ??= environment.openPull();
    return first;
  }
});

describe('what a snapshot says', () => {
  it('of reviews is whole, however many somebody without write access has given', async () => {
    const { alice, carol, github, handle, repository } = environment;
    const { number } = await environment.openPull();
    // GitHub lets nobody write so many in a minute.
    const erin = github.createUser('erin');
    github.addCollaborator(handle, erin, 'read');
    const reviewed = (by: typeof alice, event: string) =>
      environment.as(by, 'POST', `/pulls/${number}/reviews`, { event, body: event });
    await reviewed(alice, 'REQUEST_CHANGES');
    const { id } = await reviewed(alice, 'APPROVE');
    await environment.as(alice, 'PUT', `/pulls/${number}/reviews/${id}/dismissals`, {
      message: 'Not so.',
    });
    for (let n = 0; n < 51; n += 1) {
      await reviewed(carol, 'APPROVE');
      await reviewed(erin, 'REQUEST_CHANGES');
    }
    const queries = await queriesOf(async () => {
      const found = await facts.approval(repository, query(number));
      expect(found.complete).toBe(true);
      const ofAlice = found.reviews.filter(({ by }) => by?.id === alice.id);
      expect(ofAlice.map(({ state }) => state)).toEqual(['CHANGES_REQUESTED', 'DISMISSED']);
      expect(found.roles).not.toHaveProperty(String(carol.id));
    });
    expect(queries).toBe(3);
  });

  it('is an error where a part of it is refused, never less than there is', async () => {
    const narrow = await openEnvironment({
      permissions: {
        contents: 'read',
        issues: 'read',
        metadata: 'read',
        pull_requests: 'read',
        checks: 'read',
      },
    });
    const { number, sha } = await narrow.openPull();
    await narrow.github.reportCheckRun(narrow.handle, { name: 'red', headSha: sha });
    const reading = narrow.gatehouse.facts.pull(narrow.repository, number);
    await expect(reading).rejects.toMatchObject({ name: 'GitHubFailure', class: 'forbidden' });
    await narrow.close();
  });
});
