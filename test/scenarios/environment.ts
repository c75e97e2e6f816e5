/** What scenarios share: one local GitHub and one Gatehouse; each scenario has a repository of its own. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import type { StoredEvent } from '../../src/core/event.ts';
import { type StreamRef, streamName } from '../../src/core/stream.ts';
import type { TaskView } from '../../src/core/view.ts';
import { replayStream } from '../../src/engine/audit/replay.ts';
import { liveAuditSource } from '../../src/engine/audit-source.ts';
import { rowsProblem } from '../../src/engine/rebuild.ts';
import { openEnvironment, person } from '../demo/environment.ts';
import type { Restartable } from '../demo/serve.ts';
import { viewTask } from '../demo/watch.ts';
import type { LimitSettings } from '../simulator/rest/limits.ts';
import { createChanges } from './changes.ts';
import { serveHere } from './gatehouse.ts';

/** Fast, and real enough: a test that is red until `a - b` becomes `a + b`. */
export const FILES: Record<string, string> = {
  'sum.js': 'export const sum = (a, b) => a - b;\n',
  'test.js': "import { sum } from './sum.js';\nif (sum(2, 2) !== 4) throw new Error('2 + 2');\n",
  'package.json': '{ "name": "sum", "type": "module", "version": "1.0.0" }\n',
  '.github/gatehouse.yml':
    'commands:\n  test: [node, test.js]\n  install: ["true"]\nremediate:\n  ci: true\n',
};

const CONFIG = '.github/gatehouse.yml';

/** Where CI never begins by itself: a merge would wait two minutes for it. */
export const NO_CI_TO_AWAIT = {
  ...FILES,
  [CONFIG]: `${FILES[CONFIG]}checks: { beginMinutes: 0 }\n`,
};

const AUTHOR_ALONE = 'graphs: { fix: { steps: [{ agent: author }, publish, merge] } }\n';
/**
 * For scenarios that are about what comes after the work: the author works, and nothing is installed, tested or
 * reviewed before the pull request, which takes a third of the processes off.
 */
export const UNTESTED = { ...FILES, [CONFIG]: `${FILES[CONFIG]}${AUTHOR_ALONE}` };
export const UNTESTED_WITHOUT_CI = {
  ...FILES,
  [CONFIG]: `${NO_CI_TO_AWAIT[CONFIG]}${AUTHOR_ALONE}`,
};

/** Policies that merge without a person, for scenarios that are about something else. */
export const AUTONOMOUS = {
  GATEHOUSE_POLICIES: resolve(import.meta.dirname, '../../policies/autonomous'),
};

export type ScenarioEnvironment = Awaited<ReturnType<typeof openScenarios>>;
export type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

/** `serve`: how Gatehouse is started; in this process unless given. */
export async function openScenarios(
  env: Record<string, string>,
  clis: string | null = null,
  serve: (
    settings: Record<string, string>,
    changed: (stream: StreamRef) => void,
  ) => Promise<Restartable> = serveHere,
  limits: Partial<LimitSettings> = {},
) {
  const appends = createChanges<StreamRef>();
  const writes = createChanges<string>();
  const served = Promise.withResolvers<Restartable>();
  const environment = await openEnvironment({
    repository: { name: 'first', files: FILES },
    env,
    clis,
    limits,
    async serve(settings) {
      const serving = await serve(settings, appends.happened);
      served.resolve(serving);
      return serving;
    },
    log: line => void (/^(POST|PATCH|PUT|DELETE|graphql) /.test(line) && writes.happened(line)),
  });
  const { github, users, gatehouse, app } = environment;
  let scenarios = 0;
  return {
    ...environment,
    /** A repository of its own, with everybody in it as a person. */
    async scenario(files: Record<string, string> = FILES) {
      // An organization of its own: GitHub's limits on writes are those of one installation.
      const owner = github.createOrganization(`acme-${++scenarios}`, users.mona);
      const repository = await github.createRepository({ owner, name: 'sum', files });
      const installation = github.installApp(app, owner, 'all');
      github.addCollaborator(repository, users.mona, 'maintain');
      github.addCollaborator(repository, users.rey, 'maintain');
      const at = `/repos/${repository.fullName}`;
      const mona = person(github, users.mona, at);
      const isOurs = ({ kind, id }: StreamRef) =>
        kind === 'task' && id.startsWith(`${repository.id}-`);
      /** GraphQL does not tell the repository. */
      const isWrite = (line: string) => line.includes(`${at}/`) || line.startsWith('graphql ');
      const latest = async () => {
        const [row] = await gatehouse.parts.tasks.list({ repositoryId: repository.id, limit: 1 });
        return row?.id;
      };
      const task = () => appends.until('a task', latest, isOurs);
      const view = async () => viewTask(environment, await task());
      return {
        owner,
        installation,
        repository,
        at,
        mona,
        rey: person(github, users.rey, at),
        otto: person(github, users.otto, at),
        task,
        view,
        /** Waits until the task is as it should be. */
        async when(what: string, is: (view: TaskView) => boolean): Promise<TaskView> {
          let last: TaskView | null = null;
          const ask = async () => {
            last = await view();
            return is(last) ? last : null;
          };
          // What it was instead is what a person needs to see.
          return appends.until(what, ask, isOurs).catch(error => {
            throw new Error(`${error.message}; it is ${JSON.stringify(last, null, 1)}`);
          });
        },
        /** Waits for a comment that says so, on an issue or a pull request. */
        said: (number: number, words: RegExp): Promise<string> =>
          writes.until(
            `a comment that says ${words}`,
            async () => {
              const comments: { body: string }[] = await mona.get(`/issues/${number}/comments`);
              return comments.map(comment => comment.body).find(body => words.test(body));
            },
            isWrite,
          ),
        /** Waits until exactly this label of ours stands on an issue or a pull request; null: none. */
        labelled: (number: number, label: string | null): Promise<true> =>
          writes.until(
            `the label ${label} on #${number}`,
            async () => {
              const labels: { name: string }[] = await mona.get(`/issues/${number}/labels`);
              const ours = labels.map(({ name }) => name).filter(n => n.startsWith('gatehouse:'));
              return ours.join() === (label ?? '');
            },
            isWrite,
          ),
        async events(type: string): Promise<StoredEvent[]> {
          const found: StoredEvent[] = [];
          for await (const event of gatehouse.parts.log.read({ kind: 'task', id: await task() }))
            if (event.type === type) found.push(event);
          return found;
        },
        /** A labelled issue that stands at the request for approval. */
        async waiting() {
          const issue = await mona.open('It subtracts', 'Two and two is four.');
          await mona.label(issue.number, 'agent:fix');
          const view = await this.when('a request', v => v.approval?.status === 'requested');
          if (!view.pull) throw new Error('there is no pull request');
          return { issue: issue.number as number, pull: view.pull.number, head: view.pull.head };
        },
        check: async (head: string) =>
          (await mona.get(`/commits/${head}/check-runs?check_name=gatehouse`)).check_runs[0],
      };
    },
    /** The process ends in the middle of its work, and another one goes on. */
    restart: async () => (await served.promise).restart(),
    /** Every stream as its log proves it; what it says of itself is wrong where this throws. */
    async proofs() {
      const audit = liveAuditSource(gatehouse.parts);
      const proofs = [];
      for await (const stream of audit.streams()) {
        const proof = await replayStream(audit, stream, null);
        const { verify, replay } = proof;
        const name = streamName(stream);
        assert.deepEqual({ name, verify, replay }, { name, verify: 'ok', replay: 'identical' });
        assert.equal(await rowsProblem(gatehouse.parts.log, stream), null, name);
        proofs.push({ name, ...proof });
      }
      return proofs;
    },
    /** Ends the environment; the contract was kept, and the log proves every stream. */
    async close() {
      await github.idle();
      await this.proofs();
      await environment.close();
      github.assertNoViolations();
    },
  };
}
