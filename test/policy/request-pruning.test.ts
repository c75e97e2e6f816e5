import {
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from 'vitest';
import { FINDING_KINDS } from '../../src/core/finding.ts';
import { askCedar, saturatedApprovals } from '../../src/policy/ask-cedar.ts';
import { evaluate } from '../../src/policy/evaluation.ts';
import type { Facts } from '../../src/policy/facts.ts';
import { approvalsValue, requestOf } from '../../src/policy/request.ts';
import {
  ACCEPT,
  BY_MAINTAINER,
  BY_WRITER,
  CONNECT,
  DEPLOY,
  EXEC,
  everyAction,
  MCP,
  MERGE,
  MODEL,
  OPEN,
  PUSH,
  RUN,
  SCHEMA,
  SECRET,
  STARTER,
  sound,
  TASK,
  WRITE,
} from './starter.ts';

/** Every policy, the whole schema, the whole request: what the quick way must agree with. */
function plainly(facts: Facts, approvals: Facts['context']['approvals']) {
  const request = requestOf(facts);
  const answer = statefulIsAuthorized({
    principal: request.principal.uid,
    action: { type: 'Action', id: request.action },
    resource: request.resource.uid,
    context: { ...request.context, approvals: approvalsValue(approvals) },
    entities: [request.principal, request.resource],
    preparsedSchemaName: 'whole',
    preparsedPolicySetId: 'whole',
    validateRequest: true,
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  expect(diagnostics.errors).toEqual([]);
  return { decision, policies: diagnostics.reason.toSorted() };
}

/** Policies that read things in unusual ways. */
const UNUSUAL = `
@id("whole-record") @reason("R.")
forbid (principal, action == Action::"pr.merge", resource)
when { context.requester == {id: 7, login: "maria", role: "write", project: ""} };
@id("either-record") @reason("R.") @approvers("x")
forbid (principal, action == Action::"pr.open", resource)
when { (if context.taint.tainted then context.approvals else context.approvals).count == 1 };
@id("either-root") @reason("R.")
forbid (principal, action == Action::"patch.accept", resource)
when { (if principal.trust > 2 then context else context).size.files > 1 };
@id("has") @reason("R.")
forbid (principal, action, resource)
when { context has checks && context.checks has failing && principal has model && principal.model == "x" };
@id("named-path") @reason("R.")
forbid (principal, action == Action::"file.write", resource)
when { resource == Path::"src/Index.ts" || resource in [Path::"a", Path::"b/C"] };
@id("text") @reason("R.")
forbid (principal, action == Action::"command.exec", resource)
when { resource.line like "*--force*" || resource in Command::"npm run" };`;

describe('what is left out changes no answer', () => {
  const set = sound([...STARTER, { name: 'unusual.cedar', text: UNUSUAL }]);
  const staticPolicies = Object.fromEntries([...set.policies].map(([id, { json }]) => [id, json]));
  expect(preparseSchema('whole', SCHEMA).type).toBe('success');
  expect(preparsePolicySet('whole', { staticPolicies }).type).toBe('success');
  const fixtures: Facts[] = [
    ...[TASK, RUN, EXEC, WRITE, CONNECT, MCP, SECRET, MODEL],
    ...[ACCEPT, PUSH, OPEN, MERGE, DEPLOY],
  ];
  const others = everyAction().filter(
    ({ action }) => !fixtures.some(fixture => fixture.action === action),
  );
  for (const facts of [...fixtures, ...others])
    test(facts.action, () => {
      const variants: Facts[] = [facts];
      for (const trust of ['T0', 'T3'] as const)
        variants.push({ ...facts, subject: { ...facts.subject, trust, model: 'x' } } as Facts);
      variants.push({ ...facts, context: { ...facts.context, taint: ['issue #1'] } } as Facts);
      variants.push({ ...facts, repository: { ...facts.repository, archived: true } } as Facts);
      if ('findings' in facts.context)
        variants.push({
          ...facts,
          context: { ...facts.context, findings: FINDING_KINDS },
        } as Facts);
      if (facts.action === 'file.write')
        for (const path of ['src/index.ts', 'A/x', 'b/c/d/e', 'b/d'])
          variants.push({ ...facts, resource: { kind: 'path', path } });
      for (const variant of variants)
        for (const approvals of [
          variant.context.approvals,
          BY_WRITER,
          BY_MAINTAINER,
          saturatedApprovals(set),
        ])
          expect(askCedar(set, requestOf(variant), approvals)).toEqual(plainly(variant, approvals));
      // Asked in a row, what was answered before answers some of them.
      for (const variant of variants)
        for (const approvals of [variant.context.approvals, BY_WRITER, BY_MAINTAINER])
          expect(evaluate(set, requestOf(variant), approvals)).toEqual(
            evaluate({ ...set }, requestOf(variant), approvals),
          );
    });
});
