/** A criterion about a metric: an instant query of Prometheus has one value, which is compared. */
import { z } from 'zod';
import type { MetricCriterion } from '../../core/repository-config/environment.ts';
import type { CriterionResult } from '../../core/task/events/deploy-events.ts';
import type { WebAnswer } from '../ports/web.ts';

type Verdict = Pick<CriterionResult, 'ok' | 'seen' | 'fault'>;

/** A value with its time; a number as text, as Prometheus writes it. */
const Sample = z.tuple([z.number(), z.string()]);

const QueryAnswer = z.looseObject({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.looseObject({
      resultType: z.literal('vector'),
      result: z.array(z.looseObject({ value: Sample })),
    }),
    z.looseObject({ resultType: z.literal('scalar'), result: Sample }),
  ]),
});

/** The address of the query, below the path that the configuration has. */
export function queryAddress({ metric, prometheus }: MetricCriterion): string {
  const url = new URL(prometheus);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query`;
  url.search = new URLSearchParams({ query: metric }).toString();
  return url.href;
}

export function judgeMetric(criterion: MetricCriterion, answer: WebAnswer): Verdict {
  const { metric, above, below } = criterion;
  const no = (seen: string) => ({ ok: false, seen, fault: `The metric ${metric}: ${seen}` });
  if (!answer.ok) return { ...no(answer.reason), fault: `The metric ${metric} was not had.` };
  const read = QueryAnswer.safeParse(parsed(answer.text));
  if (!read.success) return no(`Prometheus answered ${answer.status}, and no value.`);
  const { data } = read.data;
  const values = data.resultType === 'scalar' ? [data.result] : data.result.map(one => one.value);
  const [first, second] = values;
  if (!first) return no('There is no value yet.');
  if (second) return no(`The query has ${values.length} values: sum them up, so that it has one.`);
  const value = Number(first[1]);
  if (Number.isNaN(value)) return no('The value is no number.');
  const holds = (above === undefined || value > above) && (below === undefined || value < below);
  return holds ? { ok: true, seen: `It is ${value}.`, fault: '' } : no(`It is ${value}.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
