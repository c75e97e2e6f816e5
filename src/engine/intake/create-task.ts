/** A new task, with everything about it that is looked up once. */

import { COMMANDS } from '../../core/commands.ts';
import { dryRun, graphNamed } from '../../core/graphs.ts';
import { taskStream } from '../../core/stream.ts';
import { digestOf } from '../chain.ts';
import type { CommandCall, Intake } from './intake.ts';
import { missingTools } from './missing-tools.ts';
import { reply } from './reply.ts';
import { readRepositoryConfig } from './repository-config.ts';
import { taintOf } from './taint.ts';

export async function createTask(deps: Intake, guid: string, call: CommandCall): Promise<string> {
  const { github, settings, handle } = deps;
  const { repository, command } = call;
  const { does } = COMMANDS[command.name];
  if (does.kind !== 'task') throw new Error(`the command ${command.name} starts no task`);
  const issue = await github.facts.issue(repository, call.issue);
  // It was told late: another way of hearing of it was faster, or somebody has thought better of it.
  if (call.label !== null && !issue.labels.includes(call.label))
    return `the label ${call.label} is gone again`;
  if (issue.state === 'closed' || issue.locked) {
    const reasons = [`The issue is ${issue.locked ? 'locked' : 'closed'}.`];
    return reply(deps, guid, call, { code: 'refused', command: command.name, reasons });
  }
  const base = await github.facts.defaultBranch(repository);
  const read = await readRepositoryConfig(deps, repository, base.sha);
  if (!read.ok) {
    const { path, faults } = read;
    return reply(deps, guid, call, { code: 'misconfigured', path, faults });
  }
  const graph = graphNamed(does.graph, read.config.commands);
  const missing = await missingTools(deps, graph, read.config.commands);
  if (missing.length > 0) return reply(deps, guid, call, { code: 'missing_tools', missing });
  // Without real agents or a script, work is only described.
  const live = settings.realAgents || settings.simulation !== null || graph.reworkFrom === null;
  const by = { id: call.by.id, login: call.by.login };
  const id = `${repository.id}-${call.issue}-${digestOf(guid).slice(7, 15)}`;
  const handled = await handle({
    stream: taskStream(id),
    command: {
      type: 'create',
      data: {
        command: command.name,
        instructions: command.text,
        goal: { title: issue.title, body: issue.body },
        mode: live ? 'live' : 'dry_run',
        graph: live ? graph : dryRun(graph),
        repository,
        issue: call.issue,
        requester: by,
        target: call.target,
        label: call.label,
        base: { ref: base.ref, sha: base.sha },
        branch: `gatehouse/issue-${call.issue}-${id.slice(-8)}`,
        taint: await taintOf(deps, repository, [
          { source: `the text of issue #${call.issue}`, by: issue.author },
        ]),
        config: read.config,
        toolchain: read.toolchain,
      },
    },
    actor: { kind: 'person', ...by },
    correlation: { delivery: guid },
  });
  if (handled.ok) return `created task ${id}`;
  if (handled.openTask !== undefined)
    return reply(deps, guid, call, { code: 'busy', task: handled.openTask });
  return handled.refusal.message;
}
