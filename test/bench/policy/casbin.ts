/** casbin with the rules of the starter pack that the questions need. */
import { newEnforcer, newModelFromString } from 'casbin';
import type { Facts } from '../../../src/policy/facts.ts';
import { trustLevel } from '../../../src/policy/trust.ts';

const MODEL = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = rule, act, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.act == p.act && eval(p.rule)
`;

const STARTS = ['task.start', 'run.start'];
const RULES: [rule: string, acts: string[], effect: 'allow' | 'deny'][] = [
  ['r.obj.writer', STARTS, 'allow'],
  ['r.obj.archived', ['task.start', 'run.start', 'file.write', 'command.exec'], 'deny'],
  ['r.sub.trust >= 2', ['file.write', 'command.exec'], 'allow'],
  ['r.sub.trust == 1 && r.obj.named', ['file.write'], 'allow'],
  ['r.sub.trust < 1', ['file.write', 'branch.push', 'pr.open', 'pr.merge'], 'deny'],
  ['r.sub.trust == 1 && !r.obj.named', ['file.write'], 'deny'],
  ['r.obj.git', ['file.write'], 'deny'],
  ['r.obj.publishes', ['command.exec'], 'deny'],
  ['r.sub.trust >= 1', ['branch.push', 'pr.open'], 'allow'],
  ['r.obj.dry', ['branch.push', 'pr.open', 'pr.merge'], 'deny'],
  ['r.obj.onDefault', ['branch.push'], 'deny'],
  ['r.sub.trust >= 2', ['pr.merge'], 'allow'],
  ['r.obj.approvals < 1', ['pr.merge'], 'deny'],
  ['r.obj.vetoed || r.obj.failing', ['pr.merge'], 'deny'],
  ['r.sub.trust < 3 && r.obj.risky && r.obj.maintainers < 1', ['pr.merge'], 'deny'],
];

export async function casbinDecider(): Promise<(facts: Facts) => boolean> {
  const enforcer = await newEnforcer(newModelFromString(MODEL));
  for (const [rule, acts, effect] of RULES)
    for (const act of acts) await enforcer.addPolicy(rule, act, effect);
  return facts => enforcer.enforceSync(subjectOf(facts), objectOf(facts), facts.action);
}

const subjectOf = ({ subject }: Facts) => ({ trust: trustLevel(subject.trust) });

function objectOf({ resource, context, repository }: Facts) {
  const findings = 'findings' in context ? context.findings : [];
  return {
    writer: ['write', 'maintain', 'admin'].includes(context.requester.role),
    archived: repository.archived,
    named: false,
    git: resource.kind === 'path' && resource.path.startsWith('.git/'),
    publishes: resource.kind === 'command' && resource.argv.join(' ').startsWith('git push'),
    dry: context.mode === 'dry_run',
    onDefault: resource.kind === 'branch' && resource.default,
    vetoed: context.approvals.vetoed,
    failing: 'checks' in context && context.checks.failing.length > 0,
    risky: findings.includes('lockfile'),
    approvals: context.approvals.count,
    maintainers: context.approvals.maintainers,
  };
}
