/** The questions that Gatehouse asks in ordinary use, at every level of trust. */
import type { Facts } from '../../../src/policy/facts.ts';
import { BY_MAINTAINER, EXEC, MERGE, OPEN, PUSH, RUN, TASK, WRITE } from '../../policy/starter.ts';

const LEVELS = ['T0', 'T1', 'T2', 'T3'] as const;
const ROLES = ['read', 'write', 'admin'] as const;

const started: Facts[] = [TASK, RUN].flatMap(facts =>
  ROLES.map(role => ({ ...facts, context: { ...facts.context, requester: { role } } }) as Facts),
);
const written: Facts[] = ['src/main.ts', 'docs/guide/a.md', '.git/config'].map(path => ({
  ...WRITE,
  resource: { kind: 'path', path },
}));
const executed: Facts[] = [
  ['npm', 'test'],
  ['git', 'push', 'origin'],
].map(argv => ({ ...EXEC, resource: { kind: 'command', argv } }));
const published: Facts[] = [PUSH, OPEN].flatMap(facts =>
  (['live', 'dry_run'] as const).map(
    mode => ({ ...facts, context: { ...facts.context, mode } }) as Facts,
  ),
);
const merged: Facts[] = [MERGE.context.approvals, BY_MAINTAINER].flatMap(approvals =>
  [[], ['lockfile' as const]].map(findings => ({
    ...MERGE,
    context: { ...MERGE.context, findings, approvals },
    paths: [{ path: 'src/main.ts', findings }],
  })),
);

export const QUESTIONS: Facts[] = [
  ...started,
  ...written,
  ...executed,
  ...published,
  ...merged,
].flatMap(facts =>
  LEVELS.map(trust => ({ ...facts, subject: { ...facts.subject, trust } }) as Facts),
);
