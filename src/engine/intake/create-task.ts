/** A new task, with everything about it that is looked up once. */
import { exampleCommand } from '../../core/example-command.ts';
import { dryRun, forPull, type GraphName, graphNamed, missingCommand } from '../../core/graphs.ts';
import type { AskedCommand } from '../../core/trigger.ts';
import { digestOf } from '../chain.ts';
import type { Intake } from '../dependencies.ts';
import { GitHubFailure } from '../ports/github.ts';
import { branchName } from './branch-name.ts';
import { groundFor } from './ground.ts';
import { personOf, sendToTask } from './intake.ts';
import { missingTools } from './missing-tools.ts';
import { withPushTarget } from './push-target.ts';
import type { CommandResult } from './reply.ts';
import { readRepositoryConfig, readRules } from './repository-config.ts';
import { taintOf, taintOfRemarks } from './taint.ts';

export async function createTask(
  intake: Intake,
  call: AskedCommand,
  graphName: GraphName,
): Promise<CommandResult> {
  const { github, settings } = intake;
  const { repository, command } = call;
  const issue = await github.facts.issue(repository, call.issue);
  // The delivery may be late: the label was found on GitHub before, or somebody took it off again.
  if (call.label !== null && !issue.labels.includes(call.label))
    return `the label ${call.label} is gone again`;
  // Of a pull request that is closed, it matters whether it is merged.
  if ((issue.state === 'closed' && !call.isPull) || issue.locked) {
    const what = call.isPull ? 'pull request' : 'issue';
    const mend = issue.locked ? 'locked: unlock it' : 'closed: reopen it';
    const reasons = [`The ${what} is ${mend}, and call again.`];
    return { code: 'refused', command: command.name, reasons };
  }
  const home = await github.facts.defaultBranch(repository).catch(error => {
    if (error instanceof GitHubFailure && error.class === 'empty') return null;
    throw error;
  });
  if (home === null || home.archived) {
    const reasons = [
      home === null
        ? 'The repository has no commit to work on yet: push a first one, and call again.'
        : 'The repository is archived: unarchive it, and call again.',
    ];
    return { code: 'refused', command: command.name, reasons };
  }
  const rules = await readRules(intake, repository, home.sha);
  if (!rules.ok) return { code: 'misconfigured', path: rules.path, faults: rules.faults };
  const ground = await groundFor(intake, call, issue, { home, config: rules.config });
  if ('code' in ground) return ground;
  const { base, worksOn, source, remarks } = ground;
  const read = await readRepositoryConfig(intake, repository, rules.config, base);
  if (!read.ok) return { code: 'misconfigured', path: read.path, faults: read.faults };
  const { commands } = read.config;
  const lacks = missingCommand(graphName, commands);
  if (lacks !== null) {
    const { ecosystems, notes } = read.toolchain;
    const example = exampleCommand(lacks, ecosystems);
    const about = { command: command.name, lacks, example, notes };
    return { code: 'missing_command', ...about };
  }
  const whole = graphNamed(graphName, commands);
  const graph = worksOn ? forPull(whole, worksOn) : whole;
  const missing = await missingTools(intake, graph, commands);
  if (missing.length > 0) return { code: 'missing_tools', missing };
  // Without real agents or a script, work is only described.
  const live = settings.realAgents || settings.simulation !== null || graph.reworkFrom === null;
  const requester = personOf(call.by);
  const id = `${repository.id}-${call.issue}-${digestOf(intake.delivery).slice(7, 15)}`;
  const data = await withPushTarget(intake, {
    command: command.name,
    instructions: command.text,
    goal: { title: issue.title, body: issue.body },
    mode: live ? 'live' : 'dry_run',
    graph: live ? graph : dryRun(graph),
    repository,
    issue: call.issue,
    requester,
    target: call.target,
    labels: issue.labels,
    label: call.label,
    base,
    branch: await branchName(intake, repository, call.issue, id),
    worksOn,
    taint: [
      ...(await taintOf(intake, repository, [{ source, by: issue.author }])),
      ...taintOfRemarks(remarks),
    ],
    config: read.config,
    toolchain: read.toolchain,
  });
  const handled = await sendToTask(intake, id, { type: 'create', data }, requester);
  if (handled.ok) return `created task ${id}`;
  if (handled.openTask !== undefined) return { code: 'busy', task: handled.openTask };
  const { tell, message } = handled.refusal;
  return tell ? { code: 'refused', command: command.name, reasons: [message] } : message;
}
