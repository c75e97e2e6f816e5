/** What is recorded: small scenarios in one environment, each in a repository of its own, and the whole walk. */
import { join } from 'node:path';
import type { StreamRef } from '../../src/core/stream.ts';
import type { TaskView } from '../../src/core/view.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import { LIBRARY } from '../demo/agents.ts';
import { type Environment, openEnvironment, person } from '../demo/environment.ts';
import { until } from '../demo/until.ts';
import { walk } from '../demo/walk.ts';
import { viewTask } from '../demo/watch.ts';

const WALK_MS = 120_000;

/** A test that is red until `a - b` becomes `a + b`, and no lint command. */
const FILES: Record<string, string> = {
  'sum.js': 'export const sum = (a, b) => a - b;\n',
  'test.js': "import { sum } from './sum.js';\nif (sum(2, 2) !== 4) throw new Error('2 + 2');\n",
  '.github/gatehouse.yml': 'commands:\n  test: [node, test.js]\n',
};
/** A lint command that nobody can please. */
const STRICT: Record<string, string> = {
  ...FILES,
  'package.json': '{ "type": "module" }\n',
  '.github/gatehouse.yml':
    'commands:\n  install: ["true"]\n  test: [node, test.js]\n  lint: ["false"]\n',
};

type Scenario = {
  mona: ReturnType<typeof person>;
  otto: ReturnType<typeof person>;
  /** Waits until the repository's task is as it should be. */
  when(what: string, is: (view: TaskView) => boolean): Promise<TaskView>;
};

const SCENARIOS: Record<
  string,
  { files: Record<string, string>; run: (scenario: Scenario) => Promise<void> }
> = {
  /** A maintainer stops what waits for approval. */
  canceled: {
    files: FILES,
    async run({ mona, otto, when }) {
      const issue = await otto.open('It subtracts', 'Two and two is four.');
      await mona.label(issue.number, 'agent:fix');
      await when('a request', view => view.approval?.status === 'requested');
      await mona.comment(issue.number, '/agent cancel');
      await when('the end', view => view.status === 'canceled');
    },
  },
  /** Somebody without a role asks for work. */
  refused: {
    files: FILES,
    async run({ otto, when }) {
      const issue = await otto.open('It subtracts', 'Two and two is four.');
      await otto.comment(issue.number, '/agent fix');
      await when('the refusal', view => view.status === 'refused');
    },
  },
  /** A gate stays red, whoever remedies it; before that, questions are answered. */
  failed: {
    files: STRICT,
    async run({ mona, otto, when }) {
      const issue = await mona.open('It subtracts', 'Two and two is four.');
      await otto.comment(issue.number, '/agent help');
      await mona.comment(issue.number, '/agent fxi');
      await mona.comment(issue.number, '/agent fix');
      await when('the failure', view => view.status === 'failure');
      await otto.comment(issue.number, '/agent status');
    },
  },
};

export type Recorded = { name: string; environment: Environment; streams: StreamRef[] };

/** Runs all scenarios, and yields each history as soon as nothing in it is open. */
export async function runAll(keep: (recorded: Recorded) => Promise<void>): Promise<void> {
  await inEnvironment(
    { name: 'sandglass', from: LIBRARY },
    join(LIBRARY, '../scripts'),
    async environment => {
      await walk(environment, WALK_MS);
      await keep({
        name: 'full-walk',
        environment,
        streams: await settled(environment, environment.repository.id),
      });
    },
  );
  await inEnvironment(
    { name: 'empty', files: FILES },
    join(import.meta.dirname, 'scripts'),
    async environment => {
      for (const [name, { files, run }] of Object.entries(SCENARIOS)) {
        const repository = await environment.github.createRepository({
          owner: environment.acme,
          name,
          files,
        });
        environment.github.addCollaborator(repository, environment.users.mona, 'maintain');
        const at = `/repos/${repository.fullName}`;
        await run({
          mona: person(environment.github, environment.users.mona, at),
          otto: person(environment.github, environment.users.otto, at),
          when: (what, is) =>
            until(what, async () => {
              const query = { repositoryId: repository.id, limit: 1 };
              const [row] = await environment.gatehouse.parts.tasks.list(query);
              const view = row && (await viewTask(environment, row.id));
              return view && is(view) ? view : null;
            }),
        });
        await keep({ name, environment, streams: await settled(environment, repository.id) });
      }
    },
  );
}

async function inEnvironment(
  repository: Parameters<typeof openEnvironment>[0]['repository'],
  scripts: string,
  run: (environment: Environment) => Promise<void>,
): Promise<void> {
  const environment = await openEnvironment({ repository, env: { GATEHOUSE_SIMULATION: scripts } });
  try {
    await run(environment);
  } finally {
    await environment.close();
  }
}

/** The streams of one repository, once every delivery is followed and no effect is open. */
async function settled(
  { github, gatehouse }: Environment,
  repository: number,
): Promise<StreamRef[]> {
  const { log, deliveries } = gatehouse.parts;
  await github.idle();
  await until('every delivery to be followed', async () => {
    return (await deliveries.unsettled(0, 1)).length === 0;
  });
  const streams: StreamRef[] = [];
  for await (const stream of log.streams()) {
    let of = 0;
    for await (const { data } of log.read(stream)) {
      of = (data as { repository: { id: number } }).repository.id;
      break;
    }
    if (of === repository) streams.push(stream);
  }
  for (const stream of streams)
    await until(`no effect of ${stream.id} to be open`, async () => {
      return (await loadFolded(log, stream)).open.length === 0;
    });
  return streams;
}
