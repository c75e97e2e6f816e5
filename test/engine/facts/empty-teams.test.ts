/** A request that waits for a member of a team which has none says so. */
import { expect, it } from 'vitest';
import { requestText } from '../../../src/adapters/github/surfaces/request.ts';
import { emptyTeams } from '../../../src/engine/facts/empty-teams.ts';
import { GitHubFailure } from '../../../src/engine/ports/github.ts';
import { decision } from '../../core/task/given.ts';
import { MONA, REPOSITORY } from '../github.ts';

const decided = (run: string | null, teams: string[]) => ({
  type: 'policy.decided',
  data: { run, decision: { ...decision('pr.merge', 'require_approval'), teams } },
});
const deps = {
  log: {
    async *read() {
      yield decided('merge-1-1', ['old']);
      yield decided('merge-1-1', ['billing', 'biling', 'hidden']);
      yield decided('deploy-1-1', ['other']);
    },
  },
  github: {
    facts: {
      async team(_: unknown, slug: string) {
        if (slug === 'hidden') throw new GitHubFailure('forbidden', 'No.', null);
        return slug === 'billing' ? [MONA.id] : [];
      },
    },
  },
} as unknown as Parameters<typeof emptyTeams>[0];
const stream = { kind: 'task', id: 't' } as const;

it('names the teams of the last decision about it that nobody is in', async () => {
  const asked = { action: 'pr.merge' as const, run: 'merge-1-1' };
  expect(await emptyTeams(deps, stream, { repository: REPOSITORY, asked })).toEqual(['biling']);
});

it('is said in the request, with what to look at', () => {
  const request = {
    approval: 'a',
    action: 'pr.merge',
    resource: '#1',
    head: null,
    digest: `sha256:${'0'.repeat(64)}`,
    files: [],
    findings: [],
    reasons: ['Billing.'],
    approvers: ['the billing team'],
    quorum: 1,
    holdsForHours: 24,
    inRun: false,
  };
  expect(requestText({ ...request, emptyTeams: ['biling'] })).toContain(
    '**Nobody can approve this for `biling`**',
  );
  expect(requestText({ ...request, emptyTeams: [] })).not.toContain('Nobody can approve');
});
