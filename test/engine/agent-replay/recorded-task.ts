/** Tasks whose author has worked, with a scripted model behind it, and their replays. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createCommand } from '../../../src/adapters/agents/command.ts';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { GATEHOUSE } from '../../../src/core/actor.ts';
import type { Digest } from '../../../src/core/decision.ts';
import { FrontMatter } from '../../../src/core/profile.ts';
import { RunRecording } from '../../../src/core/recording.ts';
import { redact } from '../../../src/core/redaction/redact.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import { replayRun } from '../../../src/engine/agent-replay/replay-run.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import type { AgentAdapter } from '../../../src/engine/ports/agent.ts';
import type { ModelRoute } from '../../../src/engine/ports/gateway.ts';
import type { Workspaces } from '../../../src/engine/ports/workspace.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { created, decided, ran } from '../../core/task/given.ts';
import { type ScriptedModel, startScriptedModel } from '../../model/server.ts';
import { beginTask } from '../begin.ts';
import { REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';

export const RUN = 'author-1-1';
const KEY = 'the key of a scripted model, 4d5e6f7a';

export type RecordedTask = Awaited<ReturnType<RecordedTasks['work']>>;
export type RecordedTasks = Awaited<ReturnType<typeof openRecordedTasks>>;

export async function openRecordedTasks(
  agent: AgentAdapter,
  dialect: ModelRoute['dialect'] = 'openai-responses',
) {
  const services = await openServices();
  const { binds, path } = await detectToolchain(process.env, []);
  const author = services.profiles.get('author');
  if (!author) throw new Error('there is no author');
  const chain = FrontMatter.shape.chain.parse([{ adapter: agent.name }]);
  Object.assign(services, {
    profiles: new Map([['author', { ...author, chain }]]),
    redact: (text: string) => redact(text, [KEY]),
    adapters: new Map([createCommand(), agent].map(adapter => [adapter.name, adapter])),
    secrets: new Map([['MODEL_API_KEY', { where: 'here', read: async () => KEY }]]),
  });
  const limits = {
    ...services.settings.limits,
    wallMs: 120_000,
    memoryBytes: 4e9,
    tmpBytes: 256e6,
  };
  Object.assign(services.settings, { realAgents: true, toolchains: { binds, path }, limits });
  const models: ScriptedModel[] = [];

  /** A task whose author has worked, by the turns of its model. */
  async function work(script: Parameters<typeof startScriptedModel>[0]) {
    const { task, done } = await begin(script);
    await done;
    return task;
  }

  /** A task whose author works; `done`: its first attempt has ended. */
  async function begin(script: Parameters<typeof startScriptedModel>[0]) {
    const model = await startScriptedModel(script);
    models.push(model);
    const service = { dialect, upstream: model.url, provider: 'scripted', secret: 'MODEL_API_KEY' };
    Object.assign(services.settings, { models: new Map([[agent.name, [service]]]) });
    const issue = models.length;
    const id = `replay-${issue}`;
    const stream = { kind: 'task' as const, id };
    const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
    const lint = ['sh', '-c', 'date; grep -q library README.md'];
    const config = {
      commands: { install: ['true'], lint, test: ['true'] },
      remediate: { ci: false },
    };
    await beginTask(services.log, id, [
      created({ repository: REPOSITORY, issue, base, config }),
      decided('task.start', 'allow'),
      ...ran('prepare-1-1'),
      ...ran('reproduce-1-1'),
      decided('run.start', 'allow', RUN),
    ]);
    const perform = (key: string) =>
      performEffect(services, { stream: `task/${id}`, key }, new AbortController().signal);
    const tell = async (command: TaskCommand) => {
      const handled = await services.handle({ stream, command, actor: GATEHOUSE });
      expect(handled).toMatchObject({ ok: true });
    };
    const done = perform(`attempt:${RUN}`);
    const state = async () => asTask(await loadFolded(services.log, stream)).state;
    const left = async (part: string, name: string): Promise<Digest | undefined> =>
      (await services.artifacts.list(id)).find(each => each.run === part && each.name === name)
        ?.digest;
    const task = {
      id,
      model,
      perform,
      tell,
      state,
      run: async () => (await state()).runs.find(run => run.id === RUN),
      patch: () => left(RUN, 'patch.diff'),
      async recording(part = RUN): Promise<RunRecording & { digest: Digest }> {
        const digest = (await left(part, 'recording.json')) ?? '';
        const text = (await services.artifacts.get(digest)).toString();
        return { ...RunRecording.parse(JSON.parse(text)), digest };
      },
      /** What a replay must leave as it is. */
      everything: async () => ({
        events: (await services.events(stream)).length,
        artifacts: await services.artifacts.list(id),
        written: services.github.written.length,
        folders: await services.workspaces.runs(),
        asked: model.requests.length,
      }),
      replay: (over: Partial<TestServices> = {}, run = RUN) =>
        replayRun({ ...services, ...over }, id, run),
    };
    return { task, done };
  }

  return {
    services,
    work,
    begin,
    /** Artifacts in which one content was exchanged for another. */
    exchanged: (digest: Digest | null | undefined, change: (text: string) => string) => ({
      ...services.artifacts,
      async get(wanted: Digest) {
        const content = await services.artifacts.get(wanted);
        return wanted === digest ? Buffer.from(change(content.toString())) : content;
      },
    }),
    /** Workspaces in which a file stands that was not there when the run was recorded. */
    planted: (file: string, text: string): Workspaces => ({
      ...services.workspaces,
      async open(spec) {
        const workspace = await services.workspaces.open(spec);
        const { workTree } = workspace;
        const folder = workTree.kind === 'overlay' ? workTree.upper : workTree.path;
        await writeFile(join(folder, file), text);
        return workspace;
      },
    }),
    async close() {
      await services.close();
      for (const { close } of models) await close();
    },
  };
}
