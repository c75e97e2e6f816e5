/** A new issue is triaged: labels are set, and what was found is said. */
import { join } from 'node:path';
import { exactly, type Scenario, said } from '../scenario.ts';

export const issue: Scenario = {
  name: 'a new issue',
  async begin() {
    return {
      scripts: join(import.meta.dirname, 'agents'),
      files: { '.github/gatehouse.yml': 'triage: { labels: [bug] }\n' },
      async people(environment) {
        const { number } = await environment.otto.open('It subtracts', 'Two and two is four.');
        await said(environment, number, /Add instead of subtracting/);
      },
      ends: ['success'],
      async wrong({ mona }) {
        const [opened] = await mona.get('/issues');
        const names = opened.labels.map(({ name }: { name: string }) => name);
        const comments: { body: string }[] = await mona.get(`/issues/${opened.number}/comments`);
        const reports = comments.filter(({ body }) => /Add instead of subtracting/.test(body));
        return [
          ...exactly(1, 'labels', names.filter((name: string) => name === 'bug').length),
          ...exactly(1, 'reports', reports.length),
        ];
      },
    };
  },
};
