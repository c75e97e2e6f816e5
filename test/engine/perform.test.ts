/** One effect of one stream: claimed, performed, told; whatever goes wrong, it is not lost and not doubled. */

import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { steererOf } from '../../src/core/actor.ts';
import type { BacklogCommand } from '../../src/core/backlog/decider.ts';
import { byPerson } from '../../src/core/origin.ts';
import { EFFECT } from '../../src/core/retry.ts';
import { backlogStream, streamName } from '../../src/core/stream.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { createdOf } from '../../src/core/task/state/state.ts';
import { viewOf } from '../../src/core/task/views/view.ts';
import { createConcurrencyLimit } from '../../src/engine/concurrency-limit.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import { resumeEffects } from '../../src/engine/intake/signals/resume-effects.ts';
import { effectLease, refLease, withLease } from '../../src/engine/lease-guard.ts';
import { performEffect } from '../../src/engine/perform/perform.ts';
import {
  Archived,
  GitHubFailure,
  NotGranted,
  NotInstalled,
} from '../../src/engine/ports/github.ts';
import type { Job } from '../../src/engine/ports/queue.ts';
import { DiskFull, RemoteAway, WorkspaceRefused } from '../../src/engine/ports/workspace.ts';
import { asTask } from '../../src/engine/streams.ts';
import { created, decided, HISTORY, produced, sha, started } from '../core/task/given.ts';
import { until } from '../demo/until.ts';
import { beginTask } from './begin.ts';
import { MONA, REPOSITORY } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
let sql: pg.Client;
/** What was given to the queue: these tests take nothing from it. */
const queued: { job: Job; delayMs: number }[] = [];
let aheadMs = 0;
beforeAll(async () => {
  const opened = await openServices();
  sql = new pg.Client({ connectionString: opened.url });
  await sql.connect();
  const clock = { now: () => new Date(Date.now() + aheadMs) };
  services = {
    ...opened,
    clock,
    runLimit: createConcurrencyLimit({ all: 2, perRepository: 2 }, clock),
    queue: { ...opened.queue, add: async jobs => void queued.push(...jobs) },
  };
});
afterAll(async () => {
  await sql.end();
  await services.close();
});
beforeEach(() => {
  queued.length = 0;
  services.github.written.length = 0;
  services.github.failures.length = 0;
  aheadMs = 0;
});

const running = new AbortController();
type Stream = { kind: 'task' | 'delivery'; id: string };
const perform = (stream: Stream, key: string, signal = running.signal) =>
  performEffect(services, { stream: streamName(stream), key }, signal);
const openOf = async (stream: Stream) => (await loadFolded(services.log, stream)).open;
const find = async (stream: Stream, key: string) => services.outbox.find(stream, key);
const typesOf = async (stream: Stream) => (await services.events(stream)).map(event => event.type);

let count = 0;
/** A call that is answered: the effects `acknowledge` and `answer` are open. */
async function answered(): Promise<Stream> {
  const stream = { kind: 'delivery' as const, id: `guid-${++count}` };
  await services.handle({
    stream,
    command: {
      type: 'answer',
      repository: REPOSITORY,
      by: MONA,
      target: { kind: 'issue', number: 1 },
      answer: { code: 'help' },
    },
    actor: { kind: 'person', ...MONA },
  });
  return stream;
}
const tell = async (stream: Stream, ...commands: TaskCommand[]) => {
  for (const command of commands) {
    const handled = await services.handle({
      stream: { kind: 'task', id: stream.id },
      command,
      actor: { kind: 'gatehouse' },
    });
    if (!handled.ok) throw new Error(`${command.type}: ${handled.refusal.message}`);
  }
};
/** A task as far as these commands bring it, on an issue of its own. */
async function task(...commands: TaskCommand[]): Promise<Stream> {
  const [first, ...rest] = commands;
  if (first?.type !== 'create') throw new Error('a task begins with its creation');
  const stream = { kind: 'task' as const, id: `task-${++count}` };
  const data = { ...first.data, issue: 1_000 + count, repository: REPOSITORY };
  await beginTask(services.log, stream.id, [{ type: 'create', data }, ...rest]);
  return stream;
}

describe('an effect', () => {
  it('is performed once, and its lease let go', async () => {
    const stream = await answered();
    await perform(stream, 'answer');
    expect(services.github.written).toEqual([
      expect.objectContaining({ kind: 'answer', key: `${stream.id}:answer` }),
    ]);
    expect((await openOf(stream)).map(({ key }) => key)).toEqual(['acknowledge']);
    expect((await services.events(stream)).at(-1)).toMatchObject({
      type: 'effect.performed',
      data: { key: 'answer' },
      actor: { kind: 'gatehouse' },
      settles: { key: 'answer', since: 1 },
    });
    expect(await services.leases.held('effect:')).toEqual([]);
  });

  it('given ten times at once is performed once', async () => {
    const stream = await answered();
    await Promise.all(Array.from({ length: 10 }, () => perform(stream, 'answer')));
    await perform(stream, 'answer');
    expect(services.github.written).toHaveLength(1);
    expect(await typesOf(stream)).toEqual(['delivery.answered', 'effect.performed']);
  });

  it('that nobody opened, or that is settled, is nothing to do', async () => {
    const stream = await answered();
    await perform(stream, 'never');
    await perform({ kind: 'task', id: 'never' }, 'answer');
    expect(services.github.written).toEqual([]);
    expect(await typesOf(stream)).toEqual(['delivery.answered']);
  });

  it('that another worker is at is left to it', async () => {
    const stream = await answered();
    const lease = effectLease(stream, 'answer');
    await services.leases.acquire(lease, 'worker-2', 60_000);
    await perform(stream, 'answer');
    expect(services.github.written).toEqual([]);
    expect(await services.leases.held(lease)).toEqual([lease]);
  });
});

/** A task whose first run is about to begin; it would take ten minutes. */
async function preparing(install = 'echo begun; sleep 600'): Promise<Stream> {
  const commands = { install: ['sh', '-c', install] };
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  return task(
    created({ base, config: { commands, remediate: { ci: false } } }),
    decided('task.start', 'allow'),
    decided('run.start', 'allow', 'prepare-1-1'),
  );
}
const runsOf = async (stream: Stream) => asTask(await loadFolded(services.log, stream)).state.runs;

describe('a run', () => {
  const key = 'attempt:prepare-1-1';
  /** Where artifacts can't be stored so many times. */
  const withFullDisk = (times: number) => {
    let left = times;
    const put: typeof services.artifacts.put = async (...given) => {
      if (left-- > 0) throw new Error('ENOSPC');
      return services.artifacts.put(...given);
    };
    // No time between two tries.
    return { ...services, random: () => -0.5, artifacts: { ...services.artifacts, put } };
  };
  const performed = async (stream: Stream, deps = services) => {
    await performEffect(deps, { stream: streamName(stream), key }, running.signal);
    return runsOf(stream);
  };

  it('waits where GitHub is away before it begins, and what it worked for is stored once that can be', async () => {
    const stream = await preparing('echo 1 > file');
    services.github.failures.push(new GitHubFailure('server', 'GitHub answers 502', 502));
    expect(await performed(stream)).toMatchObject([{ id: 'prepare-1-1', state: 'queued' }]);
    aheadMs = EFFECT.baseMs * 2;
    const [run] = await performed(stream, withFullDisk(2));
    expect(run).toMatchObject({ id: 'prepare-1-1', state: 'success' });
    const ofRun = (await typesOf(stream)).filter(type => /^run\.(?!spent)/.test(type));
    expect(ofRun).toEqual([
      ...['run.queued', 'run.started', 'run.resumed', 'run.produced', 'run.finished'],
      'run.queued',
    ]);
  });

  it('waits where the disk has no room for it to begin, which is told, and begins once it has', async () => {
    const stream = await preparing('echo 3 > file');
    let full = true;
    const start: typeof services.sandbox.start = async spec => {
      if (full) throw new DiskFull('The disk of /w is almost full.');
      return services.sandbox.start(spec);
    };
    const deps = { ...services, sandbox: { ...services.sandbox, start } };
    expect(await performed(stream, deps)).toMatchObject([{ id: 'prepare-1-1', state: 'queued' }]);
    expect((await services.events(stream)).at(-1)).toMatchObject({
      type: 'effect.failed',
      data: { class: 'disk_full', message: 'The disk of /w is almost full.' },
    });
    full = false;
    aheadMs = EFFECT.baseMs * 2;
    expect(await performed(stream, deps)).toMatchObject([{ state: 'success' }, {}]);
  });

  it('is refused, and not lost, where its tree is why it can not begin', async () => {
    const stream = await preparing();
    const start = async () => {
      throw new WorkspaceRefused('It has 301 folders that configure agents.');
    };
    const deps = { ...services, sandbox: { ...services.sandbox, start } };
    const [run] = await performed(stream, deps);
    expect(run).toMatchObject({
      class: 'workspace',
      reason: 'It has 301 folders that configure agents.',
    });
  });

  it('is lost where that can not be for long, and is tried again', async () => {
    const stream = await preparing('echo 2 > file');
    expect(await performed(stream, withFullDisk(1_000))).toMatchObject([
      { id: 'prepare-1-1', state: 'failure', class: 'lost' },
      { id: 'prepare-1-2', state: 'queued' },
    ]);
    expect(await services.workspaces.runs()).toEqual([]);
  });
});

describe('a failure', () => {
  const failure = (kind: GitHubFailure['class'], retryAfterMs: number | null = null) =>
    new GitHubFailure(kind, `GitHub says ${kind}`, null, retryAfterMs);

  it('is told with its class, waits, and is tried again when it is due', async () => {
    const stream = await answered();
    services.github.failures.push(failure('server'));
    await perform(stream, 'answer');
    const failed = (await services.events(stream)).at(-1);
    expect(failed).toMatchObject({
      type: 'effect.failed',
      data: { key: 'answer', class: 'server', message: 'GitHub says server', failures: 1 },
    });
    // Too early: it is put back for the rest of its time.
    await perform(stream, 'answer');
    expect(services.github.written).toEqual([]);
    const [again] = queued;
    expect(again?.job).toEqual({ name: 'effect', stream: streamName(stream), key: 'answer' });
    expect(again?.delayMs).toBeGreaterThan(0);
    expect(again?.delayMs).toBeLessThanOrEqual(EFFECT.baseMs * 1.5);
    aheadMs = EFFECT.baseMs * 2;
    await perform(stream, 'answer');
    expect(services.github.written).toHaveLength(1);
    expect(await find(stream, 'answer')).toBeNull();
  });

  it.each([
    [
      'the App is not installed any more',
      new NotInstalled('token for acme/library: Not Found', 404),
      /not installed on acme\/library any more, or is suspended there/,
      { installation: REPOSITORY.installation, repositories: [] },
    ],
    [
      'the repository is archived',
      new Archived('acme/library is archived.'),
      /The repository acme\/library is archived: the work goes on/,
      { installation: null, repositories: [REPOSITORY.id] },
    ],
    [
      'the App lacks a permission',
      new NotGranted('Resource not accessible by integration', 403),
      /The App lacks a permission on acme\/library that this takes .* the work goes on/,
      { installation: REPOSITORY.installation, repositories: [] },
    ],
  ])(
    'where %s waits, says so, and goes on once that has changed',
    async (_, shutOut, reason, there) => {
      const stream = await task(created());
      const ask = 'decide:task.start:task';
      for (let failures = 1; failures <= EFFECT.limit + 5; failures++) {
        services.github.failures.push(shutOut);
        aheadMs += 3_600_000;
        await perform(stream, ask);
      }
      const waiting = asTask(await loadFolded(services.log, stream));
      expect(waiting.state.status).toBe('proposed');
      expect(viewOf(stream.id, waiting).reason).toMatch(reason);
      services.github.failures.length = 0;
      // What was put off is put off from the present time.
      aheadMs = 0;
      const elsewhere = { installation: REPOSITORY.installation + 1, repositories: [] };
      expect(await resumeEffects(services, elsewhere)).toBe(0);
      await perform(stream, ask);
      expect(asTask(await loadFolded(services.log, stream)).state.status).toBe('proposed');
      // GitHub tells that we are let in: nothing waits for the time of its next try.
      expect(await resumeEffects(services, there)).toBe(1);
      await perform(stream, ask);
      const going = asTask(await loadFolded(services.log, stream));
      expect(going.state).toMatchObject({ status: 'active', unreachable: null });
      expect(viewOf(stream.id, going).reason).toBe('');
    },
  );

  it('to read what meets a limit is not tried again', async () => {
    const stream = await answered();
    services.github.failures.push(new WorkspaceRefused('git diff-tree was stopped'));
    await perform(stream, 'answer');
    expect((await services.events(stream)).at(-1)?.data).toMatchObject({
      class: 'workspace',
      message: 'git diff-tree was stopped',
      retryAt: null,
    });
    expect(await find(stream, 'answer')).toBeNull();
  });

  it('waits longer each time, and is given up in the end', async () => {
    const stream = await answered();
    for (let failures = 1; failures <= EFFECT.limit; failures++) {
      services.github.failures.push(new Error('It broke.'));
      aheadMs += EFFECT.capMs * 2;
      await perform(stream, 'answer');
    }
    const failed = (await services.events(stream)).filter(event => event.type === 'effect.failed');
    expect(failed.map(event => event.data.failures)).toEqual(
      Array.from({ length: EFFECT.limit }, (_, index) => index + 1),
    );
    expect(failed.at(-1)?.data.retryAt).toBeNull();
    expect(await find(stream, 'answer')).toBeNull();
    const waits = failed
      .slice(0, -1)
      .map(event => Date.parse(String(event.data.retryAt)) - Date.parse(event.at));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(EFFECT.baseMs * 100);
  });

  it('that GitHub asks to wait for waits at least so long', async () => {
    const stream = await answered();
    services.github.failures.push(failure('rate_limit', 900_000));
    await perform(stream, 'answer');
    const effect = await find(stream, 'answer');
    const wait = Date.parse(effect?.notBefore ?? '') - Date.now();
    expect(wait).toBeGreaterThan(890_000);
  });

  it.each(['not_found', 'forbidden', 'invalid'] as const)(
    'that will not change by itself (%s) is given up at once',
    async kind => {
      const stream = await answered();
      services.github.failures.push(failure(kind));
      await perform(stream, 'answer');
      expect((await services.events(stream)).at(-1)?.data).toMatchObject({
        class: kind,
        retryAt: null,
      });
      expect(await find(stream, 'answer')).toBeNull();
    },
  );

  it('to reach the remote is one to reach GitHub', async () => {
    const stream = await answered();
    services.github.failures.push(new RemoteAway('git push failed (128)'));
    await perform(stream, 'answer');
    expect((await services.events(stream)).at(-1)?.data).toMatchObject({ class: 'transport' });
  });

  it('of our own is retried as well', async () => {
    const stream = await answered();
    services.github.failures.push(new TypeError('of no known shape'));
    await perform(stream, 'answer');
    expect((await services.events(stream)).at(-1)?.data).toMatchObject({
      class: 'internal',
      message: 'of no known shape',
      retryAt: expect.any(String),
    });
  });
});

it('the end of a task waits as long as its backlog does not know of its start', async () => {
  const stream = backlogStream(REPOSITORY.id, 1);
  const page = {
    ...{
      id: 'page',
      title: 'A page',
      body: '',
      acceptance: [],
      needs: [],
      command: 'fix' as const,
    },
    ...{ group: null, service: null, base: null, issue: null, isDone: false },
  };
  const data = {
    ...{
      repository: REPOSITORY,
      requester: byPerson(MONA),
      source: { kind: 'sub_issues' as const },
    },
    plan: { title: 'X', items: [page], atOnce: 1, limits: { groups: {}, services: {} } },
    ...{ tracking: 1, digest: `sha256:${'0'.repeat(64)}` as const, asks: false },
  };
  const send = async (command: BacklogCommand) =>
    expect(await services.handle({ stream, command, actor: { kind: 'gatehouse' } })).toMatchObject({
      ok: true,
    });
  await send({ type: 'create', data });
  const origin = { kind: 'backlog' as const, backlog: stream.id, item: 'page', tracking: 1 };
  const ended = await task(created({ origin }), decided('task.start', 'deny'));
  const before = await typesOf(ended);
  for (let tries = 0; tries < EFFECT.limit; tries++) await perform(ended, 'tell');
  expect(await typesOf(ended)).toEqual(before);
  expect(await find(ended, 'tell')).not.toBeNull();
  await send({ type: 'item_started', item: 'page', attempt: 1, task: ended.id });
  await perform(ended, 'tell');
  expect(await find(ended, 'tell')).toBeNull();
  expect((await services.events(stream)).map(({ type }) => type)).toContain('item.ended');
});

describe('an effect that is opened again while it is performed', () => {
  it('stays open after the older performance, and is handed over at once', async () => {
    const stream = await task(...HISTORY.admitted);
    const before = await find(stream, 'show:comment');
    aheadMs = 60_000;
    // While GitHub is written to, something else happens to the task.
    const show = services.github.writes.show;
    services.github.writes.show = async (...given) => {
      services.github.writes.show = show;
      await tell(stream, decided('run.start', 'allow', 'prepare-1-1'));
      return show(...given);
    };
    await perform(stream, 'show:comment');
    const after = await find(stream, 'show:comment');
    expect(after?.since).toBeGreaterThan(before?.since ?? 0);
    expect(queued.at(-1)).toEqual({
      job: { name: 'effect', stream: streamName(stream), key: 'show:comment' },
      delayMs: 0,
    });
    await perform(stream, 'show:comment');
    expect(await find(stream, 'show:comment')).toBeNull();
    expect(services.github.written).toHaveLength(2);
  });
});

describe('a surface', () => {
  it('is looked up after a write that failed, and not by whoever writes it first', async () => {
    const stream = await task(...HISTORY.admitted);
    aheadMs = 60_000;
    const showAfter = async (...commands: TaskCommand[]) => {
      for (const command of commands) await tell(stream, command);
      await perform(stream, 'show:comment');
      const shown = services.github.written.at(-1);
      return shown?.kind === 'show' ? shown.last : undefined;
    };
    expect(await showAfter()).toBe('nothing');
    const next = decided('run.start', 'allow', 'prepare-1-1');
    expect(await showAfter(next)).toMatchObject({ id: 1, doubted: false });
    services.github.failures.push(new GitHubFailure('transport', 'It was cut.', null));
    await showAfter(started('prepare-1-1'));
    aheadMs = 600_000;
    expect(await showAfter()).toMatchObject({ id: 1, doubted: true });
    expect(await showAfter(produced('prepare-1-1'))).toMatchObject({ id: 1, doubted: false });
  });
});

describe('an outcome that is refused', () => {
  it('settles its effect all the same', async () => {
    const stream = await task(...HISTORY.waiting);
    const merge = 'decide:pr.merge:merge-1-1';
    await tell(stream, {
      type: 'signal',
      data: { signal: 'head', detail: 'moved', at: null, by: null, check: null },
    });
    const open = await find(stream, merge);
    // While policy's facts are collected, another effect's outcome says what this one would.
    services.github.facts.pull = async () => {
      await tell(stream, { type: 'head_moved', to: sha('f') });
      return {
        number: 2,
        title: 'It adds',
        state: 'open',
        merged: false,
        mergeCommit: null,
        mergedByUs: false,
        draft: false,
        locked: false,
        conflicts: false,
        head: { ref: 'gatehouse/issue-1', sha: sha('f'), repositoryId: 42 },
        base: { ref: 'main', sha: sha('a') },
        checks: [],
        forged: [],
      };
    };
    await perform(stream, merge);
    const events = await services.events(stream);
    expect(events.filter(event => event.type === 'head.moved')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      type: 'effect.performed',
      settles: { key: merge, since: open?.since },
    });
    // The new head asks anew.
    expect((await find(stream, merge))?.since).toBeGreaterThan(open?.since ?? 0);
  });
});

describe('a worker that loses its lease', () => {
  const takeOver = async (stream: Stream, key: string) => {
    const lease = effectLease(stream, key);
    await sql.query('UPDATE leases SET until = clock_timestamp() WHERE name = $1', [lease]);
    const epoch = (await services.leases.acquire(lease, 'worker-2', 60_000))?.epoch ?? null;
    return () => services.leases.release(lease, epoch ?? 0);
  };

  it('before it writes to GitHub, writes nothing', async () => {
    const stream = await answered();
    const holds = services.leases.holds;
    const frozen = {
      ...services,
      leases: {
        ...services.leases,
        async holds(name: string, epoch: number) {
          await takeOver(stream, 'answer');
          return holds(name, epoch);
        },
      },
    };
    await performEffect(frozen, { stream: streamName(stream), key: 'answer' }, running.signal);
    expect(services.github.written).toEqual([]);
    expect(await typesOf(stream)).toEqual(['delivery.answered']);
    expect(await find(stream, 'answer')).toMatchObject({ failures: 0 });
  });

  it('after it wrote, tells nothing; the next one looks and tells', async () => {
    const stream = await answered();
    const { reply, replyAnew } = services.github.writes;
    const looked: boolean[] = [];
    let release = async () => {};
    services.github.writes.replyAnew = async (...given) => {
      looked.push(false);
      const written = await replyAnew(...given);
      release = await takeOver(stream, 'answer');
      return written;
    };
    services.github.writes.reply = async (...given) => {
      looked.push(true);
      return reply(...given);
    };
    await perform(stream, 'answer');
    expect(await typesOf(stream)).toEqual(['delivery.answered']);
    await release();
    await perform(stream, 'answer');
    expect(await typesOf(stream)).toEqual(['delivery.answered', 'effect.performed']);
    Object.assign(services.github.writes, { reply, replyAnew });
    expect(looked).toEqual([false, true]);
    // Both carry the key by which GitHub is asked for what stands already.
    const keys = services.github.written.map(one => 'key' in one && one.key);
    expect(keys).toEqual([`${stream.id}:answer`, `${stream.id}:answer`]);
  });

  it('while an agent works, kills it; the next worker counts the attempt as lost', async () => {
    const stream = await preparing();
    const key = 'attempt:prepare-1-1';
    const working = Promise.withResolvers<void>();
    const start: typeof services.sandbox.start = async spec => {
      const started = await services.sandbox.start(spec);
      working.resolve();
      return started;
    };
    const watched = { ...services, sandbox: { ...services.sandbox, start } };
    const attempt = performEffect(watched, { stream: streamName(stream), key }, running.signal);
    await working.promise;
    const release = await takeOver(stream, key);
    await attempt;
    expect(await services.workspaces.runs()).toEqual([]);
    const left = await services.artifacts.list(stream.id);
    expect(left.map(({ name }) => name)).toContain('journal.jsonl');
    expect(await typesOf(stream)).not.toContain('run.produced');
    // What it cost is told all the same.
    expect((await typesOf(stream)).at(-1)).toBe('run.spent');
    await release();
    await perform(stream, key);
    expect(await runsOf(stream)).toMatchObject([
      { id: 'prepare-1-1', state: 'failure', class: 'lost', reason: 'Its worker was lost.' },
      { id: 'prepare-1-2', state: 'queued', attempt: 2 },
    ]);
  });

  it('by its death, leaves a workspace that the next one removes', async () => {
    const stream = await preparing();
    // From here on it does nothing more, not even close what it opened.
    const dead = {
      ...services,
      runLimit: createConcurrencyLimit({ all: 1, perRepository: 1 }, services.clock),
      sandbox: { ...services.sandbox, start: () => new Promise<never>(() => {}) },
    };
    const key = 'attempt:prepare-1-1';
    void performEffect(dead, { stream: streamName(stream), key }, running.signal);
    const run = `${stream.id}-prepare-1-1`;
    await until('its workspace', async () => (await services.workspaces.runs()).includes(run));
    const release = await takeOver(stream, key);
    await release();
    await perform(stream, key);
    expect(await services.workspaces.runs()).toEqual([]);
  });

  it('is freed from a process that hangs by a maintainer, and from everybody by an operator', async () => {
    const stream = await preparing();
    const { repository, branch } = createdOf(asTask(await loadFolded(services.log, stream)).state);
    const lease = refLease(repository.id, branch);
    const hanging = (name: string) =>
      withLease(
        services.leases,
        { name, holder: 'stuck', signal: running.signal, stillWanted: async () => true },
        guard => new Promise<never>((_, fail) => guard.signal.addEventListener('abort', fail)),
      ).catch(() => {});
    const isHeld = (name: string) =>
      until('the lease', async () => (await services.leases.held(name)).length > 0);
    const brokenBy = async (command: TaskCommand, ...keys: string[]) => {
      await tell(stream, command);
      for (const key of keys) await perform(stream, key);
      const unlocked = (await services.events(stream)).findLast(
        ({ type }) => type === 'ref.unlocked',
      );
      return unlocked?.data.broken;
    };
    const writing = hanging(lease);
    const attempt = `effect:${streamName(stream)}:attempt:prepare-1-1`;
    const working = hanging(attempt);
    await Promise.all([isHeld(lease), isHeld(attempt)]);
    const target = { kind: 'issue', number: 1 } as const;
    const byPerson = { type: 'unlock', by: steererOf(MONA), target, work: false } as const;
    expect(await brokenBy(byPerson, 'decide:ref.unlock:task', 'unlock')).toEqual([
      { lease, holder: expect.stringContaining('stuck') },
    ]);
    await writing;
    const by = { kind: 'operator', name: 'root@host' } as const;
    const byShell = { type: 'unlock', by, target: null, work: true } as const;
    expect(await brokenBy(byShell, 'unlock')).toEqual([
      { lease: attempt, holder: expect.stringContaining('stuck') },
    ]);
    await working;
  });

  it('because it was canceled, is aborted and its run stays canceled', async () => {
    const stream = await preparing();
    const attempt = perform(stream, 'attempt:prepare-1-1');
    await until('the run to start', async () => (await typesOf(stream)).includes('run.started'));
    await tell(stream, {
      type: 'cancel',
      by: steererOf(MONA),
      target: { kind: 'issue', number: 1 },
    });
    await attempt;
    const { state } = asTask(await loadFolded(services.log, stream));
    expect(state.runs).toMatchObject([{ state: 'canceled' }]);
    expect((await typesOf(stream)).slice(-2)).toEqual(['task.finished', 'run.spent']);
  });
});

describe('runs and slots', () => {
  it('a run that finds every slot taken asks again soon, and nothing else waits', async () => {
    const take = (run: string) => services.runLimit.take(run, REPOSITORY.id);
    const taken = [take('one'), take('two')];
    const stream = await task(...HISTORY.admitted, decided('run.start', 'allow', 'prepare-1-1'));
    await perform(stream, 'attempt:prepare-1-1');
    expect(queued.at(-1)).toMatchObject({ job: { key: 'attempt:prepare-1-1' }, delayMs: 500 });
    expect(await typesOf(stream)).not.toContain('run.started');
    aheadMs = 60_000;
    await perform(stream, 'show:comment');
    expect(services.github.written).toHaveLength(1);
    // Who waits for longer is told the place in line.
    for (const _ of [1, 2, 3]) {
      await perform(stream, 'attempt:prepare-1-1');
      aheadMs += 4_000;
    }
    await perform(stream, 'attempt:prepare-1-1');
    const { state } = asTask(await loadFolded(services.log, stream));
    expect(state.runs).toMatchObject([
      { unplaced: 'It begins as soon as one of the runs at work has ended.' },
    ]);
    for (const slot of [...taken, ...taken]) if (slot.taken) slot.release();
    aheadMs += 60_000;
    expect([take('three'), take('four'), take('five')].map(slot => slot.taken)).toEqual([
      true,
      true,
      false,
    ]);
  });
});
