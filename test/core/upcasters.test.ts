/** Events of earlier versions are read as the present one; what they said stays as they said it. */
import { describe, expect, it } from 'vitest';
import { taskUpcasters } from '../../src/core/task/events/upcasters.ts';
import { bringUp, type EventData } from '../../src/core/upcast.ts';

const given = (type: string, data: EventData, v = 1) => ({
  thenRead: (present: EventData) =>
    expect(bringUp(taskUpcasters, { type, v, data })).toEqual({
      type,
      v: 1 + Object.keys(taskUpcasters[type] ?? {}).length,
      data: present,
    }),
});

describe('what version 1 left out is filled in, and what it said stays', () => {
  it.each<[string, EventData, EventData]>([
    [
      'pull.signaled',
      { at: null, by: null, check: null },
      {
        at: '2026-11-21T10:00:00.000Z',
        by: { id: 1, login: 'mona' },
        check: null,
      },
    ],
    [
      'run.produced',
      { handover: null, touched: {} },
      { handover: { schema: 'plan.v1' }, touched: { docs: 'all' } },
    ],
    ['run.waiting_approval', { checkpoint: null }, { checkpoint: { adapter: 'simulated' } }],
    [
      'run.resumed',
      { epoch: null, worker: null, adapter: null },
      { epoch: 3, worker: 'w1', adapter: 'codex' },
    ],
    [
      'policy.decided',
      { objections: null, findings: [], waitsFor: [] },
      {
        objections: [{ id: 1, login: 'mona' }],
        findings: [{ kind: 'secret' }],
        waitsFor: ['ci'],
      },
    ],
    [
      'approval.requested',
      {
        rework: null,
        gate: 'merge',
        capsule: null,
        digest: null,
        facts: null,
        files: [],
        findings: [],
        holdsForHours: 24,
      },
      {
        rework: 'g1',
        gate: 'act',
        capsule: { task: 't' },
        digest: 'sha256:1',
        facts: 'sha256:2',
        files: ['a'],
        findings: [{ kind: 'secret' }],
        holdsForHours: 4,
      },
    ],
    ['approval.granted', { until: null }, { until: '2026-11-21T10:00:00.000Z' }],
  ])('%s', (type, absent, present) => {
    given(type, { kept: 1 }).thenRead({ ...absent, kept: 1 });
    given(type, { ...present, kept: 1 }).thenRead({ ...present, kept: 1 });
  });
});

it('whoever steered a task before operators did was a person', () => {
  const by = { id: 1, login: 'mona' };
  given('task.cancel_requested', { by, target: null }).thenRead({
    by: { kind: 'person', ...by },
    target: null,
  });
  given('task.retried', { by }).thenRead({
    by: { kind: 'person', ...by },
    instructions: '',
    origin: 'comment',
  });
  given('task.retried', { by, instructions: 'Use the other key.' }, 2).thenRead({
    by: { kind: 'person', ...by },
    instructions: 'Use the other key.',
    origin: 'comment',
  });
  const token = { kind: 'token', id: 'ci', project: 'billing' };
  given('task.retried', { by: token }, 4).thenRead({ by: token, origin: 'call' });
});

describe('merge.blocked: what keeps the merge from happening', () => {
  it.each([
    [null, 'github'],
    ['2026-11-21T10:00:00.000Z', 'checks'],
  ])('with the wait for checks until %s it is %s', (checksUntil, obstacle) => {
    given('merge.blocked', { checksUntil }, 2).thenRead({ checksUntil, obstacle, waitsFor: [] });
    given('merge.blocked', { checksUntil, obstacle, waitsFor: ['docs'] }, 3).thenRead({
      checksUntil,
      obstacle,
      waitsFor: ['docs'],
    });
  });
});

it.each([
  [true, 'green'],
  [false, 'red'],
])('pull.signaled: a check that is green (%s) is %s', (green, state) => {
  const check = { name: 'docs', green };
  given('pull.signaled', { check }, 3).thenRead({ check: { name: 'docs', state } });
});

it('rework.requested: work that merges no base', () => {
  given('rework.requested', { kept: 1 }).thenRead({
    kept: 1,
    merges: null,
    check: null,
    threads: [],
    caller: null,
  });
});

describe('an approval rule goes by its name', () => {
  it('where it counts', () => {
    given('approval.confirmed', { kept: 1, rule: 9 }).thenRead({ kept: 1, rule: 'separation' });
  });
  it('where it does not, with the statement that it is about', () => {
    const statement = { statement: 'comment-9', target: { kind: 'issue', number: 1 } };
    const missing = { statement: null, target: null };
    given('approval.refused', { rule: 15 }).thenRead({ ...missing, rule: 'revocation' });
    given('approval.refused', { ...statement, rule: 3 }).thenRead({
      ...statement,
      rule: 'answered-request',
    });
  });
});

describe('task.created: each step says its purpose', () => {
  const command = { kind: 'command', id: 's', needs: [], expect: 'green', keepsChanges: false };
  const agent = { kind: 'agent', id: 's', needs: [], keepsChanges: false };
  const requester = { id: 1, login: 'mona' };
  const requested = { kind: 'person', ...requester };
  const ASKED = {
    origin: { kind: 'issue' },
    requester: requested,
    plan: null,
    roles: [],
    gathered: false,
  };
  it.each<[string, EventData, string]>([
    ['install', { ...command, command: 'install' }, 'install'],
    ['a command that is to be red', { ...command, command: 'test', expect: 'red' }, 'reproduce'],
    ['a command that keeps changes', { ...command, command: 'lint', keepsChanges: true }, 'change'],
    ['any other command', { ...command, command: 'test' }, 'gate'],
    ['an author, also of a dry run', { ...agent, role: 'author' }, 'change'],
    ['a reviewer', { ...agent, role: 'reviewer' }, 'review'],
    ['publish', { kind: 'builtin', id: 's', needs: [], builtin: 'publish' }, 'publish'],
    ['merge', { kind: 'builtin', id: 's', needs: [], builtin: 'merge' }, 'merge'],
  ])('%s', (_, step, purpose) => {
    const { expect: _expect, builtin: _builtin, ...rest } = step;
    given('task.created', { kept: 1, requester, graph: { name: 'g', steps: [step] } }).thenRead({
      kept: 1,
      toolchain: { ecosystems: ['npm'], found: [], notes: [] },
      graph: { name: 'g', steps: [{ ...rest, purpose }] },
      worksOn: null,
      labels: [],
      ...ASKED,
    });
  });

  it('and the toolchain that was recorded stays', () => {
    const toolchain = { ecosystems: ['go'], found: [], notes: [] };
    const graph = { steps: [] };
    given('task.created', { toolchain, graph, requester }).thenRead({
      toolchain,
      graph,
      worksOn: null,
      labels: [],
      ...ASKED,
    });
  });

  it('and the base was the default branch', () => {
    const base = { ref: 'main', sha: 'a'.repeat(40) };
    given('task.created', { base, requester }, 2).thenRead({
      base: { ...base, because: '' },
      worksOn: null,
      labels: [],
      ...ASKED,
    });
  });

  it('and a person asked for it, on an issue or a pull request', () => {
    const worksOn = { pull: 7, branch: 'topic', owner: 'somebody', fork: false };
    given('task.created', { worksOn, requester }, 5).thenRead({
      ...ASKED,
      worksOn,
      origin: { kind: 'pull' },
    });
  });

  it('and the output of the check that it came from was not compared', () => {
    const check = { id: 1, name: 'docs', head: 'a'.repeat(40) };
    given('task.created', { origin: { kind: 'check', ...check } }, 6).thenRead({
      origin: { kind: 'check', check: { ...check, reportedAs: 'check_run', output: null } },
      plan: null,
      roles: [],
      gathered: false,
    });
    given('task.created', { origin: { kind: 'pull' } }, 6).thenRead({
      origin: { kind: 'pull' },
      plan: null,
      roles: [],
      gathered: false,
    });
  });

  it('and it went on from no plan', () => {
    given('task.created', { kept: 1 }, 7).thenRead({
      kept: 1,
      plan: null,
      roles: [],
      gathered: false,
    });
  });

  it('and every role was one of the deployment', () => {
    given('task.created', { kept: 1 }, 8).thenRead({ kept: 1, roles: [], gathered: false });
  });

  it('a graph that no version had is refused', () => {
    const steps = [{ kind: 'command', id: 's' }];
    expect(() => given('task.created', { graph: { steps } }).thenRead({})).toThrow('command');
  });
});

it('an event of the present version stays as it is', () => {
  given('approval.granted', { until: 'then' }, 2).thenRead({ until: 'then' });
  const event = { type: 'task.admitted', v: 1, data: {} };
  expect(bringUp(taskUpcasters, event)).toEqual(event);
});
