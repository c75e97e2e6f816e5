/** Where the pages of the GitHub are that is configured. */
import type { Config } from '../config.ts';

export const gitHubWeb = ({ protocol, host }: Config['github']): string =>
  `${protocol}://${host ?? 'github.com'}`;
