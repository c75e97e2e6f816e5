/** Where the pages of the GitHub are that is configured. */
import type { Config } from '../../config.ts';

type Place = Pick<Config['github'], 'protocol' | 'host'>;

export const gitHubWeb = ({ protocol, host }: Place): string =>
  `${protocol}://${host ?? 'github.com'}`;

/** By which sign-ins at a shell are kept. */
export const gitHubHost = (place: Place): string => new URL(gitHubWeb(place)).host;
