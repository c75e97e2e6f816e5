/**
 * A task whose author calls a scripted model through the gateway, in the real sandbox: each run writes
 * a file, makes its calls one after the other and ends where one of them is refused.
 */

import { createSimulated } from '../../../src/adapters/agents/simulated.ts';
import type { DataOf } from '../../../src/core/task/state/state.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import type { AgentAdapter } from '../../../src/engine/ports/agent.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { created, decided, ran } from '../../core/task/given.ts';
import { approvalByRey, REY } from '../attempt/approving.ts';
import { beginTask } from '../begin.ts';
import { REPOSITORY } from '../github.ts';
import type { TestServices } from '../test-services.ts';

export const AUTHOR = 'author-1-1';
const KEY = {
  name: 'OPENAI_API_KEY',
  where: 'in the test',
  read: async () => 'the key of a scripted model',
};

const SCRIPT = `
const { appendFileSync } = require('node:fs');
const say = event => console.log(JSON.stringify(event));
const [calls, model, claims, hangs] = process.argv.slice(1);
(async () => {
  appendFileSync('half.js', 'more\\n');
  if (hangs) return setInterval(() => {}, 1000);
  for (let n = 0; n < Number(calls); n += 1) {
    const answer = await fetch(new URL('/v1/responses', process.env.GATEHOUSE_DECIDE), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream: true, max_output_tokens: 500, input: [{ role: 'user', content: 'x'.repeat(400) }] }),
    });
    const text = await answer.text();
    if (answer.ok) continue;
    const message = JSON.parse(text).error.message;
    return say({ type: 'error', class: 'server', message, fatal: true });
  }
  if (Number(claims) > 0)
    say({ type: 'usage', usage: { input: Number(claims), cached: 0, cacheWrite: 0, output: 0, reasoning: 0 }, scope: 'session' });
  say({ type: 'done', summary: 'Called ' + calls + ' times.' });
})();
`;

/** `claims`: the tokens that it says it used. It may be changed between two runs. */
type Script = { calls: number; model: string; claims?: number; hangs?: boolean };

export function callerAdapter(of: Script): AgentAdapter {
  return {
    ...createSimulated(),
    defaultModel: () => of.model,
    launch: () => ({
      argv: [
        'node',
        '-e',
        SCRIPT,
        String(of.calls),
        of.model,
        String(of.claims ?? 0),
        of.hangs ? 'hangs' : '',
      ],
      env: {},
      homeFiles: {},
      stdin: '',
      masks: [],
      binds: [],
    }),
  };
}

/** Services whose simulated agent is the caller of the model at `url`. */
export function withCaller(services: TestServices, url: string, of: Script): TestServices {
  const service = { dialect: 'openai-responses', provider: 'openai', secret: KEY.name } as const;
  const models = new Map([['simulated', [{ ...service, upstream: url }]]]);
  return {
    ...services,
    adapters: new Map([...services.adapters, ['simulated', callerAdapter(of)]]),
    secrets: new Map([[KEY.name, KEY]]),
    settings: { ...services.settings, models, simulation: null },
  };
}

const commands = { install: ['true'], test: ['npm', 'test'] };
let tasks = 0;

/** A task whose author may start. */
export async function beginAuthor(
  services: TestServices,
  over: Partial<DataOf<'task.created'>> = {},
) {
  const issue = ++tasks;
  const id = `spending-${issue}`;
  const stream = { kind: 'task' as const, id };
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  const config = { commands, remediate: { ci: false } };
  await beginTask(services.log, id, [
    created({ repository: REPOSITORY, issue, base, config, ...over }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1'),
    ...ran('reproduce-1-1'),
    decided('run.start', 'allow', AUTHOR),
  ]);
  const state = async () => asTask(await loadFolded(services.log, stream)).state;
  return {
    id,
    issue,
    stream,
    state,
    perform: (key: string) =>
      performEffect(services, { stream: `task/${id}`, key }, new AbortController().signal),
    run: async (run = AUTHOR) => (await state()).runs.find(each => each.id === run),
    events: async (type: string) =>
      (await services.events(stream)).filter(event => event.type === type).map(({ data }) => data),
    text: async (run: string, name: string): Promise<string> => {
      const left = await services.artifacts.list(id);
      const found = left.find(artifact => artifact.run === run && artifact.name === name);
      return found ? (await services.artifacts.get(found.digest)).toString() : '';
    },
  };
}

/** Lets GitHub say of every answer that it stands as it was given, and of its author that he may approve. */
export function letAnswersStand(services: TestServices): void {
  services.github.facts.approval = approvalByRey;
}

let said = 0;

/** Somebody answers the last request of the task, on its issue. */
export async function answer(
  services: TestServices,
  task: Awaited<ReturnType<typeof beginAuthor>>,
  says: 'approve' | 'deny',
): Promise<void> {
  const asked = (await task.state()).approvals.at(-1);
  if (asked?.posted === null) await task.perform(`answer:ask-${asked.id}`);
  const comment = 1_000_000 + ++said;
  const handled = await services.handle({
    stream: task.stream,
    command: {
      type: 'answer',
      names: '',
      data: {
        answer: `issue_comment-${comment}`,
        says,
        by: REY,
        via: 'issue_comment',
        comment,
        text: null,
        reason: '',
        at: new Date().toISOString(),
        target: { kind: 'issue' as const, number: task.issue },
      },
    },
    actor: { kind: 'person', ...REY },
  });
  if (!handled.ok) throw new Error(handled.refusal.message);
  await task.perform(`decide:${asked?.action}:${asked?.run}`);
}
