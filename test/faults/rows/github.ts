/** GitHub answers badly: lost answers, failures, limits. */
import assert from 'node:assert/strict';
import { until } from '../../demo/until.ts';
import type { ApiFault } from '../../simulator/faults.ts';
import type { Row } from './row.ts';
import { onStage } from './stage.ts';
import { judge } from './verdict.ts';
import { walk } from './walk.ts';

/** Everything that a walk writes. */
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
  'pulls/merge',
  'git/delete-ref',
];
const READS = [
  'issues/get',
  'repos/get',
  'repos/get-collaborator-permission-level',
  'git-upload-pack',
  'pulls/get',
  'pulls/list-reviews',
  'checks/list-for-ref',
  'apps/create-installation-access-token',
  'apps/list-webhook-deliveries',
];

const faulty = (name: string, faults: (Omit<ApiFault, 'match'> & { match: string })[]): Row => ({
  name,
  run: setting =>
    onStage(setting, async stage => {
      await stage.start('serve');
      const repository = await stage.repository();
      await stage.github.idle();
      for (const fault of faults) stage.github.faults.api(fault);
      await walk(repository);
      stage.github.faults.clear();
      await judge(stage, [repository]);
    }),
});

const each = (operations: string[], fault: Omit<ApiFault, 'match'>) =>
  operations.map(match => ({ ...fault, match }));

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
      onStage(setting, async stage => {
        const RETRY_AFTER_S = 4;
        await stage.start('serve');
        const repository = await stage.repository();
        const limits = [
          { match: 'checks/create', status: 429 as const },
          { match: 'issues/update-comment', status: 'secondary' as const },
        ];
        for (const limit of limits)
          stage.github.faults.api({ ...limit, retryAfter: RETRY_AFTER_S });
        await walk(repository);
        const hits = stage.requests.filter(({ line }) => /^fault (429|secondary)/.test(line));
        assert.equal(hits.length, 2, 'both limits were met');
        for (const hit of hits) {
          const early = stage.requests.filter(
            ({ at, line }) =>
              at > hit.at + 200 &&
              at < hit.at + RETRY_AFTER_S * 1000 &&
              /^(POST|PATCH|PUT) \/repos\/\S+\/(check-runs|issues\/comments|issues\/\d+\/comments)/.test(
                line,
              ),
          );
          assert.deepEqual(early, [], 'written before retry-after was over');
        }
        await judge(stage, [repository]);
      }),
  },
  {
    name: 'at most 80 writes a minute',
    // One process has one budget, on whatever it stands; this takes a minute.
    where: ({ queue, database }) => queue === 'postgres' && database === 'embedded',
    run: setting =>
      onStage(setting, async stage => {
        await stage.start('serve');
        const repository = await stage.repository();
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
        const refused = stage.requests.filter(({ line }) => /^\w+ \/repos\S+ 403/.test(line));
        assert.deepEqual(refused, [], 'GitHub had to refuse');
        const writes = stage.requests.filter(({ line }) =>
          /^(POST|PATCH|PUT) \/repos\/\S+ 20/.test(line),
        );
        for (const { at } of writes) {
          const inMinute = writes.filter(other => other.at >= at && other.at < at + 60_000).length;
          // The people's own comments are in the log as well.
          assert.ok(inMinute <= 80 + ASKED + 1, `${inMinute} writes within a minute`);
        }
      }),
  },
];
