/** What people and other systems ask for is work for them at GitHub too, and GitHub's own failures are told as such. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inClass, requestClass } from '../../src/adapters/github/client/request-context.ts';
import { openApi } from '../../src/compose/http/api.ts';
import { bind } from '../../src/compose/http/bind.ts';
import type { Viewer } from '../../src/control/viewer.ts';
import { Archived, GitHubFailure, NotInstalled } from '../../src/engine/ports/github.ts';
import { approvalSubject, created, HISTORY, REVIEWER } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { openPlace, type Place, tokenFor } from './fixture.ts';

const SPAN = { id: 43, owner: 'acme', name: 'span', installation: 7 };
const { digest } = approvalSubject('pr.merge');
const rey: Viewer = {
  who: { kind: 'person', id: REVIEWER.id, login: 'rey' },
  repositories: new Map([[SPAN.id, 'write']]),
  roles: new Map(),
};

let place: Place;
let url: string;
let close: () => void;
/** Of the requests that were made to GitHub since it was emptied. */
const classes: string[] = [];
/** Thrown where the session is looked up. */
let sessionFails: Error | null = null;

beforeAll(async () => {
  place = await openPlace();
  const { github } = place.services;
  github.roles.set(REVIEWER.id, 'write');
  const counted: typeof github.facts = {
    ...github.facts,
    role: (...asked) => {
      classes.push(requestClass());
      return github.facts.role(...asked);
    },
    issue: (...asked) => {
      classes.push(requestClass());
      return github.facts.issue(...asked);
    },
  };
  const services = { ...place.services, github: { ...github, facts: counted, inClass } };
  const session = async () => {
    if (sessionFails) throw sessionFails;
    return rey;
  };
  const config = { hooks: { perToken: 0, perAddress: 0, proxies: 0 } };
  const people = { session, seenBy: null, publicUrl: () => 'https://gatehouse.example' };
  const api = openApi(config, services, people);
  const server = createServer((request, response) => void api(request, response));
  url = `http://127.0.0.1:${await bind(server, { host: '127.0.0.1', port: 0 })}/api/v1`;
  close = () => {
    server.closeAllConnections();
    server.close();
  };
});
afterAll(async () => {
  close();
  await place.close();
});

let tasks = 0;
async function waiting(): Promise<string> {
  const id = `43-${++tasks}-short`;
  await beginTask(place.services.log, id, [
    created({ repository: SPAN, issue: 100 + tasks }),
    ...HISTORY.waiting.slice(1),
  ]);
  return id;
}

async function send(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body: JSON.stringify(body),
  });
  const { headers: got, status } = response;
  return { status, headers: got, json: JSON.parse(await response.text()) };
}

it.each([
  ['an act', (task: string) => send(`/tasks/${task}/acts`, { act: 'approve', digest })],
  [
    'an answer to several requests',
    (task: string) => send('/approvals/answers', { says: 'approve', requests: [{ task, digest }] }),
  ],
])('%s asks GitHub as what people are answered with', async (_, does) => {
  const task = await waiting();
  classes.length = 0;
  expect(await does(task)).toMatchObject({ status: 200 });
  expect(new Set(classes)).toEqual(new Set(['answer']));
});

it('a call asks GitHub as what people are answered with', async () => {
  const token = await tokenFor(place, { repositories: [{ name: 'acme/library', alias: null }] });
  classes.length = 0;
  const call = { repository: 'acme/library', command: 'fix', issue: 5 };
  const answer = await send('/tasks', call, { authorization: `Bearer ${token}` });
  expect(answer.status).toBe(201);
  expect(new Set(classes)).toEqual(new Set(['answer']));
});

it.each([
  [new GitHubFailure('rate_limit', 'The hour is used up.', 403, 90_000), 503, '90'],
  [new GitHubFailure('transport', 'It hung up.', null), 503, '30'],
  [new GitHubFailure('conflict', 'Somebody else was first.', 409), 503, '30'],
  [new NotInstalled('The App is gone.', 404), 422, null],
  [new Archived('acme/span is archived.'), 422, null],
  [new GitHubFailure('forbidden', 'Resource not accessible by integration.', 403), 422, null],
  [new GitHubFailure('empty', 'The repository has no commit.', 409), 422, null],
  [new GitHubFailure('invalid', 'Validation failed.', 422), 422, null],
])('an act is answered with %s, and can be sent again', async (failure, status, retryAfter) => {
  const task = await waiting();
  place.services.github.failures.push(failure);
  const approve = { act: 'approve', digest };
  const answer = await send(`/tasks/${task}/acts`, approve);
  expect(answer).toMatchObject({
    status,
    json: {
      code: status === 503 ? 'github_unavailable' : 'unusable',
      message: expect.stringContaining(failure.message),
      next: expect.stringMatching(/again/),
    },
  });
  expect(answer.headers.get('retry-after')).toBe(retryAfter);
  expect(await send(`/tasks/${task}/acts`, approve)).toMatchObject({ status: 200 });
});

it('of several answers only those are not taken that GitHub did not let be judged', async () => {
  const requests = [
    { task: await waiting(), digest },
    { task: await waiting(), digest },
  ];
  const { role } = place.services.github.facts;
  let asked = 0;
  place.services.github.facts.role = async (...of) => {
    asked += 1;
    if (asked === 2) throw new GitHubFailure('server', 'It is down.', 502);
    return role(...of);
  };
  try {
    const { status, json } = await send('/approvals/answers', { says: 'approve', requests });
    expect([status, json.answers]).toMatchObject([
      200,
      [{ problem: null }, { event: null, problem: { status: 503, code: 'github_unavailable' } }],
    ]);
  } finally {
    place.services.github.facts.role = role;
  }
});

it('GitHub is named where it can not say what a person may see', async () => {
  sessionFails = new GitHubFailure('server', 'It is down.', 502);
  try {
    const answer = await fetch(`${url}/approvals`);
    expect([answer.status, JSON.parse(await answer.text()).code]).toEqual([
      503,
      'github_unavailable',
    ]);
  } finally {
    sessionFails = null;
  }
});
