/** The spans of a task's trace: task → run → model call and tool. What is not about a task has none. */
import { hash, randomBytes } from 'node:crypto';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import type { Observation } from '../../engine/ports/telemetry.ts';
import { chat, executeTool, invokeAgent } from './gen-ai.ts';

export type TaskSpan = {
  name: string;
  kind: SpanKind;
  task: string;
  id: string;
  /** Null of the task itself. */
  parent: string | null;
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  attributes: Attributes;
  /** Why it failed, in one word; null: it did not. */
  error: string | null;
};

/**
 * Those of tasks and runs follow from their names: what is told by another process, or before they have
 * ended, is below them all the same.
 */
export const spanId = (task: string, run: string | null): string =>
  hash('sha256', `gatehouse span ${task} ${run ?? ''}`).slice(0, 16);

const newId = (): string => randomBytes(8).toString('hex');

/** An attempt is the run itself, and surfaces are shown time and again. */
const WITHOUT_SPAN = new Set(['attempt', 'show', 'tell_progress']);

/** `null`: it is in no trace. */
export function spanOf(told: Observation): TaskSpan | null {
  switch (told.type) {
    case 'task_ended': {
      const { task, command, repository, outcome } = told;
      return below(told, {
        name: `task ${command}`,
        id: spanId(task, null),
        parent: null,
        attributes: {
          'gatehouse.repository': repository,
          'gatehouse.task.command': command,
          'gatehouse.outcome': outcome,
        },
        error: outcome === 'success' || outcome === 'canceled' ? null : outcome,
      });
    }
    case 'run_ended': {
      const { task, run, step, executor, agent, outcome, attempt, round } = told;
      const { name, attributes } = agent
        ? invokeAgent(agent)
        : { name: `${executor} ${step}`, attributes: {} };
      return below(told, {
        name,
        id: spanId(task, run),
        parent: spanId(task, null),
        attributes: {
          ...attributes,
          'gatehouse.step': step,
          'gatehouse.round': round,
          'gatehouse.attempt': attempt,
          'gatehouse.outcome': outcome,
          ...(agent?.adapter && { 'gatehouse.adapter': agent.adapter }),
        },
        error: outcome === 'failure' ? (told.class ?? 'failure') : null,
      });
    }
    case 'model_called':
      return below(told, {
        ...chat(told),
        kind: SpanKind.CLIENT,
        error: told.end === 'answered' ? null : told.end,
      });
    case 'tool_called': {
      const { name, attributes } = executeTool(told);
      return below(told, {
        name,
        attributes: {
          ...attributes,
          'gatehouse.tool.kind': told.kind,
          ...(told.policy !== null && { 'gatehouse.policy.id': told.policy }),
        },
        error: told.end === 'ok' ? null : told.end,
      });
    }
    case 'sandbox_ended':
      return below(told, {
        name: 'sandbox',
        attributes: {
          'gatehouse.sandbox.start_ms': told.startMs,
          'gatehouse.sandbox.end': told.end,
        },
        error: told.end === 'exit' || told.end === 'aborted' ? null : told.end,
      });
    case 'policy_decided':
      // Of what an agent does inside its run, what it may do is seen by its being done.
      return told.gate === 'act' && told.outcome === 'allow'
        ? null
        : below(
            { ...told, from: told.at, to: told.at },
            {
              name: `policy ${told.action}`,
              attributes: {
                'gatehouse.policy.gate': told.gate,
                'gatehouse.policy.action': told.action,
                'gatehouse.policy.outcome': told.outcome,
              },
            },
          );
    case 'approval_ended':
      return below(told, {
        name: `approval ${told.action}`,
        attributes: { 'gatehouse.policy.action': told.action, 'gatehouse.approval.end': told.end },
      });
    case 'effect_performed': {
      const { task, kind, outcome } = told;
      if (task === null || outcome === 'left' || WITHOUT_SPAN.has(kind)) return null;
      return below(
        { ...told, task },
        {
          name: `effect ${kind}`,
          attributes: { 'gatehouse.effect': kind },
          error: outcome === 'failed' ? outcome : null,
        },
      );
    }
    default:
      return null;
  }
}

type Described = Pick<TaskSpan, 'name' | 'attributes'> & Partial<TaskSpan>;

/** Below the run that it is of, where there is one. */
function below(
  { task, from, to, run = null }: { task: string; from: number; to: number; run?: string | null },
  described: Described,
): TaskSpan {
  const { kind = SpanKind.INTERNAL, id = newId(), error = null } = described;
  const { name, attributes, parent = spanId(task, run) } = described;
  const ids = { 'gatehouse.task': task, ...(run !== null && { 'gatehouse.run': run }) };
  return {
    name,
    kind,
    task,
    id,
    parent,
    from,
    to: Math.max(from, to),
    attributes: Object.assign(ids, attributes, error === null ? {} : { 'error.type': error }),
    error,
  };
}
