/** The rows in which GitHub's answers are lost, fail or are limited. */
import assert from 'node:assert/strict';
import pg from 'pg';
import { GITHUB_WINDOWS } from '../../../src/adapters/github/client/write-limiter.ts';
import { until } from '../../demo/until.ts';
import type { ApiFault } from '../../simulator/faults.ts';
import { inEnvironment, type Repository, type RowEnvironment } from './environment.ts';
import type { Row, Setting } from './row.ts';
import { judge } from './verdict.ts';
import { walk } from './walk.ts';

/** Every write of a walk. */
const WRITES = [
  'reactions/create-for-issue',
  'issues/remove-label',
  'issues/create-comment',
  'issues/update-comment',
  'git-receive-pack',
  'pulls/create',
  'pulls/update',
  'checks/create',
  'checks/update',
  'graphql',
  'pulls/merge-async',
];
const READS = [
  'issues/get',
  'repos/get',
  'repos/get-collaborator-permission-level',
  'git-upload-pack',
  'pulls/get',
  'pulls/list-reviews',
  'pulls/get-merge-async-result',
  'checks/list-for-ref',
  'apps/create-installation-access-token',
  'apps/list-webhook-deliveries',
];

const faulty = (name: string, faults: (Omit<ApiFault, 'match'> & { match: string })[]): Row => ({
  name,
  run: setting =>
    inEnvironment(setting, async environment => {
      await environment.start('serve');
      const repository = await environment.repository();
      await environment.github.idle();
      for (const fault of faults) environment.github.faults.api(fault);
      await walk(repository);
      environment.github.faults.clear();
      await judge(environment, [repository]);
    }),
});

const each = (operations: string[], fault: Omit<ApiFault, 'match'>) =>
  operations.map(match => ({ ...fault, match }));

/** One setting is enough for rows that take a minute, because the budget is the same in all. */
const once = ({ queue, database }: Setting) => queue === 'postgres' && database === 'embedded';

/**
 * Records in the database that the hour's writes were all made. Returns when the next two writes are
 * allowed, the first after half a minute, in milliseconds since the epoch.
 */
async function useUpTheHour(
  environment: RowEnvironment,
  { installation }: Repository,
): Promise<number[]> {
  const hour = GITHUB_WINDOWS[1];
  assert.ok(hour, 'there is a limit for the hour');
  // Every class of request has room again, the least urgent once most are freed.
  const FREED = 400;
  const first = Date.now() + 30_000;
  const free = Array.from({ length: FREED }, (_, index) => first + index * 100);
  const madeAt = [
    ...Array.from({ length: hour.limit - FREED }, () => Date.now() - hour.spanMs / 2),
    ...free.map(at => at - hour.spanMs).reverse(),
  ].map(at => new Date(at));
  const client = new pg.Client(environment.postgres.url);
  await client.connect();
  await client.query('INSERT INTO write_budgets (name, taken) VALUES ($1, $2)', [
    `github-writes:${installation}`,
    madeAt,
  ]);
  await client.end();
  return free;
}

export const github: Row[] = [
  faulty('answers of GitHub are lost after the effect', each(WRITES, { status: 'lostAnswer' })),
  faulty('GitHub answers 5xx', each([...WRITES, ...READS], { status: 502, times: 2 })),
  faulty(
    'GitHub does not answer at all',
    each(['issues/create-comment', 'pulls/create'], { status: 'timeout' }),
  ),
  {
    name: '429 and the secondary limit: retry-after is honoured',
    run: setting =>
      inEnvironment(setting, async environment => {
        const RETRY_AFTER_S = 4;
        await environment.start('serve');
        const repository = await environment.repository();
        const limits = [
          { match: 'checks/create', status: 429 as const },
          { match: 'issues/update-comment', status: 'secondary' as const },
        ];
        for (const limit of limits)
          environment.github.faults.api({ ...limit, retryAfter: RETRY_AFTER_S });
        await walk(repository);
        const hits = environment.requests.filter(({ line }) => /^fault (429|secondary)/.test(line));
        assert.equal(hits.length, 2, 'both limits were met');
        for (const hit of hits) {
          const early = environment.requests.filter(
            ({ at, line }) =>
              at > hit.at + 200 &&
              at < hit.at + RETRY_AFTER_S * 1000 &&
              /^(POST|PATCH|PUT) \/repos\/\S+\/(check-runs|issues\/comments|issues\/\d+\/comments)/.test(
                line,
              ),
          );
          assert.deepEqual(early, [], 'written before retry-after was over');
        }
        await judge(environment, [repository]);
      }),
  },
  {
    name: 'at most 80 writes a minute',
    where: once,
    run: setting =>
      inEnvironment(setting, async environment => {
        await environment.start('serve');
        const repository = await environment.repository();
        const issue = await repository.mona.open('Help', 'Please.');
        const ASKED = 45;
        await Promise.all(
          Array.from({ length: ASKED }, () => repository.mona.comment(issue.number, '/agent help')),
        );
        await until(
          'every answer',
          async () => {
            const pages = await Promise.all(
              [1, 2].map(page =>
                repository.mona.get(`/issues/${issue.number}/comments?per_page=100&page=${page}`),
              ),
            );
            return (
              pages.flat().filter(({ body }) => body.includes('gatehouse:answer=')).length >= ASKED
            );
          },
          150_000,
        );
        const refused = environment.requests.filter(({ line }) => /^\w+ \/repos\S+ 403/.test(line));
        assert.deepEqual(refused, [], 'GitHub had to refuse');
        const writes = environment.requests.filter(({ line }) =>
          /^(POST|PATCH|PUT) \/repos\/\S+ 20/.test(line),
        );
        for (const { at } of writes) {
          const inMinute = writes.filter(other => other.at >= at && other.at < at + 60_000).length;
          // The comments of people are in the log too.
          assert.ok(inMinute <= 80 + ASKED + 1, `${inMinute} writes within a minute`);
        }
      }),
  },
  {
    name: 'at most 500 writes an hour',
    where: once,
    run: setting =>
      inEnvironment(setting, async environment => {
        await environment.start('serve');
        const repository = await environment.repository();
        await environment.github.idle();
        const free = await useUpTheHour(environment, repository);
        await walk(repository);
        const people = /\/(issues|reviews|issues\/\d+\/labels) 20/;
        const writes = environment.requests.filter(
          ({ line }) => /^(POST|PATCH|PUT|DELETE) \/repos\/\S+ 20/.test(line) && !people.test(line),
        );
        assert.ok(writes.length > 10, `only ${writes.length} writes`);
        for (const [index, { at, line }] of writes.entries())
          assert.ok(at >= (free[index] ?? Infinity), `${line}: number ${index + 1} is too early`);
        await judge(environment, [repository]);
      }),
  },
];
