/** What GitHub answers where people sign in, and neither lets them in nor says why. */
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { ClientError } from 'openid-client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createOctokit } from '../../../src/adapters/github/client/octokit.ts';
import { readSeen } from '../../../src/adapters/github/people/seen-by-person.ts';
import { answered } from '../../../src/adapters/github/people/user-tokens.ts';
import { SignInRefused } from '../../../src/engine/ports/sign-in.ts';
import { SILENT } from './environment.ts';

const API = 'https://api.github.example';
const server = setupServer();
const octokit = createOctokit({ baseUrl: API, log: SILENT, auth: { token: 'a token' } });
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** What a person sees of two installations, where the first one answers with this. */
function seenBeside(status: number, message: string, headers: Record<string, string> = {}) {
  const at = (id: number) => `${API}/user/installations/${id}/repositories`;
  server.use(
    http.get(at(1), () => HttpResponse.json({ message }, { status, headers })),
    http.get(at(2), () =>
      HttpResponse.json({
        total_count: 1,
        repositories: [{ id: 7, full_name: 'acme/library', permissions: { pull: true } }],
      }),
    ),
  );
  return readSeen(octokit, [1, 2], false);
}

it('an installation that is refused to a person is not seen, and the others are', async () => {
  const others = [{ id: 7, name: 'acme/library', role: 'read' }];
  const allowList = 'Although you appear to have the correct authorization credentials, …';
  expect((await seenBeside(403, allowList)).repositories).toEqual(others);
  expect((await seenBeside(404, 'Not Found')).repositories).toEqual(others);
});

it.each([
  ['a token that has ended', 401, 'Bad credentials', {}],
  ['a limit', 403, 'You have exceeded a secondary rate limit', { 'retry-after': '60' }],
  ['a fault of GitHub', 502, 'Bad Gateway', {}],
] as [string, number, string, Record<string, string>][])(
  '%s says nothing of an installation',
  async (_name, status, message, headers) => {
    await expect(seenBeside(status, message, headers)).rejects.toMatchObject({ status });
  },
);

const came = (code: string, cause: unknown) =>
  answered(Promise.reject(Object.assign(new ClientError('unexpected', { cause }), { code })));
const NOT_CONFORM = 'OAUTH_RESPONSE_IS_NOT_CONFORM';

it('what GitHub answers where it is not well refuses no sign-in', async () => {
  const unwell = [
    came(NOT_CONFORM, new Response('', { status: 503 })),
    came('OAUTH_RESPONSE_IS_NOT_JSON', new Response('<html>')),
    came('OAUTH_PARSE_ERROR', new SyntaxError('no JSON')),
    came('OAUTH_TIMEOUT', undefined),
  ];
  for (const one of unwell) await expect(one).rejects.toMatchObject({ class: 'transport' });
  const refused = came(NOT_CONFORM, new Response('', { status: 404 }));
  await expect(refused).rejects.toBeInstanceOf(SignInRefused);
});
