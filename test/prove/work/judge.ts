/** What a backlog that was worked has left on GitHub and in the log: everything that is wrong with it. */
import { execa } from 'execa';
import type { ItemState } from '../../../src/core/backlog/state.ts';
import type { Worked } from '../../demo/stories/backlog.ts';
import type { Stage } from '../../demo/stories/story.ts';

export type Counts = {
  merged: number;
  canceled: number;
  pulls: number;
  commits: number;
  comments: number;
  /** How many tasks were at work at the same time, at most. */
  atOnce: number;
};

type Place = Pick<Stage, 'environment' | 'scenario'>;

const AT_ONCE = 4;

export async function judge(
  place: Place,
  worked: Worked,
): Promise<{ counts: Counts; faults: string[] }> {
  const { items } = worked;
  const merged = items.filter(({ status }) => status === 'merged');
  const canceled = items.filter(({ status }) => status === 'canceled');
  const commits = await commitsOf(place);
  const pulls: { number: number; merged_at: string | null }[] = await place.scenario.mona.get(
    '/pulls?state=all&per_page=100',
  );
  const comments = await ourComments(place);
  const atOnce = mostAtOnce(items);
  const faults = [
    ...items
      .filter(({ id, status }) => status !== (id === 'given-up' ? 'canceled' : 'merged'))
      .map(({ id, status, reason }) => `${id} is ${status}: ${reason}`),
    ...items
      .filter(({ attempt }) => attempt > 1)
      .map(({ id, attempt }) => `${id}: ${attempt} tries`),
    ...orderFaults(items, commits),
    // Beside the first, one commit for each merge.
    ...(commits.length === merged.length + 1 ? [] : [`${commits.length} commits on the base`]),
    ...twice(pulls.map(({ number }) => items.find(({ pull }) => pull === number)?.id ?? '')),
    ...pulls
      .filter(({ number }) => !items.some(({ pull }) => pull === number))
      .map(({ number }) => `the pull request #${number} belongs to no item`),
    ...(pulls.filter(one => one.merged_at !== null).length === merged.length
      ? []
      : ['another number of pull requests is merged']),
    ...(await eventFaults(place, items)),
    ...twice(comments),
    ...merged
      .filter(({ id }) => !worked.retrospective.includes(`\`${id}\``))
      .map(({ id }) => `the retrospective does not tell of ${id}`),
    ...(atOnce <= AT_ONCE ? [] : [`${atOnce} were worked at the same time`]),
  ];
  return {
    counts: {
      merged: merged.length,
      canceled: canceled.length,
      pulls: pulls.length,
      commits: commits.length,
      comments: comments.length,
      atOnce,
    },
    faults,
  };
}

/** The base from its first commit on, each with the files that it added. */
async function commitsOf({ scenario }: Place): Promise<string[][]> {
  const args = ['log', '--first-parent', '--reverse', '--diff-filter=A', '--name-only'];
  const { stdout } = await execa('git', [
    '-C',
    scenario.repository.directory,
    ...args,
    '--format=%x00',
    'main',
  ]);
  return stdout
    .split('\0')
    .slice(1)
    .map(commit => commit.split('\n').filter(line => line !== ''));
}

/** Each page came by one commit, and after the pages that it needs. */
function orderFaults(items: readonly ItemState[], commits: readonly string[][]): string[] {
  const written = (id: string) => (id === 'broken' ? 'mended.md' : `${id}.md`);
  const at = (id: string) => commits.findIndex(files => files.includes(written(id)));
  const merged = items.filter(({ status }) => status === 'merged');
  return merged.flatMap(({ id, needs }) => [
    ...(at(id) < 0 ? [`${id} is not on the base`] : []),
    ...(commits.filter(files => files.includes(written(id))).length > 1
      ? [`${id} is on the base twice`]
      : []),
    ...needs.filter(need => at(need) > at(id)).map(need => `${id} came before ${need}`),
  ]);
}

/** Each task was merged once, pushed once and opened one pull request. */
async function eventFaults({ environment, scenario }: Place, items: readonly ItemState[]) {
  const { log, tasks } = environment.gatehouse.parts;
  const rows = await tasks.list({ repositoryId: scenario.repository.id, limit: 100 });
  const started = items.filter(({ task }) => task !== null);
  const faults = rows.length === started.length ? [] : [`${rows.length} tasks were made`];
  for (const { id, status } of started) {
    const item = items.find(one => one.id === id);
    const counts = new Map<string, number>();
    for await (const { type } of log.read({ kind: 'task', id: item?.task ?? '' }))
      counts.set(type, (counts.get(type) ?? 0) + 1);
    for (const type of [
      'task.created',
      'branch.pushed',
      'pull.opened',
      'pull.merged',
      'task.finished',
    ])
      if (status === 'merged' && counts.get(type) !== 1)
        faults.push(`${id}: ${counts.get(type) ?? 0} times ${type}`);
  }
  return faults;
}

/** Our comments, each by its place and the mark that says what it is. */
async function ourComments({ scenario: { mona } }: Place): Promise<string[]> {
  const issues: { number: number }[] = await mona.get('/issues?state=all&per_page=100');
  const found: string[] = [];
  for (const { number } of issues) {
    const comments: { body: string }[] = await mona.get(`/issues/${number}/comments?per_page=100`);
    for (const { body } of comments)
      for (const [mark] of body.matchAll(/<!-- gatehouse:[^>]* -->/g))
        found.push(`the comment ${mark} on #${number}`);
  }
  return found;
}

const twice = (names: readonly string[]): string[] =>
  names.filter((name, at) => names.indexOf(name) < at).map(name => `${name} is there twice`);

function mostAtOnce(items: readonly ItemState[]): number {
  const worked = items.filter(({ startedAt, endedAt }) => startedAt !== null && endedAt !== null);
  return Math.max(
    ...worked.map(
      ({ startedAt: at }) =>
        worked.filter(
          one => (one.startedAt ?? '') <= (at ?? '') && (one.endedAt ?? '') > (at ?? ''),
        ).length,
    ),
  );
}
