/** Tokens that GitHub gives an App for a person: what it answers with, and whom they are of. */
import type { Octokit } from '@octokit/rest';
import {
  ClientError,
  type Configuration,
  ResponseBodyError,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from 'openid-client';
import type { Person } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { SignInRefused, type UserTokens } from '../../../engine/ports/sign-in.ts';
import { attempt } from '../client/failure.ts';

export async function personOf(octokit: Octokit): Promise<Person> {
  const asked = octokit.rest.users.getAuthenticated();
  const { id, login } = (await attempt('who signed in', () => asked)).data;
  return { id, login };
}

/** `null`: what renews them is used up or over. */
export async function renewedBy(
  oauth: Configuration,
  refresh: string,
  now: () => number,
): Promise<UserTokens | null> {
  const asked = refreshTokenGrant(oauth, refresh).catch((error: unknown) => {
    if (error instanceof ResponseBodyError && error.error === 'bad_refresh_token') return null;
    throw error;
  });
  const renewed = await answered(asked);
  return renewed && tokensOf(renewed, now());
}

/** GitHub's own words where it refuses; whatever else goes wrong may go well later. */
export async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ResponseBodyError && error.error === 'device_flow_disabled')
      throw new SignInRefused(
        'GitHub does not let people sign in at a shell: tick "Enable Device Flow" on the App\'s page',
      );
    if (error instanceof ResponseBodyError)
      throw new SignInRefused(`GitHub says: ${error.error_description ?? error.error}`);
    if (error instanceof Error && 'error' in error && typeof error.error === 'string')
      throw new SignInRefused(`GitHub says: ${error.error}`);
    if (error instanceof ClientError && !isUnwell(error))
      throw new SignInRefused(`What came back from GitHub can't be used: ${error.message}`);
    throw new GitHubFailure('transport', error instanceof Error ? error.message : '', null);
  }
}

/** GitHub did not answer, or with an error of its own, or with a page in place of an answer. */
const isUnwell = ({ code = '', cause }: ClientError): boolean =>
  ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR'].includes(code) ||
  (cause instanceof Response && cause.status >= 500);

export const tokensOf = (
  { access_token, expires_in, refresh_token }: TokenEndpointResponse,
  now: number,
): UserTokens => ({
  token: access_token,
  endsAt: expires_in === undefined ? null : new Date(now + expires_in * 1000).toISOString(),
  refresh: refresh_token ?? null,
});
