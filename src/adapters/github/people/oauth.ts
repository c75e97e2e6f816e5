/** GitHub as a server of OAuth 2: its addresses, and its errors, which come with the status 200. */
import { ClientSecretPost, Configuration, customFetch, None } from 'openid-client';
import { z } from 'zod';
import { REQUEST_MS } from '../client/octokit.ts';

export type OAuthClient = { id: string; secret: string | null };

/** `web`: where GitHub's pages are. */
export function oauthOf(web: string, { id, secret }: OAuthClient): Configuration {
  const server = {
    issuer: web,
    authorization_endpoint: `${web}/login/oauth/authorize`,
    token_endpoint: `${web}/login/oauth/access_token`,
    device_authorization_endpoint: `${web}/login/device/code`,
  };
  const auth = secret === null ? None() : ClientSecretPost(secret);
  const configuration = new Configuration(server, id, undefined, auth);
  configuration.timeout = REQUEST_MS / 1000 / 2;
  configuration[customFetch] = (url, options) => withStatus(url, options);
  return configuration;
}

const OAuthError = z.looseObject({ error: z.string() });

/** An error gets the status that the standard has for it, so that it is told apart from an answer. */
async function withStatus(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: 'manual' });
  const text = await response.text();
  const headers = { 'content-type': response.headers.get('content-type') ?? '' };
  const failed = response.status === 200 && OAuthError.safeParse(jsonOf(text)).success;
  const { status } = response;
  return new Response(status === 204 ? null : text, { status: failed ? 400 : status, headers });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
