import { describe, expect, test } from 'vitest';
import { FINDING_KINDS, type FindingKind } from '../../src/core/finding.ts';
import { decide } from '../../src/policy/decide.ts';
import type { Facts, FactsOf } from '../../src/policy/facts.ts';
import { effectiveTrust, Trust } from '../../src/policy/trust.ts';
import {
  ACCEPT,
  BY_MAINTAINER,
  BY_WRITER,
  CONNECT,
  DEPLOY,
  EXEC,
  MCP,
  MERGE,
  MODEL,
  OPEN,
  PUSH,
  RUN,
  SECRET,
  starter,
  TASK,
  WRITE,
} from './starter.ts';

const set = starter();
const ask = (facts: Facts) => decide(set, facts);

/** `facts` with parts of the subject and the context changed. */
function given<F extends Facts>(
  facts: F,
  change: { subject?: Partial<F['subject']>; context?: Partial<F['context']> } & Partial<
    Pick<F, 'resource'>
  >,
): F {
  return {
    ...facts,
    ...change,
    subject: { ...facts.subject, ...change.subject },
    context: { ...facts.context, ...change.context },
  };
}
const withFinding = <F extends FactsOf<'patch.accept'> | FactsOf<'pr.merge'>>(
  facts: F,
  finding: FindingKind,
): F => ({
  ...given(facts, { context: { findings: [finding] } as Partial<F['context']> }),
  paths: [
    { path: 'README.md', findings: [] },
    { path: 'some/file', findings: [finding] },
  ],
});

const TAINT = ['issue #1 by @stranger'];

describe('who may start work', () => {
  for (const facts of [TASK, RUN])
    for (const [role, outcome] of [
      ['none', 'deny'],
      ['read', 'deny'],
      ['triage', 'deny'],
      ['write', 'allow'],
      ['maintain', 'allow'],
      ['admin', 'allow'],
    ] as const)
      test(`${facts.action} for ${role}: ${outcome}`, () => {
        const decision = ask(given(facts as Facts, { context: { requester: { role } } }));
        expect(decision.outcome).toBe(outcome);
        expect(decision.reasons[0]).toBe(
          outcome === 'allow'
            ? 'Someone with write access asked for it.'
            : 'Starting work takes write access to the repository; ask someone who has it.',
        );
      });

  for (const [name, context, outcome, policy] of [
    ['CI, opted in', { ciOptIn: true, fork: false }, 'allow', 'admit-ci'],
    ['CI, not opted in', { ciOptIn: false, fork: false }, 'deny', 'admit-ci-opt-in'],
    ['CI on a fork, opted in', { ciOptIn: true, fork: true }, 'deny', 'admit-ci-never-forks'],
  ] as const)
    test(`${name}: ${outcome}`, () => {
      const context_ = {
        startedBy: 'ci' as const,
        requester: { role: 'none' as const },
        ...context,
      };
      const decision = ask(given(TASK, { subject: { person: null }, context: context_ }));
      expect(decision).toMatchObject({ outcome, policies: [policy] });
    });

  test('nothing at all in an archived repository', () => {
    for (const facts of [TASK, RUN, WRITE, EXEC, ACCEPT, PUSH, OPEN, MERGE] as Facts[]) {
      const archived = { ...facts, repository: { ...facts.repository, archived: true } };
      expect(ask(archived), facts.action).toMatchObject({ outcome: 'deny' });
      expect(ask(archived).reasons).toContain('The repository is archived.');
    }
  });
});

describe('what each level may do', () => {
  const asked: [string, Facts][] = [
    ['start', TASK],
    ['write', WRITE],
    ['run a command', EXEC],
    ['accept', ACCEPT],
    ['push', PUSH],
    ['open', OPEN],
    ['merge', MERGE],
    ['deploy', DEPLOY],
  ];
  const table: Record<Trust, string> = {
    T0: 'allow deny  deny  deny  deny  deny  deny  deny',
    T1: 'allow deny  deny  deny  allow allow deny  deny',
    T2: 'allow allow allow allow allow allow asks  asks',
    T3: 'allow allow allow allow allow allow asks  asks',
  };
  for (const trust of Trust.options)
    test(trust, () => {
      const outcomes = asked.map(([, facts]) => ask(given(facts, { subject: { trust } })).outcome);
      const expected = table[trust].split(/ +/).map(w => (w === 'asks' ? 'require_approval' : w));
      expect(Object.fromEntries(asked.map(([name], at) => [name, outcomes[at]]))).toEqual(
        Object.fromEntries(asked.map(([name], at) => [name, expected[at]])),
      );
    });

  test('T1 inside its named paths and commands, and only there', () => {
    const t1 = { trust: 'T1' as const, paths: ['src', 'README.md'], commands: [['npm', 'run']] };
    const write = (path: string) =>
      ask(given(WRITE, { subject: t1, resource: { kind: 'path', path } })).outcome;
    const exec = (...argv: string[]) =>
      ask(given(EXEC, { subject: t1, resource: { kind: 'command', argv } })).outcome;
    expect(write('src/a/b.ts')).toBe('allow');
    expect(write('SRC/a.ts')).toBe('allow');
    expect(write('README.md')).toBe('allow');
    expect(write('srcs/a.ts')).toBe('deny');
    expect(write('lib/src/a.ts')).toBe('deny');
    expect(write('src/../.github/workflows/ci.yml')).toBe('deny');
    expect(write('/etc/passwd')).toBe('deny');
    expect(exec('npm', 'run', 'lint')).toBe('allow');
    expect(exec('npm', 'install')).toBe('deny');
    expect(exec('npm run', 'lint')).toBe('deny');
    const merge = given(MERGE, { subject: t1 });
    expect(ask(merge)).toMatchObject({ outcome: 'require_approval', quorum: 1 });
    expect(ask(given(merge, { context: { approvals: BY_WRITER } })).outcome).toBe('allow');
    const outside = { ...merge, paths: [...merge.paths, { path: 'lib/x.ts', findings: [] }] };
    expect(ask(outside).outcome).toBe('deny');
  });

  test('T0 writes nothing, and is told so', () => {
    for (const facts of [WRITE, ACCEPT, PUSH, OPEN, MERGE, DEPLOY] as Facts[]) {
      const context = { approvals: BY_MAINTAINER };
      const decision = ask(given(facts, { subject: { trust: 'T0' }, context }));
      expect(decision.outcome, facts.action).toBe('deny');
      expect(decision.reasons[0]).toMatch(/^This agent may only read, and change nothing/);
    }
  });
});

describe('calls from inside a run', () => {
  const outcome = (facts: Facts) => ask(facts).outcome;
  test('the network: prepare alone, granted hosts alone, at every level', () => {
    for (const trust of Trust.options) {
      const subject = { trust, hosts: ['registry.example'] };
      const prepare = { step: 'prepare', executor: 'command' as const };
      const host = (name: string) => ({ kind: 'host' as const, name, port: 443 });
      const go = (name: string, context: object) =>
        outcome(given(CONNECT, { subject, context, resource: host(name) }));
      expect(go('registry.example', prepare)).toBe('allow');
      expect(go('REGISTRY.example', prepare)).toBe('allow');
      expect(go('evil.registry.example', prepare)).toBe('deny');
      expect(go('registry.example.evil', prepare)).toBe('deny');
      expect(go('registry.example', { step: 'author' })).toBe('deny');
    }
  });
  test('secrets: Gatehouse itself, never a run', () => {
    for (const trust of Trust.options)
      for (const [executor, expected] of [
        ['agent', 'deny'],
        ['command', 'deny'],
        ['builtin', 'allow'],
        ['gateway', 'allow'],
      ] as const)
        expect(outcome(given(SECRET, { subject: { trust }, context: { executor } }))).toBe(
          expected,
        );
  });
  test('models and MCP servers: those of the profile', () => {
    expect(outcome(MODEL)).toBe('deny');
    expect(outcome(given(MODEL, { subject: { model: 'large' } }))).toBe('allow');
    expect(outcome(given(MODEL, { subject: { model: 'small' } }))).toBe('deny');
    expect(outcome(MCP)).toBe('deny');
    expect(outcome(given(MCP, { subject: { servers: ['docs'] } }))).toBe('allow');
  });
  test('publishing commands are refused even where any command may run', () => {
    for (const argv of [
      ['git', 'push', '--force'],
      ['gh', 'pr', 'merge'],
      ['npm', 'publish'],
    ])
      expect(outcome(given(EXEC, { resource: { kind: 'command', argv } }))).toBe('deny');
    const argv = ['git', 'status'];
    expect(outcome(given(EXEC, { resource: { kind: 'command', argv } }))).toBe('allow');
  });
});

const REFUSED: FindingKind[] = [
  'git-path',
  'unsafe-path',
  'symlink',
  'submodule',
  'secret',
  'oversized',
];
const HARMLESS: FindingKind[] = ['executable'];

describe('trust × taint × finding', () => {
  for (const trust of ['T2', 'T3'] as const)
    for (const taint of [[], TAINT])
      test(`${trust}${taint.length > 0 ? ', tainted' : ''}`, () => {
        // A tainted T2 acts as T1: named paths let it work at all.
        const subject = { trust, paths: ['README.md', 'some'] };
        const acting = effectiveTrust(trust, taint);
        for (const finding of FINDING_KINDS) {
          const refused = REFUSED.includes(finding);
          // What a push lets out or sets off is asked about before it, at every level.
          const runs = finding === 'runs-on-push' || finding === 'possible-secret';
          const risky = !refused && !HARMLESS.includes(finding);
          const accept = given(withFinding(ACCEPT, finding), { subject, context: { taint } });
          const merge = given(withFinding(MERGE, finding), { subject, context: { taint } });
          const push = given(PUSH, { subject, context: { taint, findings: [finding] } });
          const now = {
            accept: ask(accept).outcome,
            push: ask(push).outcome,
            merge: ask(merge).outcome,
          };
          expect(now, finding).toEqual({
            accept: refused ? 'deny' : 'allow',
            push: runs ? 'require_approval' : 'allow',
            merge: refused ? 'deny' : 'require_approval',
          });
          const approvals = BY_MAINTAINER;
          const then = {
            accept: ask(given(accept, { context: { approvals } as never })).outcome,
            push: ask(given(push, { context: { approvals } as never })).outcome,
            merge: ask(given(merge, { context: { approvals } as never })).outcome,
          };
          const opened = refused ? ('deny' as const) : ('allow' as const);
          expect(then, `${finding}, approved`).toEqual({
            accept: opened,
            push: 'allow',
            merge: opened,
          });
          // Someone with write access alone is no maintainer.
          const half = ask(given(merge, { context: { approvals: BY_WRITER } as never })).outcome;
          const needsMaintainer = runs || finding === 'odd-path' || (risky && acting !== 'T3');
          expect(half, `${finding}, approved by a writer`).toBe(
            refused ? 'deny' : needsMaintainer ? 'require_approval' : 'allow',
          );
        }
      });

  test('less trust or more taint never allows more', () => {
    const rank = { deny: 0, require_approval: 1, allow: 2 };
    for (const facts of [ACCEPT, PUSH, OPEN, MERGE] as Facts[])
      for (const finding of ['executable', 'lockfile', 'runs-on-push', 'secret'] as const) {
        const outcomes = [TAINT, []].map(taint =>
          Trust.options.map(trust => {
            const subject = { trust, paths: ['src', 'some', 'README.md'] };
            const context = { taint, findings: [finding] };
            const asked = given(facts, { subject, context } as never);
            return rank[
              ask(
                'paths' in asked
                  ? { ...asked, paths: [{ path: 'src/a', findings: [finding] }] }
                  : asked,
              ).outcome
            ];
          }),
        );
        const [tainted = [], clean = []] = outcomes;
        for (const [at, outcome] of clean.entries()) {
          expect(tainted[at], `${facts.action} ${finding} T${at}`).toBeLessThanOrEqual(outcome);
          expect(clean[at - 1] ?? 0, `${facts.action} ${finding} T${at}`).toBeLessThanOrEqual(
            outcome,
          );
        }
      }
  });
});

describe('publishing', () => {
  test('a tainted T1 works, but asks before it publishes, and once', () => {
    const subject = { trust: 'T1' as const };
    expect(ask(given(PUSH, { subject, context: { taint: TAINT } }))).toMatchObject({
      outcome: 'require_approval',
      policies: ['publish-tainted-t1'],
      approvers: ['anyone with write access'],
      quorum: 1,
    });
    const context = { taint: TAINT, approvals: BY_WRITER };
    expect(ask(given(PUSH, { subject, context })).outcome).toBe('allow');
    // What stands on GitHub already is only shown.
    expect(ask(given(OPEN, { subject, context: { taint: TAINT } })).outcome).toBe('allow');
  });
  test('the default branch is never pushed to', () => {
    const resource = { kind: 'branch' as const, name: 'main', default: true };
    const context = { approvals: BY_MAINTAINER };
    expect(ask(given(PUSH, { subject: { trust: 'T3' }, resource, context }))).toMatchObject({
      outcome: 'deny',
      policies: ['publish-never-default-branch'],
    });
  });
  test('a dry run never pushes, opens, merges or deploys, whoever approves', () => {
    for (const facts of [PUSH, OPEN, MERGE, DEPLOY] as Facts[]) {
      const context = { mode: 'dry_run' as const, approvals: BY_MAINTAINER };
      const decision = ask(given(facts, { subject: { trust: 'T3' }, context }));
      expect(decision, facts.action).toMatchObject({
        outcome: 'deny',
        policies: ['dry-run-writes-nothing'],
      });
      expect(decision.reasons).toEqual(['A dry run only reports what it would do.']);
    }
    expect(ask(given(TASK, { context: { mode: 'dry_run' } })).outcome).toBe('allow');
    expect(ask(given(ACCEPT, { context: { mode: 'dry_run' } })).outcome).toBe('allow');
  });
});

describe('merging', () => {
  test('a failing check waits for a maintainer, at every level', () => {
    const checks = { failing: ['ci / build'], pending: [] };
    const subject = { trust: 'T3' as const };
    const red = given(MERGE, { subject, context: { checks, approvals: BY_WRITER } });
    expect(ask(red)).toMatchObject({
      outcome: 'require_approval',
      policies: ['merge-failing-checks'],
      reasons: ['A check on the head fails.'],
    });
    expect(ask(given(red, { context: { approvals: BY_MAINTAINER } })).outcome).toBe('allow');
  });
  test('a veto holds even what needs no approval, until it is lifted', () => {
    const approvals = { ...BY_MAINTAINER, vetoed: true };
    expect(ask(given(MERGE, { subject: { trust: 'T3' }, context: { approvals } }))).toMatchObject({
      outcome: 'require_approval',
      policies: ['merge-vetoed'],
      approvers: ['whoever requested changes'],
    });
  });
  test('the request says which files, who and how many', () => {
    const paths = [
      { path: 'package.json', findings: ['dependency-manifest' as const] },
      { path: 'package-lock.json', findings: ['lockfile' as const] },
      { path: 'src/index.ts', findings: [] },
    ];
    const findings = ['dependency-manifest' as const, 'lockfile' as const];
    const context = { findings, approvals: BY_WRITER };
    const decision = ask({ ...given(MERGE, { context }), paths });
    expect(decision).toMatchObject({
      outcome: 'require_approval',
      resource: '#2',
      reasons: [
        'Changes what is installed and run: dependencies, lockfiles, install scripts or registries: package.json, package-lock.json.',
      ],
      policies: ['merge-risky-dependencies'],
      approvers: ['a maintainer of the repository'],
      quorum: 1,
    });
  });
});
