/**
 * `npm run demo`: the main job, played for real on a local GitHub.
 *
 *   --exit               stop at the end instead of staying up
 *   --json FILE          write a summary
 *   --agent codex        let the real Codex work, against a scripted model
 *   --repo PATH          play a command on a git repository of your own
 *   --command NAME       which of its commands: lint (default), test
 *   --install, --lint, --test "argv"   instead of what is detected
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cast, castAgents, LIBRARY } from './cast.ts';
import { inspectRepository, repoWalk } from './repo-walk.ts';
import { type Stage, setStage } from './stage.ts';
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

async function play(cast: Cast): Promise<{
  stage: Stage;
  walked: { task: string; timings: Record<string, number> };
}> {
  if (values.repo !== undefined) {
    const { command } = values;
    if (command !== 'lint' && command !== 'test')
      throw new Error(`--command ${command} is not one that can be played: use lint or test`);
    const from = resolve(values.repo);
    const { name, branch } = await inspectRepository(from);
    const repository = { name, from, defaultBranch: branch };
    const stage = await setStage({ repository, env: {} });
    const { install, lint, test } = values;
    return {
      stage,
      walked: await repoWalk(stage, command, { install, lint, test }).catch(strike(stage)),
    };
  }
  const library = { name: 'sandglass', from: LIBRARY };
  const stage = await setStage({ repository: library, env: cast.env, clis: cast.clis });
  return { stage, walked: await walk(stage, 120_000).catch(strike(stage)) };
}

const strike = (stage: Stage) => async (error: unknown) => {
  await stage.strike();
  throw error;
};

let cast: Cast | null = null;
/** The listeners stay: libraries that listen as well end the process once they are alone. */
const toldToStop = () =>
  new Promise<void>(stop => {
    process.on('SIGINT', () => stop()).on('SIGTERM', () => stop());
  });

try {
  if (values.repo !== undefined && values.agent !== 'simulated')
    throw new Error(`--repo needs no agent: leave --agent ${values.agent} out`);
  cast = await castAgents(values.agent);
  const { stage, walked } = await play(cast);
  const summary = await summarise(stage, walked.task, walked.timings);
  chapter('The audit');
  const { lines, figures, faults } = await cast.inspect(stage, summary);
  for (const line of [...summaryLines(summary), ...lines]) note(line);
  for (const fault of faults) note(`wrong: ${fault}`);
  const told = { ...summary, agents: { ...figures, faults } };
  if (values.json) await writeFile(values.json, `${JSON.stringify(told, null, 2)}\n`);
  if (!isProven(summary) || faults.length > 0) process.exitCode = 1;
  if (!values.exit) {
    note(`\nExplore it at ${stage.github.url}/${stage.repository.fullName}; Ctrl-C ends it.`);
    await toldToStop();
  }
  await stage.strike();
} catch (error) {
  process.stderr.write(`\ndemo: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  await cast?.close();
}
// A start that failed half-way has left servers open: they would keep us.
if (process.exitCode === 1) process.exit();
