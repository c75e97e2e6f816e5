/** A task in the middle of its life, as surfaces are given it; each test changes what it looks at. */
import { NO_USAGE } from '../../../src/core/agent-event.ts';
import { fixGraph } from '../../../src/core/graph/graphs.ts';
import type { RunView, TaskView } from '../../../src/core/view.ts';

export const HEAD = 'a1'.repeat(20);

export function aRun(change: Partial<RunView> = {}): RunView {
  return {
    run: 'author-1-1',
    step: 'author',
    round: 1,
    attempt: 1,
    agent: 'author',
    adapter: 'simulated',
    purpose: 'step',
    state: 'success',
    superseded: false,
    tests: null,
    detail: '',
    queuedAt: '2026-09-01T10:00:00.000Z',
    startedAt: '2026-09-01T10:00:01.000Z',
    finishedAt: '2026-09-01T10:00:02.500Z',
    ms: 1500,
    usage: NO_USAGE,
    spend: null,
    model: null,
    passedOver: [],
    ...change,
  };
}

/** Of an agent that has not said anything yet. */
export function aProgress(
  change: Partial<TaskView['progress'][number]> = {},
): TaskView['progress'][number] {
  return {
    run: 'author-1-1',
    adapter: 'codex',
    version: '0.169.0',
    model: 'gpt-5',
    message: '',
    commands: [],
    commandsBefore: 0,
    files: [],
    otherFiles: false,
    usage: NO_USAGE,
    spend: null,
    ...change,
  };
}

export function aView(change: Partial<TaskView> = {}): TaskView {
  const reproduce = aRun({
    run: 'reproduce-1-1',
    step: 'reproduce',
    agent: 'test',
    adapter: 'command',
    detail: 'fails on the base (exit 1)',
  });
  const author = aRun();
  const test = aRun({
    run: 'test-1-1',
    step: 'test',
    agent: 'test',
    adapter: 'command',
    detail: 'passes (exit 0)',
  });
  return {
    id: '7-1-abcdef01',
    console: null,
    repository: { id: 7, owner: 'acme', name: 'library', installation: 3 },
    command: 'fix',
    title: 'Parsing an empty string throws',
    mode: 'live',
    status: 'active',
    waitsOn: 'gatehouse',
    waitsSince: '2026-09-01T10:00:00.000Z',
    reason: '',
    question: null,
    paused: false,
    issue: 1,
    pull: null,
    base: { ref: 'main', because: '' },
    worksOn: null,
    origin: { kind: 'issue' },
    requester: { kind: 'person', id: 11, login: 'alice' },
    toolchain: { ecosystems: [], found: [], notes: [] },
    taint: [],
    round: 1,
    followups: [],
    reworks: [],
    graph: fixGraph({ test: ['npm', 'test'] }),
    steps: [
      { id: 'reproduce', kind: 'command', purpose: 'reproduce', status: 'done', run: reproduce },
      { id: 'author', kind: 'agent', purpose: 'change', status: 'done', run: author },
      { id: 'test', kind: 'command', purpose: 'gate', status: 'active', run: test },
      { id: 'merge', kind: 'builtin', purpose: 'merge', status: 'waiting', run: null },
    ],
    runs: [reproduce, author, test],
    progress: [],
    failedCommand: null,
    shortage: null,
    decisions: [],
    approval: null,
    approvals: [],
    objections: [],
    forged: [],
    mergeable: null,
    proof: ['reproduced', 'tests'],
    exampleTest: null,
    patch: { files: 2, added: 5, removed: 1 },
    summary: 'Returns an empty list for an empty string.',
    accounts: [{ round: 1, summary: 'Returns an empty list for an empty string.' }],
    startedAt: '2026-11-21T10:00:00.000Z',
    finishedAt: null,
    audit: { events: 20, head: 'f'.repeat(64), verify: null, replay: null },
    ...change,
  };
}

export const anApproval = (
  change: Partial<TaskView['approvals'][number]> = {},
): TaskView['approvals'][number] => ({
  id: 'approval-1',
  status: 'requested',
  requestedAt: '2026-11-21T10:00:00.000Z',
  changedAt: '2026-11-21T10:00:00.000Z',
  gate: 'merge',
  action: 'pr.merge',
  resource: '#2',
  head: HEAD,
  digest: `sha256:${'d'.repeat(64)}`,
  files: ['package.json'],
  findings: [],
  holdsForHours: 24,
  until: null,
  counted: [],
  approvers: ['maintainers'],
  quorum: 1,
  reasons: ['package.json is touched'],
  denial: '',
  by: [],
  refused: [],
  ...change,
});
