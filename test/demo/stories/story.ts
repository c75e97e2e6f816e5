/** A walk of the product on a local GitHub: the demo plays it for people, and a scenario plays it as a test. */
import { resolve } from 'node:path';
import type { Scenario, ScenarioEnvironment } from '../../scenarios/environment.ts';

export type Stage = {
  environment: ScenarioEnvironment;
  scenario: Scenario;
  /** Says what happens next; a test says nothing. */
  chapter(text: string): Promise<void>;
};

/** `T`: what the scenario looks at once it is played. */
export type Story<T = unknown> = {
  /** More of Gatehouse's environment. */
  env: Record<string, string>;
  /** What the repository holds. */
  files: Record<string, string>;
  /** Throws where what it waits for does not come. */
  play(stage: Stage): Promise<T>;
  close?(): Promise<void>;
};

/** What the agents of a walk do: a folder of `test/scenarios` with a script for each role. */
export const scriptsIn = (folder: string): Record<string, string> => ({
  GATEHOUSE_SIMULATION: resolve(import.meta.dirname, '../../scenarios', folder),
});

/** As a test plays it. */
export const played = <T>(story: Story<T>, stage: Omit<Stage, 'chapter'>): Promise<T> =>
  story.play({ ...stage, chapter: async () => {} });
