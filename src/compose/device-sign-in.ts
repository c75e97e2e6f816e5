/** How a person at a shell signs in to GitHub, as the App that is configured. */
import { createDeviceSignIn } from '../adapters/github/device-sign-in.ts';
import type { Config } from '../config.ts';
import type { DeviceSignIn } from '../engine/ports/device-sign-in.ts';
import { gitHubWeb } from './github-web.ts';
import { useNetwork } from './network.ts';

export function deviceSignIn(github: Config['github'], network: Config['network']): DeviceSignIn {
  const { client } = github;
  if (client === null)
    throw new Error(
      "nobody can sign in yet: set GITHUB_CLIENT_ID to the Client ID on the App's page, and tick Enable Device Flow there",
    );
  useNetwork(network);
  const log = { warn: () => undefined };
  return createDeviceSignIn({ web: gitHubWeb(github), clientId: client.id, log, now: Date.now });
}
