import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEnvironment, type SimulatorEnvironment } from './environment.ts';

let environment: SimulatorEnvironment;
beforeEach(async () => {
  environment = await openEnvironment();
});
afterEach(() => environment.close());

interface Person {
  readonly id: number;
}

async function open(
  path: string,
  viewer?: Person,
): Promise<{ status: number; text: string; csrf: string }> {
  const headers: Record<string, string> = viewer ? { cookie: `viewer=${viewer.id}` } : {};
  const response = await fetch(environment.github.url + path, { headers });
  const text = await response.text();
  return { status: response.status, text, csrf: /name="csrf" value="(\w+)"/.exec(text)?.[1] ?? '' };
}

/** Fills a form in, and gives the page that follows. */
async function submit(
  path: string,
  viewer: Person,
  fields: Record<string, string>,
): Promise<string> {
  const { csrf } = await open(path, viewer);
  const response = await fetch(environment.github.url + path, {
    method: 'POST',
    headers: { cookie: `viewer=${viewer.id}` },
    body: new URLSearchParams({ csrf, ...fields }),
  });
  return response.text();
}

test('a person comments, labels, reviews and merges on the page, by the same rules as the API', async () => {
  const { alice, bob, github, receiver } = environment;
  github.protectBranch(environment.repository, 'main', { requiredReviews: 1 });
  const { number, sha } = await environment.openPull();
  const path = `/acme/library/pull/${number}`;
  await submit(path, alice, { action: 'comment', body: 'Nice **work**' });
  await submit(path, alice, { action: 'add-label', label: 'ready' });
  expect(await submit(path, bob, { action: 'review', event: 'APPROVE', body: '' })).toContain(
    'Can not approve your own pull request',
  );
  expect(await submit(path, alice, { action: 'merge', sha, method: 'squash' })).toContain(
    'approving review is required',
  );
  await submit(path, alice, { action: 'review', event: 'APPROVE', body: 'Yes.' });
  const text = await submit(path, alice, { action: 'merge', sha, method: 'squash' });
  expect(text).toContain('Nice <strong>work</strong>');
  expect(text).toContain('added the label ready');
  expect(text).toContain('<span class="state merged">merged</span>');
  await github.idle();
  expect(receiver.last('issue_comment', 'created').payload.sender.login).toBe('alice');
});

test('issues are opened, closed and reopened; checks show their summary and their buttons', async () => {
  const { bob, octokit, at, github, receiver } = environment;
  await submit('/acme/library', bob, {
    action: 'open-issue',
    title: 'From the page',
    body: '- one\n- two',
  });
  const list = await open('/acme/library', bob);
  expect(list.text).toContain('#1 From the page');
  expect(await submit('/acme/library/issues/1', bob, { action: 'close' })).toContain(
    '<span class="state closed">',
  );
  expect(await submit('/acme/library/issues/1', bob, { action: 'reopen' })).toContain(
    '<li>one</li>',
  );
  const { number, sha } = await environment.openPull();
  const actions = [{ label: 'Fix it', description: 'Let it be fixed', identifier: 'fix' }];
  const output = {
    title: 'One finding',
    summary: '| what | where |\n| --- | --- |\n| a <b>bold</b> claim | `x` |',
  };
  const { data } = await octokit.rest.checks.create({
    ...at,
    name: 'gate',
    head_sha: sha,
    status: 'completed',
    conclusion: 'failure',
    output,
    actions,
  });
  const path = `/acme/library/pull/${number}`;
  const { text } = await open(path, bob);
  expect(text).toContain('<td>a <b>bold</b> claim</td>\n<td><code>x</code></td>');
  await submit(path, bob, { action: 'check-action', run: String(data.id), identifier: 'fix' });
  await github.idle();
  expect(receiver.last('check_run', 'requested_action').payload.requested_action.identifier).toBe(
    'fix',
  );
});

test('Markdown is rendered as GitHub does', async () => {
  const { as, bob, at } = environment;
  const body = [
    'Fixes #1, <sub>small <script>x</script></sub> <!-- gatehouse:task=1 -->',
    '<details open onclick="x()"><summary>More</summary>\n\n- [x] done\n\n</details>',
    '````text\n```\n</details> <!-- seen -->\n````',
  ].join('\n\n');
  const { data } = await as(bob).rest.issues.create({ ...at, title: 'Rendered', body });
  const { text } = await open(`/acme/library/issues/${data.number}`, bob);
  expect(text).toContain('<a href="/acme/library/issues/1">#1</a>, <sub>small &lt;script&gt;x');
  expect(text).toContain('&lt;details open onclick=&quot;x()&quot;&gt;<summary>More</summary>');
  expect(text).toContain('```\n&lt;/details&gt; &lt;!-- seen --&gt;\n</code></pre>');
  expect(text).toMatch(/<li><input type="checkbox" disabled="" checked="" ?\/?> done<\/li>/);
  expect(text).not.toContain('gatehouse:task');
});

test('text is never markup', async () => {
  const evil =
    '<script>alert(1)</script> <img src=x onerror=alert(2)> "quoted" [a](javascript:alert(3))';
  const { data } = await environment
    .as(environment.bob)
    .rest.issues.create({ ...environment.at, title: evil, body: evil, labels: ['<i>'] });
  await environment.as(environment.bob).rest.issues.createComment({
    ...environment.at,
    issue_number: data.number,
    body: `\`${evil}\`\n\n\`\`\`\n${evil}\n\`\`\``,
  });
  for (const path of ['/acme/library', `/acme/library/issues/${data.number}`]) {
    const { text } = await open(path, environment.bob);
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toMatch(/<script|<img|<i>|href="javascript/);
  }
});

test("a private repository is shown to those who may see it, and forms must be the page's own", async () => {
  const { github, alice } = environment;
  const stranger = github.createUser('mallory');
  expect((await open('/acme/library')).status).toBe(404);
  expect((await open('/acme/library', stranger)).status).toBe(404);
  expect((await open('/acme/library', alice)).status).toBe(200);
  const response = await fetch(`${github.url}/acme/library`, {
    method: 'POST',
    headers: { cookie: `viewer=${alice.id}` },
    body: new URLSearchParams({ action: 'open-issue', title: 'forged' }),
  });
  expect(response.status).toBe(403);
});

test('signing in is choosing a name', async () => {
  const { csrf } = await open('/');
  const body = new URLSearchParams({ csrf, action: 'sign-in', user: String(environment.bob.id) });
  const response = await fetch(`${environment.github.url}/`, {
    method: 'POST',
    body,
    redirect: 'manual',
  });
  expect(response.headers.get('set-cookie')).toContain(`viewer=${environment.bob.id}`);
});

test('an App is made from a manifest, and its code is exchanged once', async () => {
  const { github, acme, receiver } = environment;
  const manifest = JSON.stringify({
    name: 'From Manifest',
    url: 'http://127.0.0.1/app',
    redirect_url: 'http://127.0.0.1/app/created',
    hook_attributes: { url: receiver.url },
    default_permissions: { issues: 'write' },
    default_events: ['issues'],
  });
  const confirm = await fetch(`${github.url}/settings/apps/new?state=s1`, {
    method: 'POST',
    body: new URLSearchParams({ manifest }),
  });
  const csrf = /name="csrf" value="(\w+)"/.exec(await confirm.text())?.[1] ?? '';
  const fields = {
    csrf,
    action: 'create-app',
    manifest,
    state: 's1',
    name: 'From Manifest',
    owner: String(acme.id),
  };
  const made = await fetch(`${github.url}/settings/apps/new`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  const back = new URL(made.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('s1');
  const code = back.searchParams.get('code') ?? '';
  const { data } = await environment.as(environment.alice).rest.apps.createFromManifest({ code });
  expect(data).toMatchObject({
    slug: 'from-manifest',
    owner: { login: 'acme' },
    pem: expect.stringContaining('PRIVATE KEY'),
  });
  expect(
    (await github.as(environment.alice).request('POST', `/app-manifests/${code}/conversions`))
      .status,
  ).toBe(404);
});
