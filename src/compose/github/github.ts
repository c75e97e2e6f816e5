/** GitHub as the engine works with it: the App that is configured, connected once the database is open. */
import { createLimits } from '../../adapters/github/client/limits.ts';
import { githubWindows } from '../../adapters/github/client/write-limiter.ts';
import type { Config } from '../../config.ts';
import { redact } from '../../core/redaction/redact.ts';
import type { Dependencies, Settings } from '../../engine/dependencies.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import type { OpenedBackend } from '../stores/open.ts';
import { anchorsOfApp } from './anchors.ts';
import { connect, gitHubFault } from './connect.ts';
import { gitHubWeb } from './github-web.ts';
import { isHandled, meaningOf } from './triggers.ts';

export type ConnectedGitHub = {
  parts: Omit<Dependencies['github'], 'inClass' | 'shown'>;
  author: Settings['author'];
  /** Where its pages are. */
  web: string;
  /** Signed with the App's key. */
  anchors: Dependencies['anchors'];
};

type ConnectWith = {
  logger: Logger;
  /** The secrets that nothing may repeat. */
  ours: string[];
  /** How long GitHub's hour is. */
  githubHourMs?: number | undefined;
};

export const connectWith =
  (config: Pick<Config, 'github' | 'stateDir'>, { logger, ours, githubHourMs }: ConnectWith) =>
  async ({ store }: OpenedBackend): Promise<ConnectedGitHub> => {
    const { changes, sealedTokens } = store;
    const shared = {
      limits: createLimits(store, githubWindows(githubHourMs)),
      changes,
      sealedTokens,
      redact: (text: string) => redact(text, ours),
    };
    const github = await connect(config.github, logger, shared).catch(error => {
      const { problem, remediation } = gitHubFault(error);
      throw new Error(`GitHub does not answer for the App. ${problem}\n  ${remediation}`);
    });
    const { facts, record, writes, author, app } = github;
    const means: ConnectedGitHub['parts']['meaningOf'] = (event, payload) =>
      meaningOf({ event, payload }, app);
    const parts = { facts, record, writes, meaningOf: means, isHandled };
    return { parts, author, web: gitHubWeb(config.github), anchors: anchorsOfApp(config) };
  };
