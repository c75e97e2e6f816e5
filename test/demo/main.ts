/** `npm run demo`: the main job, played for real on a local GitHub. `--help` shows the options. */
import { writeFile } from 'node:fs/promises';
import { type DemoAgents, LIBRARY, openAgents } from './agents.ts';
import { consoleLines } from './console-link.ts';
import { type Environment, openEnvironment } from './environment.ts';
import { inspectRepository, needsCommand } from './inspect-repository.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { playStory } from './play-story.ts';
import { repoWalk } from './repo-walk.ts';
import { STORIES } from './stories/stories.ts';
import { chapter, note } from './timeline.ts';
import { walk } from './walk.ts';
import { isProven, summarise, summaryLines } from './watch.ts';
import { welcome } from './welcome.ts';

async function run(
  options: Options,
  agents: DemoAgents,
): Promise<{
  environment: Environment;
  walked: { task: string; timings: Record<string, number> };
}> {
  if (options.repo) {
    const { path, command, given } = options.repo;
    const { root, name, branch, notes } = await inspectRepository(path);
    await needsCommand(root, command, given);
    note(`${root}: ${command} on its branch ${branch}. Nothing in it is changed.`);
    for (const line of notes) note(line);
    const repository = { name, from: root, defaultBranch: branch };
    const environment = await openEnvironment({
      repository,
      env: toolchains(process.env),
      latencyMs: options.latencyMs,
    });
    return {
      environment,
      walked: await repoWalk(environment, command, given).catch(close(environment)),
    };
  }
  const library = { name: 'sandglass', from: LIBRARY };
  const environment = await openEnvironment({
    repository: library,
    env: agents.env,
    clis: agents.clis,
    latencyMs: options.latencyMs,
  });
  // Real agents take seconds to start, on a busy machine tens of them.
  const longestMs = agents.clis === null ? 120_000 : 480_000;
  return { environment, walked: await walk(environment, longestMs).catch(close(environment)) };
}

/** Compilers and the like that the machine has outside of /usr. */
const toolchains = ({
  GATEHOUSE_TOOLCHAINS: folders,
}: NodeJS.ProcessEnv): Record<string, string> => (folders ? { GATEHOUSE_TOOLCHAINS: folders } : {});

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

async function explore(url: string, consoleAt: string[]): Promise<void> {
  note(`\nExplore it at ${url}; Ctrl-C ends it.`);
  for (const line of consoleAt) note(line);
  await toldToStop();
}

async function told({ json }: Options, summary: object): Promise<void> {
  if (json) await writeFile(json, `${JSON.stringify(summary, null, 2)}\n`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(USAGE);
    process.exit();
  }
  if (options.list) {
    process.stdout.write(`${Object.keys(STORIES).join('\n')}\n`);
    process.exit();
  }
  if (options.scenario !== null) {
    const played = await playStory(options.scenario);
    await told(options, played.summary);
    if (!options.exit) await explore(played.url, played.consoleLines());
    await played.close();
    process.exit();
  }
  agents = await openAgents(options.agent);
  const { environment, walked } = await run(options, agents);
  const summary = await summarise(environment, walked.task, walked.timings);
  await chapter('The audit');
  const { lines, figures, faults } = await agents.inspect(environment, summary);
  for (const line of [...summaryLines(summary), ...lines]) note(line);
  for (const fault of faults) note(`wrong: ${fault}`);
  await told(options, { ...summary, agents: { ...figures, faults } });
  if (!isProven(summary) || faults.length > 0) process.exitCode = 1;
  if (!options.exit) {
    if (options.repo === null) await welcome(environment);
    const url = `${environment.github.url}/${environment.repository.fullName}`;
    await explore(url, consoleLines(environment));
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
