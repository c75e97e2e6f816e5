/**
 * `npm run demo`: the main job, played for real on a local GitHub.
 *
 *   --exit               stop at the end instead of staying up
 *   --json FILE          write a summary
 *   --agent codex        let the real Codex work, against a scripted model
 *   --repo PATH          run a command on a git repository of your own
 *   --command NAME       which of its commands: lint (default), test
 *   --install, --lint, --test "argv"   instead of what is detected
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type DemoAgents, LIBRARY, openAgents } from './agents.ts';
import { type Environment, openEnvironment } from './environment.ts';
import { inspectRepository, repoWalk } from './repo-walk.ts';
import { chapter, note } from './timeline.ts';
import { walk } from './walk.ts';
import { isProven, summarise, summaryLines } from './watch.ts';

const { values } = parseArgs({
  options: {
    exit: { type: 'boolean', default: false },
    json: { type: 'string' },
    agent: { type: 'string', default: 'simulated' },
    repo: { type: 'string' },
    command: { type: 'string', default: 'lint' },
    install: { type: 'string' },
    lint: { type: 'string' },
    test: { type: 'string' },
  },
});

async function run(agents: DemoAgents): Promise<{
  environment: Environment;
  walked: { task: string; timings: Record<string, number> };
}> {
  if (values.repo !== undefined) {
    const { command } = values;
    if (command !== 'lint' && command !== 'test')
      throw new Error(`--command ${command} is not one that can be run: use lint or test`);
    const from = resolve(values.repo);
    const { name, branch } = await inspectRepository(from);
    const repository = { name, from, defaultBranch: branch };
    const environment = await openEnvironment({ repository, env: {} });
    const { install, lint, test } = values;
    return {
      environment,
      walked: await repoWalk(environment, command, { install, lint, test }).catch(
        close(environment),
      ),
    };
  }
  const library = { name: 'sandglass', from: LIBRARY };
  const environment = await openEnvironment({
    repository: library,
    env: agents.env,
    clis: agents.clis,
  });
  return { environment, walked: await walk(environment, 120_000).catch(close(environment)) };
}

const close = (environment: Environment) => async (error: unknown) => {
  await environment.close();
  throw error;
};

let agents: DemoAgents | null = null;
/** The listeners stay: libraries that listen as well end the process once they are alone. */
const toldToStop = () =>
  new Promise<void>(stop => {
    process.on('SIGINT', () => stop()).on('SIGTERM', () => stop());
  });

try {
  if (values.repo !== undefined && values.agent !== 'simulated')
    throw new Error(`--repo needs no agent: leave --agent ${values.agent} out`);
  agents = await openAgents(values.agent);
  const { environment, walked } = await run(agents);
  const summary = await summarise(environment, walked.task, walked.timings);
  chapter('The audit');
  const { lines, figures, faults } = await agents.inspect(environment, summary);
  for (const line of [...summaryLines(summary), ...lines]) note(line);
  for (const fault of faults) note(`wrong: ${fault}`);
  const told = { ...summary, agents: { ...figures, faults } };
  if (values.json) await writeFile(values.json, `${JSON.stringify(told, null, 2)}\n`);
  if (!isProven(summary) || faults.length > 0) process.exitCode = 1;
  if (!values.exit) {
    note(
      `\nExplore it at ${environment.github.url}/${environment.repository.fullName}; Ctrl-C ends it.`,
    );
    await toldToStop();
  }
  await environment.close();
} catch (error) {
  process.stderr.write(`\ndemo: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  await agents?.close();
}
// A start that failed half-way has left servers open: they would keep us.
if (process.exitCode === 1) process.exit();
