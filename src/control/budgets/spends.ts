/** `GET /api/v1/spends`: what was reserved and spent, by what it was spent on. */
import { accountOf } from '../../engine/spending/account.ts';
import { endpoint, found } from '../endpoint.ts';
import { periodOf } from '../period.ts';
import { ShownAccount } from './shown-account.ts';
import { SpendsAsked } from './spends-asked.ts';

export const listSpends = endpoint(
  {
    method: 'get',
    path: '/api/v1/spends',
    tag: 'budgets',
    summary: 'What was reserved and spent, and what a merged pull request cost.',
    query: SpendsAsked,
    ok: ShownAccount,
  },
  async ({ viewer, query }, { spends, clock, taskPages }) => {
    const asked = await periodOf(query, viewer, { now: clock.now(), taskPages });
    const account = await accountOf({ spends }, query.group, asked, query.limit);
    const { from, to } = asked;
    return found({ ...account, from: from.toISOString(), to: to.toISOString() });
  },
);
