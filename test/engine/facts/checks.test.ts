/** What holds a merge up, by what was reported on the head and what GitHub asked others to report. */
import { expect, it } from 'vitest';
import { checksOf } from '../../../src/engine/facts/checks.ts';
import type { AskedApp, ExpectedChecks, ReportedCheck } from '../../../src/engine/ports/github.ts';
import { created, NOW, outcomeOf, sha } from '../../core/task/given.ts';

const HEAD = { ref: 'topic', sha: sha('b'), repositoryId: 42 };
const suite = (over: Partial<AskedApp> = {}): AskedApp => ({
  app: 'github-actions',
  begun: true,
  endedEmpty: null,
  at: NOW,
  ...over,
});
const check = (name: string, over: Partial<ReportedCheck> = {}): ReportedCheck => ({
  name,
  app: 15,
  state: 'green',
  skipped: false,
  at: NOW,
  ...over,
});

async function look(found: {
  suites?: AskedApp[];
  checks?: ReportedCheck[];
  expected?: Partial<ExpectedChecks>;
}) {
  const facts = {
    checkSuites: async () => found.suites ?? [],
    expectedChecks: async () => ({ required: [], ranOnBase: [], ...found.expected }),
    isStatusBy: async () => false,
    remote: async () => ({ url: '', token: async () => '' }),
  };
  const deps = {
    github: { facts },
    workspaces: { listFolder: async () => [] },
    now: async () => new Date(NOW),
  };
  const { state } = outcomeOf(created()).folded;
  const pull = { number: 2, checks: found.checks ?? [], head: HEAD };
  return checksOf(deps, state, pull);
}

it('a workflow that could not start fails, though no check says so', async () => {
  const { checks, inWords, changedAt } = await look({
    checks: [check('build')],
    suites: [suite(), suite({ endedEmpty: 'failed', at: '2026-11-22T08:00:00.000Z' })],
  });
  const name = 'github-actions (ended before any check began)';
  expect(checks).toEqual({ failing: [name], pending: [], expected: [], overdue: false });
  expect(inWords).toEqual([`Failing: ${name}.`]);
  expect(changedAt).toBe('2026-11-22T08:00:00.000Z');
});

it('a workflow that waits for a person is waited for', async () => {
  const { checks, awaits } = await look({ suites: [suite({ endedEmpty: 'held' })] });
  const name = 'github-actions (waits for a person who lets it run)';
  expect(checks).toMatchObject({ failing: [], pending: [name], overdue: false });
  expect(awaits).toMatchObject({ obstacle: 'checks', waitsFor: [name] });
});

it.each<[string, ReportedCheck[], string[]]>([
  ['by nobody', [], ['Lint']],
  ['by that App', [check('lint')], []],
  ['by another App', [check('Lint', { app: 16 })], ['Lint']],
  ['by a status of somebody else', [check('lint', { app: null })], ['Lint']],
  ['by both', [check('lint', { app: null }), check('lint')], []],
])(
  'what one App has to report is expected until it does: reported %s',
  async (_, checks, expected) => {
    const found = await look({ checks, expected: { required: [{ name: 'Lint', app: 15 }] } });
    expect(found.checks.expected).toEqual(expected);
  },
);

it('says that another App than the one that is required reported it', async () => {
  const found = await look({
    checks: [check('lint', { app: 16 })],
    expected: { required: [{ name: 'lint', app: 15 }], ranOnBase: ['build'] },
  });
  expect(found.awaits).toMatchObject({
    waitsFor: ['build', 'lint'],
    reason:
      "It waits for checks: build, lint. lint: reported, but not by the App from which the branch's rules require it.",
  });
});
