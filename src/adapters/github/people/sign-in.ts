/** People sign in with GitHub, through the App: OAuth 2 with PKCE, and what they may see of what it is installed on. */
import type { Octokit } from '@octokit/rest';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Logger } from '../../../engine/ports/logger.ts';
import type { SignIn } from '../../../engine/ports/sign-in.ts';
import { restUrl } from '../client/addresses.ts';
import { attempt } from '../client/failure.ts';
import { createOctokit } from '../client/octokit.ts';
import { type OAuthClient, oauthOf } from './oauth.ts';
import { readInstallations, readSeen } from './seen-by-person.ts';
import { answered, personOf, renewedBy, tokensOf } from './user-tokens.ts';

type SignInOptions = {
  /** Where GitHub's pages are. */
  web: string;
  client: OAuthClient;
  /** Whether anything depends on which teams people are in. */
  asksTeams: boolean;
  log: Pick<Logger, 'warn'>;
  now: () => number;
};

export function createSignIn({ web, client, asksTeams, log, now }: SignInOptions): SignIn {
  const oauth = oauthOf(web, client);
  if (web.startsWith('http:')) allowInsecureRequests(oauth);
  const baseUrl = restUrl(web);
  const as = (token: string): Octokit => createOctokit({ baseUrl, log, auth: { token } });
  return {
    async begin(redirectUri) {
      const start = { state: randomState(), verifier: randomPKCECodeVerifier(), redirectUri };
      const url = buildAuthorizationUrl(oauth, {
        redirect_uri: redirectUri,
        state: start.state,
        code_challenge: await calculatePKCECodeChallenge(start.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, start };
    },
    async finish(address, { state, verifier, redirectUri }) {
      const here = new URL(redirectUri);
      here.search = address.search;
      const checks = { expectedState: state, pkceCodeVerifier: verifier };
      return tokensOf(await answered(authorizationCodeGrant(oauth, here, checks)), now());
    },
    renew: refresh => renewedBy(oauth, refresh, now),
    async revoke(token) {
      if (client.secret === null) return;
      const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64');
      const asked = createOctokit({ baseUrl, log, auth: null }).rest.apps.deleteToken({
        client_id: client.id,
        access_token: token,
        headers: { authorization: `Basic ${basic}` },
      });
      await attempt('the end of a token', () => asked);
    },
    person: token => personOf(as(token)),
    installations: token => unlessRefused(readInstallations(as(token))),
    async sees(token, installations) {
      const octokit = as(token);
      const person = await unlessRefused(personOf(octokit));
      if (person === null) return null;
      const seen = await unlessRefused(readSeen(octokit, installations, asksTeams));
      return seen && { person, installations: [...installations], ...seen };
    },
  };
}

/** `null` where GitHub does not take the token. */
async function unlessRefused<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof GitHubFailure && error.status === 401) return null;
    throw error;
  }
}
