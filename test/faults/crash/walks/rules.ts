/** Rules of a repository are wrong and mended; a pull request changes them; a merge queue is left. */
import type { CrashEnvironment } from '../environment.ts';
import { approver, exactly, type Scenario, seen } from '../scenario.ts';

const RULE = `@id("frozen") @reason("No page is written.")
forbid (principal, action == Action::"file.write", resource == Path::"page.md");
`;
const FILE = '.github/gatehouse.cedar';

export const rules: Scenario = {
  name: 'rules and a merge queue',
  begin: async () => ({ people, wrong, ends: ['canceled'] }),
};

async function people(environment: CrashEnvironment): Promise<void> {
  const { github, repository, users, app, mona, rey } = environment;
  const push = (branch: string, text: string) =>
    github.push(repository, {
      branch,
      from: 'main',
      changes: { [FILE]: text },
      message: 'Change the rules',
      author: users.rey,
    });
  const check = (sha: string, name: string) =>
    seen(`the check ${name}`, async () => {
      const { check_runs } = await mona.get(`/commits/${sha}/check-runs`);
      return check_runs.find(
        (run: { name: string; status: string }) => run.name === name && run.status === 'completed',
      );
    });
  await check(await push('main', 'permit (nobody'), 'gatehouse/policy');
  await push('main', RULE);
  github.protectBranch(repository, 'main', {
    mergeQueue: 'ruleset',
    requiredChecks: [{ context: 'ci' }, { context: 'gatehouse', appId: app.id }],
  });
  const proposed = await push('rules', RULE.replace('page.md', 'other.md'));
  await rey.request('POST', '/pulls', { title: 'Rules', head: 'rules', base: 'main' });
  await check(proposed, 'gatehouse/policy');
  await check(proposed, 'gatehouse');

  const issue = await mona.open('It subtracts', 'Two and two is four.');
  await mona.label(issue.number, 'agent:fix');
  const pull = await seen('its pull request', async () => {
    const pulls: { number: number; title: string; head: { sha: string } }[] =
      await mona.get('/pulls');
    return pulls.find(({ title }) => title !== 'Rules');
  });
  github.reportCheckRun(repository, {
    name: 'ci',
    headSha: pull.head.sha,
    conclusion: 'success',
  });
  const approve = approver(environment);
  await seen('a merge group', async () => {
    await approve(pull.number);
    return (await queued(environment)).at(0);
  });
  await mona.comment(pull.number, '/agent cancel');
  await seen('the queue to be left', async () => (await queued(environment)).length === 0);
}

async function queued({ mona }: CrashEnvironment): Promise<string[]> {
  const branches: { name: string }[] = await mona.get('/branches');
  return branches.map(({ name }) => name).filter(name => name.startsWith('gh-readonly-queue/'));
}

async function wrong({ mona }: CrashEnvironment): Promise<string[]> {
  const merged = (await mona.get('/pulls?state=all')).filter(
    ({ merged_at }: { merged_at: string | null }) => merged_at,
  );
  return exactly(0, 'merges', merged.length);
}
