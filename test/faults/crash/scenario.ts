/** A walk that is crashed: what stands ready for it, what people do, and what must be true at its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../demo/until.ts';
import type { CrashEnvironment } from './environment.ts';

/** The walk runs longer than it may, so that a late walk is distinguished from one that hangs. */
export const GIVE_UP_MS = 180_000;
/** How often GitHub is polled; polling costs processor time too. */
export const LOOK_MS = 300;

export type Scenario = {
  name: string;
  begin(): Promise<Begun>;
};

export type Begun = {
  /** What the agents do; the smallest change unless given. */
  scripts?: string;
  /** Files of the repository besides the smallest ones. */
  files?: Record<string, string>;
  /** Settings of Gatehouse. */
  env?: Record<string, string>;
  /** What people do by what GitHub shows them, each thing once, however often Gatehouse dies meanwhile. */
  people(environment: CrashEnvironment): Promise<void>;
  /** How its tasks end, in the order of the alphabet. */
  ends: readonly string[];
  /** What is not as it must be on GitHub, besides what holds of every walk. */
  wrong(environment: CrashEnvironment): Promise<string[]>;
  close?(): Promise<void>;
};

/** Polls until the condition is met. */
export const seen = <T>(what: string, ask: () => Promise<T | null | undefined | false>) =>
  until(what, ask, GIVE_UP_MS, () => sleep(LOOK_MS));

type Comment = { body: string };

/** Waits for a comment that says so. */
export const said = ({ mona }: CrashEnvironment, issue: number, words: RegExp) =>
  seen(`a comment that says ${words}`, async () => {
    const comments: Comment[] = await mona.get(`/issues/${issue}/comments`);
    return comments.find(({ body }) => words.test(body))?.body;
  });

/** Approves each request that is shown on an issue or a pull request, once. */
export function approver({ mona, rey }: CrashEnvironment) {
  const answered = new Set<string>();
  return async (number: number): Promise<void> => {
    const comments: Comment[] = await mona.get(`/issues/${number}/comments`);
    for (const { body } of comments) {
      const capsule = /Approval is needed.*agent approve ([0-9a-f]{12})/s.exec(body)?.[1];
      if (!capsule || answered.has(capsule)) continue;
      answered.add(capsule);
      await rey.comment(number, `/agent approve ${capsule}`);
    }
  };
}

/** One sentence where there are more or fewer. */
export const exactly = (wanted: number, what: string, found: number): string[] =>
  found === wanted ? [] : [`${found} ${what}, not ${wanted}`];
