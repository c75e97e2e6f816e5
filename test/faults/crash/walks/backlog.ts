/** A file of tasks is played: work that is joined, one task after another, and one that is canceled at work. */
import { join } from 'node:path';
import { exactly, type Scenario, said } from '../scenario.ts';

const FILES = {
  // What the slow page leads to lasts until it is canceled.
  'test.sh': 'if [ -f slow.md ]; then sleep 600; fi\n',
  '.github/gatehouse.yml': `commands:
  test: [sh, test.sh]
  log: [sh, -c, "echo A page. >> CHANGES.md"]
checks: { beginMinutes: 0 }
backlogs: { confirm: false }
graphs:
  fix:
    steps:
      - parallel:
          - agent: author
          - command: log
            keeps_changes: true
      - command: test
      - publish
      - merge
`,
  'requirements.yaml': `title: The manual
concurrency: 2
tasks:
  - { id: slow, title: The slow page }
  - { id: first, title: The first page }
  - { id: second, title: The second page, needs: [first] }
`,
};

export const backlog: Scenario = {
  name: 'a backlog',
  async begin() {
    return {
      scripts: join(import.meta.dirname, 'agents'),
      files: FILES,
      async people(environment) {
        const { mona } = environment;
        const { number } = await mona.open('Play it', '');
        await mona.comment(number, '/agent play');
        await said(environment, number, /`slow` \|[^\n]*(running|active)/);
        await mona.comment(number, '/agent cancel slow');
        await said(environment, number, /All of this is done|Nothing goes on until/);
      },
      ends: ['canceled', 'success', 'success'],
      async wrong({ mona }) {
        const pulls: { merged_at: string | null }[] = await mona.get('/pulls?state=all');
        return exactly(2, 'merges', pulls.filter(({ merged_at }) => merged_at).length);
      },
    };
  },
};
