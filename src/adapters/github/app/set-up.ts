/** What registering an App and taking one over have in common. */
import { restUrl } from '../client/addresses.ts';
import type { AppPages } from './app-pages.ts';

/** Read for GHE_HOST, GHE_PROTOCOL and WEBHOOK_SECRET. */
export type SetupEnvironment = Readonly<Record<string, string | undefined>>;

export type SetUp = {
  appId: number;
  slug: string;
  /** Where the credentials are. */
  file: string;
  /** Where GitHub delivers. */
  webhook: string;
  pages: AppPages;
};

export const webOf = ({ GHE_HOST, GHE_PROTOCOL = 'https' }: SetupEnvironment): string =>
  `${GHE_PROTOCOL}://${GHE_HOST ?? 'github.com'}`;

export const apiOf = (env: SetupEnvironment): string => restUrl(webOf(env));
