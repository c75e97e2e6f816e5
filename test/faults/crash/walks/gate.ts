/** GitHub asks about deployments that somebody else starts: one goes ahead, one is not wanted. */
import type { CrashEnvironment } from '../environment.ts';
import { approver, exactly, type Scenario, said, seen } from '../scenario.ts';

export const gate: Scenario = {
  name: 'a gate',
  async begin() {
    const gates: { environment: string; state: string | null }[] = [];
    return {
      people: environment => people(environment, gates),
      ends: ['canceled', 'success'],
      wrong: async ({ mona }) => [
        ...exactly(2, 'issues', (await mona.get('/issues?state=all')).length),
        ...exactly(1, 'approved gates', gates.filter(({ state }) => state === 'approved').length),
        ...exactly(1, 'rejected gates', gates.filter(({ state }) => state === 'rejected').length),
      ],
    };
  },
};

async function people(
  environment: CrashEnvironment,
  gates: { environment: string; state: string | null }[],
): Promise<void> {
  const { github, repository, users, mona, rey } = environment;
  const { sha } = (await mona.get('/branches/main')).commit;
  const ask = async (name: string) => {
    const given = { branch: 'main', sha, ref: 'main', environment: name };
    const run = github.askGate(repository, given, users.mona);
    const issue = await seen('an issue that asks', async () => {
      const issues: { number: number; title: string; body: string }[] =
        await mona.get('/issues?state=open');
      return issues.find(({ title, body }) => `${title} ${body}`.includes(name))?.number;
    });
    await said(environment, issue, /Approval is needed/);
    const answered = async () => {
      const answer = await seen('an answer', async () => run.gates.at(0));
      await seen('the whole answer', async () => answer.state);
      gates.push(...run.gates);
    };
    return { issue, answered };
  };
  const wanted = await ask('production');
  await rey.comment(wanted.issue, '/agent unlock');
  await said(environment, wanted.issue, /Nobody held the branch|I freed the branch/);
  await approver(environment)(wanted.issue);
  await wanted.answered();
  const unwanted = await ask('canary');
  await rey.comment(unwanted.issue, '/agent cancel');
  await unwanted.answered();
}
