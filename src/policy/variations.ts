/** Facts that differ from the given ones in one thing, which people can see and may be able to change. */
import { type Approvals, NO_APPROVALS } from '../core/approvals/approvals.ts';
import type { FindingKind } from '../core/finding.ts';
import { NOTHING_SPENT } from '../core/task/views/task-spend.ts';
import { type Facts, withContext } from './facts.ts';
import type { PolicySet } from './load.ts';
import type { Subject } from './question.ts';
import { asNamed, profileNames } from './resource.ts';
import { Trust } from './trust.ts';

type Variation = { change: string; facts: Facts };

export function variations(set: PolicySet, facts: Facts): Variation[] {
  return [
    ...approvals(set, facts),
    ...person(facts),
    ...agent(facts),
    ...work(facts),
    ...circumstances(facts),
  ];
}

function approvals(set: PolicySet, facts: Facts): Variation[] {
  const given = facts.context.approvals;
  const approved = (change: string, more: Partial<Approvals>) => ({
    change,
    facts: withContext(facts, { approvals: { ...given, ...more } }),
  });
  const { count, maintainers } = given;
  return [
    ...(count > 0
      ? [{ change: 'no approval', facts: withContext(facts, { approvals: NO_APPROVALS }) }]
      : []),
    ...(given.vetoed ? [approved('without the request for changes', { vetoed: false })] : []),
    approved('one more approval by somebody with write access', { count: count + 1 }),
    approved('one more approval by a maintainer', {
      count: count + 1,
      maintainers: maintainers + 1,
    }),
    approved('two more approvals, by maintainers', {
      count: count + 2,
      maintainers: maintainers + 2,
    }),
    ...set.teams
      .filter(team => !given.teams.includes(team))
      .map(team =>
        approved(`an approval by the team ${team}`, {
          count: count + 1,
          teams: [...given.teams, team],
        }),
      ),
    ...(set.asksCodeowners && !given.codeowners
      ? [approved("the code owners' approval", { count: count + 1, codeowners: true })]
      : []),
  ];
}

function person(facts: Facts): Variation[] {
  const { role, project, revoked } = facts.context.requester;
  if (project !== undefined || revoked) return [];
  return (['read', 'write', 'maintain'] as const)
    .filter(other => other !== role)
    .map(other => ({
      change: `asked for by somebody with the role ${other}`,
      facts: withContext(facts, { requester: { role: other } }),
    }));
}

function agent(facts: Facts): Variation[] {
  const { subject, resource, context } = facts;
  const as = (change: string, more: Partial<Subject>): Variation => ({
    change,
    facts: { ...facts, subject: { ...subject, ...more } } as Facts,
  });
  const { taint } = context;
  const named = asNamed(subject, resource);
  return [
    ...Trust.options
      .filter(trust => trust !== subject.trust)
      .map(trust => as(`an agent at ${trust}`, { trust })),
    taint.length > 0
      ? {
          change: `without the taint by ${taint.join(', ')}`,
          facts: withContext(facts, { taint: [] }),
        }
      : {
          change: 'tainted by text of people without write access',
          facts: withContext(facts, { taint: ['some text'] }),
        },
    ...(named && !profileNames(subject, resource) ? [as(named.change, named.subject)] : []),
    ...('authors' in context && context.authors?.length
      ? [
          {
            change: 'an agent that wrote none of the work',
            facts: withContext(facts, { authors: [] }),
          },
        ]
      : []),
  ];
}

function work(facts: Facts): Variation[] {
  const { context } = facts;
  const without = (kind: FindingKind): Variation => {
    const rest = (findings: FindingKind[]) => findings.filter(other => other !== kind);
    const found = 'findings' in context ? rest(context.findings) : [];
    const changed = withContext(facts, { findings: found });
    const paths =
      'paths' in facts
        ? { paths: facts.paths.map(path => ({ ...path, findings: rest(path.findings) })) }
        : {};
    return { change: `a change without ${kind}`, facts: { ...changed, ...paths } as Facts };
  };
  return [
    ...('findings' in context ? context.findings.map(without) : []),
    ...('size' in context
      ? [
          {
            change: 'a change of one line',
            facts: withContext(facts, { size: { files: 1, added: 1, removed: 0, bytes: 1 } }),
          },
        ]
      : []),
    ...('checks' in context && context.checks.failing.length > 0
      ? [
          {
            change: 'no failing check',
            facts: withContext(facts, { checks: { ...context.checks, failing: [] } }),
          },
        ]
      : []),
    ...('proof' in context && !context.proof?.includes('tests')
      ? [
          {
            change: 'tests that are green with it',
            facts: withContext(facts, { proof: [...(context.proof ?? []), 'tests'] }),
          },
        ]
      : []),
    ...('unpassed' in context && context.unpassed?.length
      ? [
          {
            change: `a change that passed the review by ${context.unpassed.join(', ')}`,
            facts: withContext(facts, { unpassed: [] }),
          },
        ]
      : []),
    ...('checks' in context && context.checks.overdue
      ? [
          {
            change: 'checks that reported in time',
            facts: withContext(facts, {
              checks: { ...context.checks, pending: [], expected: [], overdue: false },
            }),
          },
        ]
      : []),
    ...('reproduced' in context && !context.reproduced
      ? [
          {
            change: 'a test that was seen red before',
            facts: withContext(facts, { reproduced: true }),
          },
        ]
      : []),
  ];
}

function circumstances(facts: Facts): Variation[] {
  const { context, repository } = facts;
  return [
    ...(repository.archived
      ? [
          {
            change: 'a repository that is not archived',
            facts: { ...facts, repository: { ...repository, archived: false } },
          },
        ]
      : []),
    ...(context.mode === 'dry_run'
      ? [{ change: 'not a dry run', facts: withContext(facts, { mode: 'live' }) }]
      : []),
    ...(context.spent
      ? [
          {
            change: 'a task that has used up nothing yet',
            facts: withContext(facts, { spent: NOTHING_SPENT }),
          },
        ]
      : []),
    ...('ciOptIn' in context && !context.ciOptIn
      ? [
          {
            change: 'a default branch that opts in to work that CI starts',
            facts: withContext(facts, { ciOptIn: true }),
          },
        ]
      : []),
    ...('fork' in context && context.fork
      ? [{ change: 'not about a fork', facts: withContext(facts, { fork: false }) }]
      : []),
  ];
}
