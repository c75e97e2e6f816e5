/**
 * A backlog is worked until all of it is merged: four tasks at a time, one is remedied, one is canceled,
 * and Gatehouse is killed in the middle. The seed says what needs what, and when it is killed.
 */
import { stringify } from 'yaml';
import type { ItemState } from '../../../src/core/backlog/state.ts';
import { backlogStream } from '../../../src/core/stream.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { asBacklog } from '../../../src/engine/streams.ts';
import { random } from '../../prove/approvals/world.ts';
import { AUTONOMOUS, FILES } from '../../scenarios/environment.ts';
import { until } from '../until.ts';
import { type Story, scriptsIn } from './story.ts';

/** The author has a script for each of these pages. */
const PAGES = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ');
/** Besides the pages: one that is red until it is remedied, and one that is canceled. */
const OTHERS = 2;

/** Fast: what the author writes is published and merged. */
export const CONFIG = `commands:
  test: [node, test.js]
checks: { beginMinutes: 0 }
graphs:
  fix:
    steps:
      - agent: author
      - command: test
        remedy: { agent: tester, at_most: 1 }
      - publish
      - merge
`;

/** It is red where a page says so: the author of "broken" writes one, and its remedy mends it. */
export const MANUAL = {
  ...FILES,
  'test.js': `import { existsSync } from 'node:fs';\nif (existsSync('broken.md')) throw new Error('broken.md');\n`,
  '.github/gatehouse.yml': CONFIG,
};

export type Worked = {
  tracking: number;
  /** The process was killed when so many were merged. */
  killedAfter: number;
  items: ItemState[];
  /** The last comment on the tracking issue. */
  retrospective: string;
};

export function backlogOf(seed: number, tasks = PAGES.length + OTHERS): Story<Worked> {
  const next = random(seed);
  const pages = PAGES.slice(0, tasks - OTHERS);
  /** Some of those before it, three at most; the first ones begin at once, with "broken". */
  const needs = (at: number) =>
    at < 3
      ? []
      : pages
          .slice(0, at)
          .filter(() => next() < 0.3)
          .slice(-3);
  const plan = {
    title: 'The manual',
    concurrency: 4,
    tasks: [
      { id: 'broken', title: 'The broken page', acceptance: ['It is mended.'] },
      ...pages.map((id, at) => ({
        id,
        title: `The ${id} page`,
        needs: at > 3 && at % 4 === 0 ? ['broken', ...needs(at)] : needs(at),
      })),
      { id: 'given-up', title: 'The page that is given up', needs: pages.slice(1, 3) },
    ],
  };
  const killedAfter = 1 + Math.floor(next() * (pages.length - 2));
  return {
    env: { ...scriptsIn('backlog'), ...AUTONOMOUS },
    files: { ...MANUAL, 'requirements.yaml': stringify(plan) },
    async play({ environment, scenario, chapter }) {
      const { mona, repository, said } = scenario;
      const state = async () => {
        // A process that begins again has another connection to it.
        const { log } = environment.gatehouse.parts;
        return asBacklog(await loadFolded(log, backlogStream(repository.id, tracking))).state;
      };

      await chapter(
        `1. Mona plays the ${tasks} tasks of requirements.yaml, and says yes to the plan`,
      );
      const { number: tracking } = await mona.open('Write the manual', '');
      await mona.comment(tracking, '/agent play');
      await said(tracking, /Nothing has begun yet/);
      await mona.comment(tracking, '/agent approve');
      await said(tracking, /\*\*Gatehouse\*\* works: The manual/);

      await chapter('2. She gives up one of them');
      await mona.comment(tracking, '/agent cancel given-up');

      await chapter(`3. Once ${killedAfter} are merged, Gatehouse is killed, and started again`);
      await until('some to be merged', async () => {
        const { items } = await state();
        return items.filter(({ status }) => status === 'merged').length >= killedAfter;
      });
      await environment.restart();

      await chapter('4. The rest is worked, in an order that respects what needs what');
      const retrospective = await said(tracking, /All of this is done/);
      const { items } = await state();
      await said(tracking, /\*\*Gatehouse\*\* is done: The manual/);
      return { tracking, killedAfter, items, retrospective };
    },
  };
}
