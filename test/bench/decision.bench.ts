/**
 * Measures what an agent waits for before it acts: a question over the run's socket, from inside the
 * sandbox, answered by policy. A denial is in the log before it is answered, so it is stated apart.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEnvironment, person } from '../demo/environment.ts';
import { until } from '../demo/until.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { percentile } from './rounds.ts';

export const name = 'decision';

const SETTLED_MS = 180_000;

export async function measure(): Promise<Figure[]> {
  const here = join(import.meta.dirname, 'decision');
  const environment = await openEnvironment({
    repository: {
      name: 'asked',
      files: {
        'ask.mjs': await readFile(join(here, 'ask.mjs'), 'utf8'),
        'sum.sh': 'echo $(($1 - $2))\n',
        'test.sh': '[ "$(sh sum.sh 2 2)" = 4 ]\n',
        '.github/gatehouse.yml': 'commands:\n  install: ["true"]\n  test: [sh, test.sh]\n',
      },
    },
    env: { GATEHOUSE_SIMULATION: join(here, 'scripts') },
  });
  try {
    const mona = person(environment.github, environment.users.mona, environment.at);
    const issue = await mona.open('It subtracts', 'Two and two is four.');
    await mona.label(issue.number, 'agent:fix');
    const [allow, deny] = await until('the answers', () => answers(environment), SETTLED_MS);
    return [
      beside('a decision over the socket that allows a line for a shell: p99', allow, 5),
      beside('one that denies, in the log before it is answered: p99', deny, 50),
    ];
  } finally {
    await environment.close();
  }
}

/** Milliseconds for answers, and for as many requests about which nothing was decided. */
type Series = { took: number[]; bare: number[] };

/** The baseline shows what the machine and the way through the sandbox take; the goal is the whole. */
function beside(what: string, { took, bare }: Series, most: number): Figure {
  const [value, baseline] = [percentile(took, 0.99), percentile(bare, 0.99)];
  const figure = valued(what, value, 'ms', { most });
  return { ...figure, baseline, ratio: value / baseline };
}

/** What the agent printed, once its run has left it. */
async function answers({
  gatehouse: { parts },
  repository,
}: Awaited<ReturnType<typeof openEnvironment>>): Promise<[Series, Series] | null> {
  const [task] = await parts.tasks.list({ repositoryId: repository.id, limit: 1 });
  if (!task) return null;
  for (const { name, digest } of await parts.artifacts.list(task.id)) {
    if (name !== 'journal.jsonl') continue;
    const text = (await parts.artifacts.get(digest)).toString();
    const [, printed] = /took (\[.*?\}\])/.exec(text.replaceAll('\\"', '"')) ?? [];
    if (printed) return JSON.parse(printed);
  }
  return null;
}
