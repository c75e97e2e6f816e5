/** The facts of a question from inside a run: what the run is, collected once, and what is asked. */
import { posix } from 'node:path';
import type { ActQuestion } from '../../core/act.ts';
import { parseCommand } from '../../core/command-line.ts';
import type { Digest } from '../../core/decision.ts';
import { createdOf, openApproval, type Run, runOf, type TaskState } from '../../core/task/state.ts';
import { commandOf } from '../../policy/command.ts';
import { Facts, type FactsOf } from '../../policy/facts.ts';
import { canonical, digestOf } from '../chain.ts';
import type { Dependencies } from '../dependencies.ts';
import { SANDBOX_WORK } from '../ports/sandbox.ts';
import type { Question } from './collect.ts';
import type { CollectedFacts, Content, Overtaken } from './collected.ts';
import { commonFacts, subjectOf } from './subject.ts';

export type ActFacts = FactsOf<ActQuestion['action']>;
/** A string says why the question has no answer but no. */
export type FactsFor = (question: ActQuestion) => ActFacts | string;

/** GitHub is looked at here, and not again for any question of this run. */
export async function actFacts(
  deps: Dependencies,
  state: TaskState,
  run: Run,
  base: { archived: boolean },
): Promise<FactsFor> {
  const { id, owner, name } = createdOf(state).repository;
  const common = await commonFacts(deps, state);
  const asked = {
    gate: 'act' as const,
    subject: subjectOf(deps, state, run),
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

/** Asked before, and put to people: the same question, as things are by now. */
export async function askedBefore(
  { artifacts }: Pick<Dependencies, 'artifacts'>,
  state: TaskState,
  question: Question,
  asked: Pick<ActFacts, 'gate' | 'subject' | 'repository'>,
  common: Awaited<ReturnType<typeof commonFacts>>,
): Promise<CollectedFacts | Overtaken> {
  const request = openApproval(state, question);
  if (!request?.facts || request.run === null) return { type: 'performed', key: question.key };
  const kept = await keptFacts({ artifacts }, request.facts);
  const facts = { ...kept, ...asked, context: { ...kept.context, ...common } } as ActFacts;
  const run = runOf(state, request.run);
  return { facts, content: contentOfQuestion(state, run, run.waits, facts), forged: [] };
}

/** The facts of a question as it was asked. */
export const keptFacts = async (
  { artifacts }: Pick<Dependencies, 'artifacts'>,
  digest: Digest,
): Promise<ActFacts> =>
  Facts.parse(JSON.parse((await artifacts.get(digest)).toString('utf8'))) as ActFacts;

/** What exactly is asked for: the bytes of a command, a path, a host and its port. */
export const exactly = ({ action, resource }: ActFacts): string => canonical({ action, resource });

/**
 * Nothing is pushed by it, so it stands on no head; each time of asking is another question, so that
 * no approval of an earlier one fits.
 */
export const contentOfQuestion = (
  state: TaskState,
  run: Run,
  time: number,
  facts: ActFacts,
): Content => ({
  tree: null,
  base: { ref: createdOf(state).base.ref, sha: state.parent },
  head: null,
  paths: [],
  findings: [],
  question: digestOf(canonical({ run: run.id, time, asks: exactly(facts) })),
});

/** Relative to the work tree, without `.` and `..`; absolute where it leaves it, which policy refuses. */
function inTree(path: string): string {
  const resolved = posix.resolve(SANDBOX_WORK, path);
  return resolved.startsWith(`${SANDBOX_WORK}/`)
    ? resolved.slice(SANDBOX_WORK.length + 1)
    : resolved;
}
