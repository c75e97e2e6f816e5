/** Probot's Octokit without its throttle and its retries: limits and retries have one owner each. */
import { ProbotOctokit } from 'probot';
import type { Log } from './log.ts';

type Options = ConstructorParameters<typeof ProbotOctokit>[0];

export const GatehouseOctokit = ProbotOctokit.defaults((options: Options) => ({
  ...options,
  throttle: { ...options?.throttle, enabled: false },
  retry: { enabled: false },
  userAgent: 'gatehouse',
}));
export type Octokit = InstanceType<typeof GatehouseOctokit>;

/** One request takes at most this long. */
export const REQUEST_MS = 15_000;

/** Octokit's own remarks are noise unless they warn; bodies are never logged. */
export const octokitLog = (log: Log) => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => log.warn({}, String(message)),
  error: (message: string) => log.warn({}, String(message)),
});

/** Every request ends by itself, whatever the network does. */
export function timed(octokit: Octokit): Octokit {
  octokit.hook.before('request', options => {
    options.request = {
      ...options.request,
      signal: options.request?.signal ?? AbortSignal.timeout(REQUEST_MS),
    };
  });
  return octokit;
}
