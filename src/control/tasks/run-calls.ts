/** `GET …/runs/{run}/calls`: each call of a model that a run made, as the ledger has it. */
import { z } from 'zod';
import { Usage } from '../../core/agent-event.ts';
import { moneyInWords } from '../../core/budget.ts';
import { endpoint, found } from '../endpoint.ts';
import { NO_TASK, RunParams, seenTask } from './seen-task.ts';

const Time = z.iso.datetime();

const ShownCall = z
  .object({
    provider: z.string(),
    model: z.string(),
    from: Time,
    to: Time.nullable().describe('null: it is not over.'),
    firstByteMs: z
      .int()
      .nullable()
      .describe('Until the first byte of the answer; null: none came, or it is not known.'),
    usage: Usage,
    nanoUsd: z.int().nullable().describe('In billionths of a US dollar; null: it has no price.'),
    words: z.string().describe('What it cost, such as `$0.0012` or `unpriced`.'),
    isLost: z.boolean().describe('Its worker was lost: what was counted last stands for it.'),
  })
  .meta({ id: 'ModelCall' });

export const listCalls = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/runs/{run}/calls',
    tag: 'runs',
    summary: 'The calls of models that a run made, the latest first.',
    params: RunParams,
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(200) }),
    ok: z
      .object({
        calls: z.array(ShownCall),
        more: z.boolean().describe('There are earlier ones.'),
      })
      .meta({ id: 'ModelCalls' }),
  },
  async ({ viewer, params, query: { limit } }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const read = await services.ledger.calls({ task: row.id, run: params.run }, limit + 1);
    const calls = read.slice(0, limit).map(({ from, to, ...call }) => ({
      ...call,
      from: from.toISOString(),
      to: to?.toISOString() ?? null,
      words:
        to === null
          ? 'not known yet'
          : call.nanoUsd === null
            ? 'unpriced'
            : moneyInWords(call.nanoUsd),
    }));
    return found({ calls, more: read.length > limit });
  },
);
