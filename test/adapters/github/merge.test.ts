/** What the local GitHub can't be brought to say: refusals of the merge itself, word for word. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClients } from '../../../src/adapters/github/client/client.ts';
import { createOwnLimits } from '../../../src/adapters/github/client/limits.ts';
import { lookBeforeMerge, merge } from '../../../src/adapters/github/writes/merge.ts';
import { mergeAsync } from '../../../src/adapters/github/writes/merge-async.ts';
import { SILENT } from './environment.ts';

const SHA = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const REPOSITORY = { id: 1, owner: 'acme', name: 'library', installation: 2 };

let server: Server;
let baseUrl: string;
/** What stands, what each try to merge is answered with, and which methods were tried. */
let pull: Record<string, unknown>;
let settings: Record<string, boolean>;
let answers: { status: number; message?: string; afterwards?: Record<string, unknown> }[];
let tried: string[];
/** What the pull request has become by each look at it; nothing: what it was. */
let looks: Record<string, unknown>[] = [];
/** What it says of merging in the background, look by look; nothing: it does not know that. */
let background: { status: number; body: unknown }[] = [];
/** What stands once a merge in the background was asked for. */
let afterAsking: Record<string, unknown> = {};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url?.includes('/merge-async')) {
      const { status, body } = background.shift() ?? {
        status: 404,
        body: { message: 'Not Found' },
      };
      pull = { ...pull, ...afterAsking };
      afterAsking = {};
      reply(status, body);
    } else if (request.method === 'PUT') {
      tried.push(JSON.parse(Buffer.concat(chunks).toString()).merge_method);
      const { status, message, afterwards } = answers.shift() ?? { status: 500 };
      pull = { ...pull, ...afterwards };
      reply(status, status === 200 ? { sha: OTHER, merged: true } : { message });
    } else if (request.url?.includes('/rules/branches/')) reply(200, []);
    else if (request.url?.endsWith('/library')) reply(200, settings);
    else {
      pull = { ...pull, ...looks.shift() };
      reply(200, pull);
    }
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const attempt = (...given: typeof answers) => attemptIn('clean', ...given);

function clientsHere() {
  const token = async () => 'token';
  const tokens = { token, renew: token, lacks: async () => [], forget: async () => {} };
  return createClients({
    baseUrl,
    tokens,
    limits: createOwnLimits(),
    log: SILENT,
    redact: text => text,
  });
}

async function attemptIn(state: string | undefined, ...given: typeof answers) {
  pull = {
    state: 'open',
    head: { sha: SHA },
    base: { ref: 'main' },
    mergeable_state: state,
  };
  answers = given;
  tried = [];
  const app = { id: 1, slug: 'gatehouse', botUserId: 3 };
  const context = { clients: clientsHere(), app };
  const request = { number: 5, sha: SHA, base: 'main', queued: false, fresh: async () => {} };
  const before = await lookBeforeMerge(context, REPOSITORY, request);
  return merge(context, REPOSITORY, request, before);
}

it.each(['clean', 'has_hooks', 'unstable'])('merges what is %s', async state => {
  settings = {};
  expect(await attemptIn(state, { status: 200 })).toEqual({
    outcome: 'merged',
    commit: OTHER,
    by: 'gatehouse',
  });
});
it.each([
  ['dirty', 'blocked'],
  ['behind', 'behind'],
  ['unknown', 'blocked'],
  ['draft', 'blocked'],
  ['something_new', 'blocked'],
  [undefined, 'blocked'],
])('does not try what is %s', async (state, outcome) => {
  settings = {};
  expect(await attemptIn(state, { status: 200 })).toMatchObject({ outcome });
  expect(tried).toEqual([]);
});

it('goes through the methods until one is allowed', async () => {
  settings = {};
  const no = (ways: string) => ({
    status: 405,
    message: `${ways} are not allowed on this repository.`,
  });
  expect(await attempt(no('Squash merges'), no('Merge commits'), { status: 200 })).toEqual({
    outcome: 'merged',
    commit: OTHER,
    by: 'gatehouse',
  });
  expect(tried).toEqual(['squash', 'merge', 'rebase']);
  expect(await attempt(no('Squash merges'), no('Merge commits'), no('Rebase merges'))).toEqual({
    outcome: 'blocked',
    reason: 'Rebase merges are not allowed on this repository.',
  });
});

it('tries again where somebody else merged into the base in between', async () => {
  settings = {};
  const moved = {
    status: 405,
    message: 'Base branch was modified. Review and try the merge again.',
  };
  expect(await attempt(moved, { status: 200 })).toMatchObject({ outcome: 'merged' });
  expect(tried).toEqual(['squash', 'squash']);
});

it('sees that the branch has come to lack commits of the base, whatever GitHub calls that', async () => {
  settings = {};
  const message = '6 of 6 required status checks are expected.';
  // The first look has it worked out anew.
  looks = [{}, { mergeable_state: 'unknown' }, { mergeable_state: 'behind' }];
  const refused = { status: 405, message };
  expect(await attempt(refused)).toEqual({ outcome: 'behind', base: 'main' });
});

it('looks again where GitHub has not worked out yet whether it can be merged', async () => {
  settings = {};
  looks = [{ mergeable_state: 'unknown' }, { mergeable_state: 'clean' }];
  expect(await attemptIn('unknown', { status: 200 })).toMatchObject({ outcome: 'merged' });
  expect(looks).toEqual([]);
});

it('tries only what the repository says it allows', async () => {
  settings = { allow_squash_merge: false, allow_merge_commit: true, allow_rebase_merge: false };
  await attempt({ status: 200 });
  expect(tried).toEqual(['merge']);
  settings = { allow_squash_merge: false, allow_merge_commit: false, allow_rebase_merge: false };
  expect(await attempt()).toEqual({
    outcome: 'blocked',
    reason:
      'The settings of the repository allow no way to merge, and the rules of main allow squash, merge, rebase: they have no way in common.',
  });
});

it("gives GitHub's words", async () => {
  settings = {};
  const required = 'Required status check "ci" is expected.';
  expect(await attempt({ status: 405, message: required })).toEqual({
    outcome: 'blocked',
    reason: required,
  });
  const denied = 'Resource not accessible by integration';
  const forbidden = { status: 403, message: denied };
  // It may be the token's fault, so a new one is tried.
  expect(await attempt(forbidden, forbidden)).toEqual({ outcome: 'blocked', reason: denied });
});

it('sees a head that moved while it merged, and a merge whose answer failed', async () => {
  settings = {};
  const modified = 'Head branch was modified. Review and try the merge again.';
  const moved = { status: 409, message: modified, afterwards: { head: { sha: OTHER } } };
  expect(await attempt(moved)).toEqual({ outcome: 'moved', head: OTHER });
  expect(await attempt({ status: 409, message: modified })).toEqual({
    outcome: 'blocked',
    reason: modified,
  });
  const afterwards = { merged: true, merge_commit_sha: OTHER, merged_by: { id: 3 } };
  const done = { status: 502, message: 'x', afterwards };
  expect(await attempt(done)).toEqual({ outcome: 'merged', commit: OTHER, by: 'gatehouse' });
  await expect(attempt({ status: 502, message: 'x' })).rejects.toMatchObject({ class: 'server' });
});

const asked = (status: number, head = SHA) => ({
  status,
  body: {
    status: 'pending',
    details: {
      message: 'Pending',
      uuid: 'u',
      merge_method: 'squash',
      merge_action: 'default',
      expected_head_sha: head,
    },
  },
});
const told = (status: string, details: object = { message: 'It is.' }) => ({
  status: 200,
  body: { status, details },
});
const merged = told('merged', { message: 'Merged', sha: OTHER });
const STILL = {
  outcome: 'blocked',
  reason: 'GitHub is merging it in the background, and is not done yet.',
};

it.each([
  ['is merged', [asked(202), merged], { outcome: 'merged', commit: OTHER, by: 'gatehouse' }],
  [
    'was asked for before',
    [asked(409), merged],
    { outcome: 'merged', commit: OTHER, by: 'gatehouse' },
  ],
  [
    'has a status that nobody knows yet',
    [asked(202), told('rebasing'), merged],
    { outcome: 'merged', commit: OTHER, by: 'gatehouse' },
  ],
  [
    'is closed',
    [{ status: 400, body: told('failed', { message: 'Pull request is closed' }).body }],
    { outcome: 'blocked', reason: 'Pull request is closed' },
  ],
  [
    'fails',
    [asked(202), told('failed', { message: 'Required status check "ci" is expected.' })],
    { outcome: 'blocked', reason: 'Required status check "ci" is expected.' },
  ],
  [
    'fails without a word',
    [asked(202), told('failed', { message: '' })],
    { outcome: 'blocked', reason: 'GitHub gave no reason.' },
  ],
  ['was asked for another head', [asked(409, OTHER), told('failed')], STILL],
  ['is forgotten', [asked(202), { status: 404, body: { message: 'Not Found' } }], STILL],
  ['is told of in a way that nobody knows yet', [{ status: 202, body: { state: 1 } }], STILL],
])('follows in the background what %s', async (_, answered, outcome) => {
  settings = {};
  background = [...answered];
  expect(await attempt()).toEqual(outcome);
  expect(tried).toEqual([]);
});

it.each([
  ['gatehouse', 3],
  ['person', 7],
] as const)('says by whom it was merged while GitHub was asked: %s', async (by, id) => {
  settings = {};
  background = [merged];
  afterAsking = { merged: true, merge_commit_sha: OTHER, merged_by: { id } };
  expect(await attempt()).toEqual({ outcome: 'merged', commit: OTHER, by });
});

it('tries the next way where the rules that GitHub judges later allow no squashing', async () => {
  settings = {};
  const refused = told('failed', { message: 'Squash merges are not allowed on this repository.' });
  background = [asked(202), refused, asked(202), merged];
  expect(await attempt()).toEqual({ outcome: 'merged', commit: OTHER, by: 'gatehouse' });
});

it('looks for a while only', async () => {
  background = [asked(202), told('pending'), told('pending'), merged];
  const at = { owner: 'acme', repo: 'library', pull_number: 5 };
  const how = { sha: SHA, merge_action: 'default' } as const;
  expect(await mergeAsync(clientsHere()(REPOSITORY, 'merge'), at, how, [1, 1])).toEqual(STILL);
  background = [];
});
