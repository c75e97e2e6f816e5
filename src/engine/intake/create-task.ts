/** A new task, with everything about it that is looked up once. */
import { chooseBase } from '../../core/choose-base.ts';
import { exampleCommand } from '../../core/example-command.ts';
import { dryRun, type GraphName, graphNamed, missingCommand } from '../../core/graphs.ts';
import type { AskedCommand } from '../../core/trigger.ts';
import { digestOf } from '../chain.ts';
import type { Intake } from '../dependencies.ts';
import { findBase } from './base.ts';
import { branchName } from './branch-name.ts';
import { personOf, sendToTask } from './intake.ts';
import { missingTools } from './missing-tools.ts';
import type { CommandResult } from './reply.ts';
import { readRepositoryConfig, readRules } from './repository-config.ts';
import { taintOf, taintOfComments } from './taint.ts';

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
  if (issue.state === 'closed' || issue.locked) {
    const reasons = [`The issue is ${issue.locked ? 'locked' : 'closed'}.`];
    return { code: 'refused', command: command.name, reasons };
  }
  const home = await github.facts.defaultBranch(repository);
  const rules = await readRules(intake, repository, home.sha);
  if (!rules.ok) return { code: 'misconfigured', path: rules.path, faults: rules.faults };
  const choice = chooseBase(command.base ?? null, issue, rules.config.base);
  const found = choice.ok
    ? await findBase(intake, repository, choice.chosen, home)
    : { ...choice, nearest: null };
  if (!found.ok) {
    const { problem, nearest } = found;
    return { code: 'unusable_base', command: command.name, problem, nearest };
  }
  const { base } = found;
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
  const graph = graphNamed(graphName, commands);
  const missing = await missingTools(intake, graph, commands);
  if (missing.length > 0) return { code: 'missing_tools', missing };
  // Without real agents or a script, work is only described.
  const live = settings.realAgents || settings.simulation !== null || graph.reworkFrom === null;
  const requester = personOf(call.by);
  const id = `${repository.id}-${call.issue}-${digestOf(intake.delivery).slice(7, 15)}`;
  const handled = await sendToTask(
    intake,
    id,
    {
      type: 'create',
      data: {
        command: command.name,
        instructions: command.text,
        goal: { title: issue.title, body: issue.body },
        mode: live ? 'live' : 'dry_run',
        graph: live ? graph : dryRun(graph),
        repository,
        issue: call.issue,
        requester,
        target: call.target,
        label: call.label,
        base,
        branch: await branchName(intake, repository, call.issue, id),
        taint: [
          ...(await taintOf(intake, repository, [
            { source: `the text of issue #${call.issue}`, by: issue.author },
          ])),
          ...taintOfComments(issue),
        ],
        config: read.config,
        toolchain: read.toolchain,
      },
    },
    requester,
  );
  if (handled.ok) return `created task ${id}`;
  if (handled.openTask !== undefined) return { code: 'busy', task: handled.openTask };
  const { tell, message } = handled.refusal;
  return tell ? { code: 'refused', command: command.name, reasons: [message] } : message;
}
