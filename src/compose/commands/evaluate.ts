/** What `gatehouse evaluate` works with: everything that `serve` has but GitHub, with a database of its own. */
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { openLocalRepositories } from '../../adapters/local-repositories/local-repositories.ts';
import type { EvaluationOrder } from '../../cli/services.ts';
import type { Config, StoreConfig } from '../../config.ts';
import type { Budget } from '../../core/budget.ts';
import type { EvaluationResult } from '../../core/evaluation/result.ts';
import { didYouMean } from '../../core/nearest.ts';
import { evaluate as evaluatePlan, type PlannedProfile } from '../../engine/evaluation/evaluate.ts';
import { findFaults } from '../../engine/evaluation/find-faults.ts';
import { planTasks } from '../../engine/evaluation/plan-tasks.ts';
import { AGENTS } from '../agents/agent-table.ts';
import { loadRoles } from '../agents/roles.ts';
import { build } from '../build.ts';
import { openAnchors } from '../github/anchors.ts';
import type { ConnectedGitHub } from '../github/github.ts';
import { createLogger } from '../telemetry/logger.ts';
import { redactionValues } from '../telemetry/redaction-values.ts';

export async function evaluate(
  config: StoreConfig,
  { suite, by, gatehouse, progress, signal }: EvaluationOrder,
): Promise<EvaluationResult> {
  const ours = redactionValues(config);
  const logger = createLogger('error', ours, config.logFormat);
  const own = apart(config);
  const roles = await Promise.all(suite.profiles.map(profile => rolesOf(config, profile)));
  await using building = new AsyncDisposableStack();
  const { repositories, github, close } = await openLocalRepositories(own.stateDir);
  building.defer(close);
  const tasks = await planTasks(repositories, suite.tasks, signal);
  const connect = async (): Promise<ConnectedGitHub> => ({
    parts: Object.assign(github, { meaningOf: nothing, isHandled: () => false }),
    author: { name: 'gatehouse', email: 'gatehouse@localhost' },
    web: 'http://localhost',
    // No checkpoint is made of it: nothing is signed with this key.
    anchors: openAnchors(own.stateDir, generateKeyPairSync('ed25519').privateKey),
  });
  const agentsOf = config.stateDir;
  const { deps } = await build(own, { logger, ours, connect, agentsOf }, building);
  const faults = await findFaults(deps, { tasks, profiles: roles }, ADAPTERS);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const budgets = {
    ...deps.settings.budgets,
    task: lower(deps.settings.budgets.task, suite.budget),
  };
  const { repeat, thresholds, regression, file } = suite;
  return await evaluatePlan(
    { ...deps, settings: { ...deps.settings, budgets } },
    { suite: file, gatehouse, tasks, profiles: roles, repeat, thresholds, regression, by },
    { progress, signal },
  );
}

/** A state folder of its own, so that nothing of it is taken for a deployment's work. */
function apart(config: StoreConfig): StoreConfig & Pick<Config, 'metrics' | 'traces'> {
  const stateDir = join(config.stateDir, 'evaluation');
  const { all } = config.concurrency;
  return {
    ...config,
    stateDir,
    database: null,
    redis: null,
    artifacts: { kind: 'folder', path: join(stateDir, 'artifacts') },
    archive: null,
    publicUrl: null,
    deliveries: 'webhook',
    webhooks: null,
    concurrency: { all, perRepository: all },
    metrics: null,
    traces: null,
  };
}

const nothing = async () => {
  throw new Error('an evaluation takes no deliveries');
};

const ADAPTERS = [...AGENTS.map(({ adapter }) => adapter), 'simulated'];

type SuiteProfile = EvaluationOrder['suite']['profiles'][number];

async function rolesOf(config: StoreConfig, profile: SuiteProfile): Promise<PlannedProfile> {
  const { name } = profile;
  const simulation = profile.simulation ?? (config.realAgents ? null : config.simulation);
  const about = (problem: string) => new Error(`The profile ${name} can't be used: ${problem}`);
  if (!config.realAgents && simulation === null)
    throw about(
      'agents are simulated until GATEHOUSE_REAL_AGENTS=1 is set, and would only say what they would do. Set it, or give the profile a folder of scripts with `simulation`.',
    );
  const folder = profile.agents ?? config.agents;
  const { profiles } = await loadRoles({ ...config, agents: folder }).catch(error => {
    throw about(error.message);
  });
  const known = profiles.map(role => role.name);
  for (const role of Object.keys(profile.roles))
    if (!known.includes(role))
      throw about(`there is no role ${role} in ${folder}${didYouMean(role, known)}`);
  for (const { adapter } of Object.values(profile.roles).flat())
    if (!ADAPTERS.includes(adapter))
      throw about(
        `there is no adapter ${adapter}${didYouMean(adapter, ADAPTERS)}: there are ${ADAPTERS.join(', ')}`,
      );
  const chained = profiles.map(role => ({
    ...role,
    chain: profile.roles[role.name] ?? role.chain,
  }));
  return {
    name,
    roles: new Map(chained.map(role => [role.name, role])),
    settings: { realAgents: simulation === null, simulation },
  };
}

const UNITS = ['calls', 'tokens', 'usd', 'minutes'] as const;

/** The lower cap of each unit, of the deployment and of the suite. */
function lower(one: Budget = {}, other: Budget = {}): Budget {
  const caps: Budget = {};
  for (const unit of UNITS) {
    const given = [one[unit], other[unit]].filter(cap => cap !== undefined);
    if (given.length > 0) caps[unit] = Math.min(...given);
  }
  return caps;
}
