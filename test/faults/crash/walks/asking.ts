/** A run that waits for a person in the middle of its work, whose process ends meanwhile. */
import { join } from 'node:path';
import { approver, type Scenario, seen } from '../scenario.ts';
import { mergedOnce } from './merge.ts';

/** Rey answers each request that GitHub shows him once. */
export const asking: Scenario = {
  name: 'a run that asks',
  begin: async () => ({
    scripts: join(import.meta.dirname, '../asking'),
    async people(environment) {
      const { mona } = environment;
      const { number } = await mona.open('It subtracts', 'Two and two is four.');
      await mona.label(number, 'agent:fix');
      const approve = approver(environment);
      await seen('the merge', async () => {
        await approve(number);
        const [pull] = await mona.get('/pulls?state=all');
        return pull?.merged_at;
      });
    },
    wrong: mergedOnce,
    ends: ['success'],
  }),
};
