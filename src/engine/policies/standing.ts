/** Policy as it stands for one repository, one role and one person: what each action would be answered. */

import type { Repository, Role } from '../../core/actor.ts';
import { whoApproves } from '../../core/approvals/who-approves.ts';
import { Action, GATE_OF, type Gate, type Outcome } from '../../core/decision.ts';
import type { Profile } from '../../core/profile.ts';
import { loweredTrust } from '../../core/repository-config/lowered-trust.ts';
import { decide } from '../../policy/decide.ts';
import { type FactsShorthand, factsFromShorthand } from '../../policy/facts-shorthand.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import type { PolicyOrigin } from '../../policy/policy.ts';
import type { Dependencies } from '../dependencies.ts';
import { commandsOf, firstAgentOf } from '../facts/subject.ts';
import type { Rules } from './rules.ts';

type StandingPolicy = {
  id: string;
  effect: 'permit' | 'forbid';
  reason: string;
  file: string;
  line: number;
};

type StandingAnswer = {
  action: Action;
  gate: Gate;
  outcome: Outcome;
  reasons: string[];
  policies: string[];
  /** Who would have to approve, in words; null: nobody is asked. */
  approval: string | null;
};

type PolicyStanding = {
  digest: string;
  faults: PolicyFault[];
  policies: StandingPolicy[];
  texts: { name: string; text: string; origin: PolicyOrigin | 'deployment' }[];
  /** In the usual case of each action: nothing was found, the checks are green, nobody has approved yet. */
  answers: StandingAnswer[];
};

/** Whom a question of policy is asked about. */
export type AskedAbout = { repository: Repository; profile: Profile; requester: Role };

type Needs = Pick<Dependencies, 'settings' | 'adapters'>;

export function standingPolicy(deps: Needs, rules: Rules, asked: AskedAbout): PolicyStanding {
  const { set, faults } = rules;
  const usual = usualFacts(deps, rules, asked);
  const policies = [...set.policies.values()];
  return {
    digest: set.digest,
    faults,
    policies: policies.map(({ id, effect, reason, file, line }) => ({
      id,
      effect,
      reason,
      file,
      line,
    })),
    texts: set.texts.map(({ name, text, origin }) => ({
      name,
      text,
      origin: origin ?? 'deployment',
    })),
    answers: Action.options.flatMap(action => {
      const made = factsFromShorthand({ ...usual, action });
      if ('problem' in made) return [];
      const decision = decide(set, made.facts);
      const { outcome, reasons } = decision;
      const approval = outcome === 'require_approval' ? whoApproves(decision) : null;
      const gate = GATE_OF[action];
      return [{ action, gate, outcome, reasons, policies: decision.policies, approval }];
    }),
  };
}

/** What a question of this role about this repository says, whatever its action is. */
export function usualFacts(
  deps: Needs,
  { config }: Pick<Rules, 'config'>,
  { repository, profile, requester }: AskedAbout,
): Omit<FactsShorthand, 'action'> {
  const agent = firstAgentOf(deps, profile) ?? profile.chain[0];
  return {
    role: profile.name,
    trust: loweredTrust(config, [], { role: profile.name, trust: profile.trust }),
    ...(agent && { adapter: agent.adapter, ...(agent.model !== null && { model: agent.model }) }),
    repositoryConfig: profile.repositoryConfig,
    requester,
    repository: `${repository.owner}/${repository.name}`,
    named: {
      paths: profile.paths,
      commands: commandsOf(profile, config),
      hosts: profile.hosts,
      servers: profile.mcp,
    },
  };
}
