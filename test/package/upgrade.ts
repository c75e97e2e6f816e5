/** An earlier version, installed and at work, is replaced by this one in the midst of its tasks. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CliEnvironment } from '../cli/environment.ts';
import { until } from '../demo/until.ts';
import { createFolder, install, userOf } from './user.ts';

const run = promisify(execFile);

/** `earlier`: a tag, branch or commit of the checkout at `root`, from before the newest migration. */
export async function proveUpgrade(of: {
  root: string;
  home: string;
  earlier: string;
  environment: CliEnvironment;
}): Promise<void> {
  const { root, home, earlier, environment } = of;
  const { github, app, mona, rey, port } = environment;
  const before = join(home, 'earlier');
  await run('git', ['clone', '--quiet', '--no-checkout', root, before]);
  await run('git', ['-C', before, 'checkout', '--quiet', earlier]);
  await run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: before });
  const old = await install(before, home);
  console.log(`✓ ${old} of ${earlier} is installed`);

  await createFolder(home);
  const scripts = join(home, 'scripts');
  await cp(join(root, 'test/cli/scripts'), scripts, { recursive: true });
  const gatehouse = userOf(home, {
    GHE_HOST: github.host,
    GHE_PROTOCOL: 'http',
    PORT: `${port}`,
    GATEHOUSE_SIMULATION: scripts,
  });
  const succeeds = async (args: string[], input = ''): Promise<string> => {
    const { code, said } = await gatehouse(args, input).ended;
    assert.equal(code, 0, said);
    return said;
  };
  const serve = async () => {
    const serving = gatehouse(['serve']);
    await until('serve to listen', async () => {
      assert.equal(serving.child.exitCode, null, serving.said());
      return serving.said().includes('Gatehouse listens on');
    });
    return serving;
  };
  const asked = async (): Promise<number> => {
    const { number } = await mona.open('It subtracts', 'Two and two is four.');
    await mona.label(number, 'agent:fix');
    return number;
  };
  type Pull = {
    number: number;
    body: string | null;
    merged_at: string | null;
    head: { sha: string };
  };
  const pullOf = (issue: number) =>
    until(`a pull request for #${issue}`, async () => {
      const pulls: Pull[] = await mona.get('/pulls?state=all');
      return pulls.find(({ body }) => body?.includes(`#${issue}`));
    });
  /** The pull request for the issue, once it waits for approval. */
  const requested = (issue: number) =>
    until(`a request for approval for #${issue}`, async () => {
      const pull = await pullOf(issue);
      const checks = `/commits/${pull.head.sha}/check-runs?check_name=gatehouse`;
      const { check_runs } = await mona.get(checks);
      return check_runs[0]?.conclusion === 'action_required' && pull;
    });

  await succeeds(['setup', '--app-id', `${app.id}`, '--key', '-'], app.privateKey);
  const serving = await serve();
  const waits = await asked();
  await requested(waits);
  const works = await asked();
  await until('work to begin', async () => {
    const comments: unknown[] = await mona.get(`/issues/${works}/comments`);
    return comments.length > 0;
  });
  serving.child.kill('SIGTERM');
  await serving.ended;
  console.log('✓ it was stopped while one task waited for approval and one was worked on');

  const file = await install(root, home);
  await succeeds(['doctor']);
  const upgraded = await serve();
  await requested(works);
  const { number } = await requested(waits);
  await rey.approve(number);
  await until(`the work of #${waits} to be merged`, async () => (await pullOf(waits)).merged_at);
  console.log(`✓ ${file} goes on with both, and merges what a person approves`);

  const { tasks } = JSON.parse(await succeeds(['status', '--all', '--json']));
  const outcomes = tasks.map(({ status }: { status: string }) => status).sort();
  assert.deepEqual(outcomes, ['active', 'success']);
  await succeeds(['verify']);
  await succeeds(['replay']);
  console.log('✓ each stream verifies, and each decision replays to the same');

  upgraded.child.kill('SIGTERM');
  assert.equal((await upgraded.ended).code, 0, upgraded.said());
  await install(before, home);
  const back = await gatehouse(['serve']).ended;
  assert.equal(back.code, 1, back.said);
  assert.match(back.said, /which this Gatehouse does not know/);
  console.log(`✓ ${old} says that a newer one used the database`);
  await rm(before, { recursive: true, force: true, maxRetries: 5 });
}
