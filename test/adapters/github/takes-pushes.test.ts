/** Whether a branch of a person's pull request is pushed to, by the rules that GitHub has for it. */
import { expect, it } from 'vitest';
import type { Clients } from '../../../src/adapters/github/client/client.ts';
import { createBranchRequirements } from '../../../src/adapters/github/facts/branch-requirements.ts';
import type { Kept } from '../../../src/adapters/github/facts/kept.ts';

const APP = { id: 5, slug: 'gatehouse', botUserId: 99 };
const REPOSITORY = { id: 42, owner: 'acme', name: 'library', installation: 7 };

function takesPushes(rules: readonly string[], isProtected = false): Promise<boolean> {
  const client = {
    paginate: async () => rules.map(type => ({ type })),
    rest: {
      repos: {
        getBranchRules: {},
        getBranch: async () => ({
          data: { protected: isProtected, protection: { enabled: isProtected } },
        }),
      },
    },
  };
  const clients = (() => client) as unknown as Clients;
  const kept = { about: (_topic: string, read: unknown) => read } as unknown as Kept;
  return createBranchRequirements(clients, APP, kept).takesPushes(REPOSITORY, 'topic');
}

it.each([
  ...['pull_request', 'merge_queue', 'required_status_checks', 'required_deployments'],
  ...['workflows', 'code_scanning', 'update'],
])('not where a ruleset has %s', async type => {
  expect(await takesPushes(['deletion', type])).toBe(false);
});
it('not where it is protected', async () => {
  expect(await takesPushes([], true)).toBe(false);
});
it('else it is', async () => {
  const rules = ['deletion', 'non_fast_forward', 'required_signatures', 'required_linear_history'];
  expect(await takesPushes(rules)).toBe(true);
});
