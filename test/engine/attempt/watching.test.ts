/** A run is watched while it works: by the lines that it says, and by the task's comment. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { logs } from '../../../src/cli/logs.ts';
import type { JournalLine } from '../../../src/core/agent-event.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import type { TaskView } from '../../../src/core/view.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { runHere } from '../../cli/environment.ts';
import { created, decided, ran } from '../../core/task/given.ts';
import { until } from '../../demo/until.ts';
import { beginTask } from '../begin.ts';
import { REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';

const RUN = 'author-1-1';
/** Works until the test opens the gate: a file that the sandbox sees. */
const GATE =
  'let n = 0; const { existsSync } = await import("node:fs"); console.log("waits"); while (!existsSync("/gate/open")) await new Promise(r => setTimeout(r, 50)); console.log("goes on");';

let services: TestServices;
let folder = '';
/** Views that the comment was rendered from. */
let shown: TaskView[] = [];
beforeAll(async () => {
  services = await openServices();
  folder = await mkdtemp(join(tmpdir(), 'watching-'));
  await mkdir(join(folder, 'gate'));
  const { binds, path } = await detectToolchain(process.env, []);
  const gate = { from: join(folder, 'gate'), to: '/gate' };
  const toolchains = { binds: [...binds, gate], path };
  Object.assign(services.settings, { simulation: folder, toolchains });
  const { show } = services.github.writes;
  services.github.writes.show = async (repository, surface, view, last) => {
    if (surface === 'comment') shown.push(view);
    return show(repository, surface, view, last);
  };
});
afterAll(async () => {
  await services.close();
  await rm(folder, { recursive: true, force: true });
});

let tasks = 0;

async function begin(steps: object[]) {
  await writeFile(join(folder, 'author.json'), JSON.stringify({ steps }));
  await rm(join(folder, 'gate/open'), { force: true });
  shown = [];
  const id = `watching-${++tasks}`;
  const stream = { kind: 'task' as const, id };
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  const config = {
    commands: { install: ['true'], test: ['npm', 'test'] },
    remediate: { ci: false },
  };
  await beginTask(services.log, id, [
    created({ repository: REPOSITORY, issue: tasks, base, config }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1'),
    ...ran('reproduce-1-1'),
    decided('run.start', 'allow', RUN),
  ]);
  const perform = (
    key: string,
    where: TestServices = services,
    signal = new AbortController().signal,
  ) => performEffect(where, { stream: `task/${id}`, key }, signal);
  const opened = async () => ({ ...services, close: async () => {} });
  return {
    id,
    perform,
    async send(command: TaskCommand) {
      const handled = await services.handle({ stream, command, actor: { kind: 'gatehouse' } });
      if (!handled.ok) throw new Error(handled.refusal.message);
    },
    openGate: () => writeFile(join(folder, 'gate/open'), ''),
    folded: async () => asTask(await loadFolded(services.log, stream)),
    artifact: async (name: string): Promise<string> => {
      const left = await services.artifacts.list(id);
      const found = left.find(artifact => artifact.run === RUN && artifact.name === name);
      return found ? (await services.artifacts.get(found.digest)).toString() : '';
    },
    /** `gatehouse logs`, and what it has printed until now. */
    logs(options: { json?: boolean; follow?: boolean; run?: string } = {}) {
      const said = { text: '' };
      const out = (text: string) => {
        said.text += text;
      };
      const all = { json: false, follow: false, raw: false, ...options };
      const printing = logs({ openLog: opened }, { out, err: out, exit: () => {} }, id, all);
      return { said, printed: printing.then(() => said.text) };
    },
  };
}

it('says what it does while it works, to whoever follows and to whoever looks once', async () => {
  const task = await begin([
    { write: 'gate.mjs', text: GATE },
    { say: 'I look at \u001b[31mit\u001b[0m first.' },
    { run: ['node', 'gate.mjs'] },
    { say: 'Done.' },
  ]);
  const followed = task.logs({ follow: true, run: RUN });
  const working = task.perform(`attempt:${RUN}`);
  await until('the command to begin', async () => followed.said.text.includes('$ node gate.mjs'));
  expect(followed.said.text).toMatch(/^=== author-1-1, by author\n\d\d:\d\d:\d\d {2}/);
  expect(followed.said.text).toMatch(/ {2}begins: simulated 1\n/);
  expect(followed.said.text).toContain('I look at it first.');
  expect(await task.artifact('journal.jsonl')).toBe('');
  const now = (await task.logs({ json: true }).printed).trim().split('\n');
  expect(now.map(line => (JSON.parse(line) as JournalLine).event.type)).toContain('tool.started');

  // The comment has it too, in short, and is shown again while the agent works.
  await task.perform('show:comment');
  expect(shown.at(-1)?.progress).toMatchObject([
    {
      run: RUN,
      adapter: 'simulated',
      message: expect.stringContaining('I look at'),
      commands: [{ command: 'node gate.mjs', state: 'running' }],
      files: ['gate.mjs'],
    },
  ]);
  const again = (await task.folded()).open.find(({ key }) => key === 'show:comment');
  expect(Date.parse(again?.notBefore ?? '')).toBeGreaterThan(Date.now() + 30_000);

  await task.openGate();
  await working;
  await task.perform(`decide:patch.accept:${RUN}`);
  const whole = await followed.printed;
  expect(whole).toMatch(/exit 0\n {10}\| waits\n {10}\| goes on\n/);
  expect(whole).toMatch(/ {2}ends: ok\. Done\.\n$/);
  // What is kept reads as what was shown, and nothing of it is left elsewhere.
  const after = await runHere(['logs', task.id], {
    DATABASE_URL: services.url,
    GATEHOUSE_STATE_DIR: services.folder,
  });
  expect(after).toEqual({ code: 0, stdout: whole, stderr: '' });
  const journal = await task.artifact('journal.jsonl');
  expect(journal.trim().split('\n').slice(0, now.length)).toEqual(now);
  expect(await task.logs({ json: true }).printed).toBe(journal);
  expect(await services.runOutput.read({ task: task.id, run: RUN, part: 0 }, 0)).toEqual([]);
  expect(await services.runOutput.progress(task.id)).toEqual(new Map());
});

it('tells whoever follows why nothing is done, and how it ended', async () => {
  const task = await begin([{ say: 'Done.' }]);
  const followed = task.logs({ follow: true });
  const by = { kind: 'person', id: 1, login: 'mona' } as const;
  await task.send({ type: 'pause', by, target: null });
  await until('the pause', async () => followed.said.text.includes('paused'));
  await task.send({ type: 'cancel', by, target: null });
  expect((await followed.printed).split('\n').filter(line => line !== '')).toEqual([
    expect.stringMatching(/^--- The task is paused: .*mona/),
    '--- The task is stopped: Canceled by mona.',
  ]);
});

it('what it had said is kept where its worker was lost', async () => {
  const task = await begin([{ write: 'gate.mjs', text: GATE }, { run: ['node', 'gate.mjs'] }]);
  // The worker keeps nothing and records nothing.
  const put = async () => {
    throw new Error('the machine is off');
  };
  const settings = { ...services.settings, worker: 'worker-lost' };
  const lost = { ...services, settings, artifacts: { ...services.artifacts, put } };
  const part = { task: task.id, run: RUN, part: 0 };
  const death = new AbortController();
  const dying = task.perform(`attempt:${RUN}`, lost, death.signal);
  const shown = await until('the command to begin', async () => {
    const lines = await services.runOutput.read(part, 0);
    return lines.some(({ line }) => line.includes('"command":"node gate.mjs"')) && lines;
  });
  death.abort();
  await dying;
  expect(await task.artifact('journal.jsonl')).toBe('');
  await until('another worker to give the run up', async () => {
    await task.perform(`attempt:${RUN}`);
    return (await task.artifact('journal.jsonl')) !== '';
  });
  const kept = await task.artifact('journal.jsonl');
  expect(kept.startsWith(shown.map(({ line }) => `${line}\n`).join(''))).toBe(true);
  expect(await task.logs().printed).toContain('$ node gate.mjs');
});

it('says what is wrong with what was asked for', async () => {
  const task = await begin([{ say: 'Hello.' }]);
  expect(await task.logs().printed).toBe('No run has said anything yet.\n');
  await expect(task.logs({ run: 'author-9-9' }).printed).rejects.toThrow(
    /has no run "author-9-9": `gatehouse status watching-\d+` lists them/,
  );
});
