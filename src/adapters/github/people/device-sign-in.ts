/** A person at a shell signs in by GitHub's device flow, which needs no secret of the App. */
import {
  allowInsecureRequests,
  type Configuration,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
} from 'openid-client';
import type { DeviceSignIn } from '../../../engine/ports/device-sign-in.ts';
import type { Logger } from '../../../engine/ports/logger.ts';
import { restUrl } from '../client/addresses.ts';
import { attempt } from '../client/failure.ts';
import { createOctokit } from '../client/octokit.ts';
import { oauthOf } from './oauth.ts';
import { answered, personOf, renewedBy, tokensOf } from './user-tokens.ts';

type DeviceOptions = {
  /** Where GitHub's pages are. */
  web: string;
  clientId: string;
  log: Pick<Logger, 'warn'>;
  now: () => number;
};

export function createDeviceSignIn({ web, clientId, log, now }: DeviceOptions): DeviceSignIn {
  const oauth: Configuration = oauthOf(web, { id: clientId, secret: null });
  if (web.startsWith('http:')) allowInsecureRequests(oauth);
  const baseUrl = restUrl(web);
  const as = (token: string) => createOctokit({ baseUrl, log, auth: { token } });
  return {
    host: new URL(web).host,
    async begin() {
      const device = await answered(initiateDeviceAuthorization(oauth, {}));
      const wait = async () => {
        const tokens = tokensOf(await answered(pollDeviceAuthorizationGrant(oauth, device)), now());
        return { tokens, person: await personOf(as(tokens.token)) };
      };
      return { code: device.user_code, address: device.verification_uri, done: wait() };
    },
    renew: refresh => renewedBy(oauth, refresh, now),
    async comment(token, { owner, name, number }, body) {
      const asked = as(token).rest.issues.createComment({
        owner,
        repo: name,
        issue_number: number,
        body,
      });
      return (await attempt(`comment on #${number}`, () => asked)).data.html_url;
    },
  };
}
