/** The facts of a question from inside a run: what the run is, collected once, and what is asked. */
import { posix } from 'node:path';
import type { ActQuestion } from '../../core/act.ts';
import { parseCommand } from '../../core/command-line.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state.ts';
import { commandOf } from '../../policy/command.ts';
import type { FactsOf } from '../../policy/facts.ts';
import type { Parts } from '../parts.ts';
import { SANDBOX_WORK } from '../ports/sandbox.ts';
import { commonFacts, subjectOf } from './subject.ts';

export type ActFacts = FactsOf<ActQuestion['action']>;
/** A string says why the question has no answer but no. */
export type FactsFor = (question: ActQuestion) => ActFacts | string;

/** GitHub is looked at here, and not again for any question of this run. */
export async function actFacts(
  parts: Parts,
  state: TaskState,
  run: Run,
  base: { archived: boolean },
): Promise<FactsFor> {
  const { id, owner, name } = createdOf(state).repository;
  const common = await commonFacts(parts, state);
  const asked = {
    gate: 'act' as const,
    subject: subjectOf(parts, state, run),
    repository: { id, owner, name, archived: base.archived },
  };
  const call = { ...common, step: run.step, executor: run.executor.kind };
  return question => {
    switch (question.action) {
      case 'command.exec': {
        const { action, command } = question;
        const given = Array.isArray(command)
          ? ({ ok: true, argv: command } as const)
          : parseCommand(command);
        const asks = given.ok ? commandOf(given.argv) : given;
        if (!asks.ok) return asks.problem;
        const { resource } = asks;
        return { ...asked, action, resource, context: call };
      }
      case 'file.write': {
        const resource = { kind: 'path' as const, path: inTree(question.path) };
        return {
          ...asked,
          action: question.action,
          resource,
          context: { ...common, findings: [] },
        };
      }
      case 'net.connect': {
        const { action, host, port } = question;
        const resource = { kind: 'host' as const, name: host, port };
        return { ...asked, action, resource, context: call };
      }
      case 'mcp.call': {
        const { action, server, tool } = question;
        const resource = { kind: 'tool' as const, server, name: tool };
        return { ...asked, action, resource, context: call };
      }
    }
  };
}

/** Relative to the work tree, without `.` and `..`; absolute where it leaves it, which policy refuses. */
function inTree(path: string): string {
  const resolved = posix.resolve(SANDBOX_WORK, path);
  return resolved.startsWith(`${SANDBOX_WORK}/`)
    ? resolved.slice(SANDBOX_WORK.length + 1)
    : resolved;
}
