import type { GitHub } from '../github.ts';
import { requestAction } from '../rest/checks.ts';
import { dispatch } from '../rest/dispatch.ts';
import type { Account } from '../world/accounts.ts';
import type { Issue } from '../world/issues.ts';
import { fullName, type Repository } from '../world/repositories.ts';

interface Place {
  readonly github: GitHub;
  readonly viewer: Account;
  readonly repository: Repository;
  readonly issue: Issue | undefined;
}

type Request = readonly [method: string, path: string, body?: unknown];

/** What a form asks for, as the request to the REST API that does it. */
function requestFor(
  action: string,
  fields: URLSearchParams,
  issue: Issue | undefined,
): Request | undefined {
  const field = (name: string) => fields.get(name) ?? '';
  if (action === 'open-issue')
    return ['POST', '/issues', { title: field('title'), body: field('body') }];
  if (!issue) return undefined;
  const thread = `/issues/${issue.number}`;
  const pull = `/pulls/${issue.number}`;
  switch (action) {
    case 'comment':
      return ['POST', `${thread}/comments`, { body: field('body') }];
    case 'add-label':
      return ['POST', `${thread}/labels`, { labels: [field('label')] }];
    case 'remove-label':
      return ['DELETE', `${thread}/labels/${encodeURIComponent(field('label'))}`];
    case 'close':
      return ['PATCH', thread, { state: 'closed' }];
    case 'reopen':
      return ['PATCH', thread, { state: 'open' }];
    case 'review':
      return ['POST', `${pull}/reviews`, { event: field('event'), body: field('body') }];
    case 'merge':
      return ['PUT', `${pull}/merge`, { sha: field('sha'), merge_method: field('method') }];
    case 'rerun':
      return ['POST', `/check-runs/${field('run')}/rerequest`];
    default:
      return undefined;
  }
}

/** Does it as the viewer, through the same code as REST; the result is what GitHub had against it. */
export async function act(
  place: Place,
  action: string,
  fields: URLSearchParams,
): Promise<string | undefined> {
  const { github, viewer, repository, issue } = place;
  const actor = { kind: 'user', user: viewer } as const;
  if (action === 'check-action') {
    const run = repository.checkRuns.find(candidate => candidate.id === Number(fields.get('run')));
    if (!run) return 'There is no such check.';
    await requestAction({ github, repository, actor }, run, fields.get('identifier') ?? '');
    return undefined;
  }
  const request = requestFor(action, fields, issue);
  if (!request) return 'Nothing of that name can be done here.';
  const [method, path, body] = request;
  const reply = await dispatch(
    github,
    {
      method,
      path: `/repos/${fullName(github, repository)}${path}`,
      search: new URLSearchParams(),
      headers: {},
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    },
    actor,
  );
  if (reply.status < 400) return undefined;
  const { message, errors } = reply.body as {
    message: string;
    errors?: (string | { message?: string })[];
  };
  const details = errors
    ?.map(error => (typeof error === 'string' ? error : error.message))
    .filter(Boolean);
  return [message, ...(details ?? [])].join(': ');
}
