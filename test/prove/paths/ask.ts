/** Judges a change of one entry by the patch gate and the pack that merges alone, at accept, push and merge. */
import { type TreeEntry, touchedPaths } from '../../../src/core/change.ts';
import type { Outcome } from '../../../src/core/decision.ts';
import type { FindingKind } from '../../../src/core/finding.ts';
import { inspectChange } from '../../../src/patch/inspect-change.ts';
import { decide } from '../../../src/policy/decide.ts';
import type { FactsOf } from '../../../src/policy/facts.ts';
import { change } from '../../patch/change.ts';
import { ACCEPT, autonomous, BY_MAINTAINER, MERGE, PUSH } from '../../policy/starter.ts';

const policies = autonomous();

export type Asked = {
  findings: FindingKind[];
  accept: Outcome;
  push: Outcome;
  merge: Outcome;
  /** The outcome with a maintainer's approval. */
  approved: Outcome;
};

export function ask(entry: TreeEntry): Asked {
  const found = inspectChange(change(entry));
  const findings = [...new Set(found.map(({ kind }) => kind))];
  const paths = touchedPaths([entry])
    .filter(path => path !== '')
    .map(path => ({ path, findings: found.filter(f => f.path === path).map(f => f.kind) }));
  const accept: FactsOf<'patch.accept'> = {
    ...ACCEPT,
    context: { ...ACCEPT.context, findings },
    paths,
  };
  const push: FactsOf<'branch.push'> = { ...PUSH, context: { ...PUSH.context, findings } };
  const merge: FactsOf<'pr.merge'> = { ...MERGE, context: { ...MERGE.context, findings }, paths };
  const approved = { ...merge, context: { ...merge.context, approvals: BY_MAINTAINER } };
  return {
    findings,
    accept: decide(policies, accept).outcome,
    push: decide(policies, push).outcome,
    merge: decide(policies, merge).outcome,
    approved: decide(policies, approved).outcome,
  };
}
