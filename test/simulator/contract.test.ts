import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadContract } from './contract/validate.ts';
import { openEnvironment, refused, type SimulatorEnvironment } from './environment.ts';

let environment: SimulatorEnvironment;
beforeEach(async () => {
  environment = await openEnvironment();
});
afterEach(() => environment.close());

const seen = () =>
  environment.github
    .takeViolations()
    .map(({ where, operation, message }) => `${where} ${operation}: ${message}`);

test('a field that GitHub does not know is a departure', async () => {
  await refused(
    environment.octokit.rest.issues.create({
      ...environment.at,
      title: 'x',
      colour: 'red',
    } as never),
  );
  expect(seen()).toEqual(['request issues/create: body has an unknown field (colour)']);
});

test('so is one of the wrong type, a missing one, and an unknown parameter', async () => {
  const { octokit, at } = environment;
  const issue_number = (await octokit.rest.issues.create({ ...at, title: 'x' })).data.number;
  await refused(octokit.rest.issues.createComment({ ...at, issue_number } as never));
  await refused(
    octokit.rest.reactions.createForIssue({ ...at, issue_number, content: 'shrug' as never }),
  );
  await refused(octokit.rest.issues.listForRepo({ ...at, stat: 'all' } as never));
  expect(seen()).toEqual([
    expect.stringContaining('request issues/create-comment: body'),
    expect.stringContaining(
      'request reactions/create-for-issue: body/content must be equal to one of the allowed values',
    ),
    expect.stringContaining(
      'request issues/list-for-repo: query must NOT have additional properties (stat)',
    ),
  ]);
});

test('a proper refusal is none', async () => {
  expect(
    await refused(environment.octokit.rest.issues.get({ ...environment.at, issue_number: 99 })),
  ).toMatchObject({ status: 404 });
  expect(environment.github.violations()).toEqual([]);
});

test('answers and webhooks are held to it as well', async () => {
  const contract = loadContract();
  const operation = contract.operations.find(({ id }) => id === 'reactions/create-for-issue');
  if (!operation) throw new Error('not described');
  const { data: issue } = await environment.octokit.rest.issues.create({
    ...environment.at,
    title: 'x',
  });
  const { data } = await environment.octokit.rest.reactions.createForIssue({
    ...environment.at,
    issue_number: issue.number,
    content: 'eyes',
  });
  expect(contract.response(operation, 201, data)).toEqual([]);
  expect(contract.response(operation, 201, { ...data, id: 'one' })).toEqual([
    'response/id must be integer',
  ]);
  expect(contract.response(operation, 299, data)).toEqual(['status 299 is not described']);
  await environment.github.idle();
  const { payload } = environment.receiver.last('issues', 'opened');
  expect(contract.webhook('issues', 'opened', payload)).toEqual([]);
  expect(contract.webhook('issues', 'opened', { ...payload, sender: undefined })).not.toEqual([]);
  expect(contract.webhook('issues', 'exploded', payload)).toEqual([
    expect.stringContaining('GitHub sends no issues-exploded'),
  ]);
});

test('what is not implemented says so', async () => {
  const { status } = await environment.github
    .as(environment.bob)
    .request('GET', '/repos/acme/library/pages');
  expect(status).toBe(501);
  expect(seen()).toEqual(['unimplemented GET /repos/acme/library/pages: not implemented']);
  expect(() => environment.github.assertNoViolations()).not.toThrow();
});

test('brackets in a path must be percent-encoded', async () => {
  const response = await environment.github
    .as(environment.bob)
    .request('GET', '/users/helper[bot]')
    .catch(() => undefined);
  const plain = await rawGet('/api/v3/users/helper[bot]');
  expect(plain).toContain('422');
  expect(seen().at(-1)).toContain('not percent-encoded');
  expect(response?.status ?? 422).not.toBe(500);
});

/** As a client would that encodes nothing. */
async function rawGet(path: string): Promise<string> {
  const { connect } = await import('node:net');
  const { host, port } = { host: '127.0.0.1', port: Number(new URL(environment.github.url).port) };
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () =>
      socket.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    let text = '';
    socket.on('data', chunk => (text += chunk));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

test('a readable list is thrown at the end', async () => {
  await environment.github.as(environment.bob).request('GET', '/nowhere');
  expect(() => environment.github.assertNoViolations()).toThrow(
    /1 departures from GitHub's contract:\n {2}unimplemented GET \/nowhere/,
  );
  environment.github.takeViolations();
});

test('the API fails on demand', async () => {
  const { github, bob } = environment;
  const create = (title: string) =>
    github.as(bob).request('POST', '/repos/acme/library/issues', { title });
  github.faults.api({ match: 'issues/create', status: 502, times: 2 });
  expect((await create('a')).status).toBe(502);
  expect((await create('b')).status).toBe(502);
  expect((await create('c')).status).toBe(201);

  github.faults.api({ match: /POST .*issues/, status: 429, retryAfter: 7 });
  const limited = await create('d');
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);

  github.faults.api({ match: 'issues/create', status: 'secondary', retryAfter: 9 });
  const secondary = await create('e');
  expect([secondary.status, secondary.headers.get('retry-after')]).toEqual([403, '9']);
  expect(secondary.data.message).toContain('secondary rate limit');

  github.faults.api({ match: 'issues/create', status: 'lostAnswer' });
  await expect(create('done all the same')).rejects.toThrow();
  const { data } = await github.as(bob).request('GET', '/repos/acme/library/issues');
  expect(data.map((issue: { title: string }) => issue.title)).toEqual(['done all the same', 'c']);

  github.faults.api({ match: 'issues/create', status: 'timeout' });
  const hung = fetch(`${github.url}/api/v3/repos/acme/library/issues`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bob.token}` },
    body: '{"title":"never"}',
    signal: AbortSignal.timeout(50),
  });
  await expect(hung).rejects.toThrow();
});
