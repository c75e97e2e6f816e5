/** How a person at a shell signs in to GitHub, as the App that is configured. */
import { createDeviceSignIn } from '../../adapters/github/people/device-sign-in.ts';
import type { PersonConfig } from '../../config/person.ts';
import type { DeviceSignIn } from '../../engine/ports/device-sign-in.ts';
import { gitHubWeb } from '../github/github-web.ts';
import { useNetwork } from '../machine/network.ts';

export function deviceSignIn(config: PersonConfig): DeviceSignIn {
  const { clientId, network } = config;
  if (clientId === null)
    throw new Error(
      "GITHUB_CLIENT_ID is missing, and people sign in with it: set it to the Client ID on the App's page. It is no secret: whoever operates Gatehouse can tell you. The operator ticks Enable Device Flow there",
    );
  useNetwork(network);
  const log = { warn: () => undefined };
  return createDeviceSignIn({ web: gitHubWeb(config), clientId, log, now: Date.now });
}
