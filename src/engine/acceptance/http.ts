/** A criterion about an answer over HTTP: its status, what it has, the shape of it. */
import type { z } from 'zod';
import { shapeOf } from '../../core/repository-config/answer-schema.ts';
import type { HttpCriterion } from '../../core/repository-config/environment.ts';
import type { CriterionResult } from '../../core/task/events/deploy-events.ts';
import type { WebAnswer } from '../ports/web.ts';

type Verdict = Pick<CriterionResult, 'ok' | 'seen' | 'fault'>;

/** Deviations that are told. */
const TOLD = 3;
/** How deep two values are compared: an answer that is nested deeper is not compared. */
const DEEPEST = 32;

export function judgeHttp(
  { get, status, json, schema }: HttpCriterion,
  answer: WebAnswer,
): Verdict {
  const no = (seen: string, fault = seen) => ({
    ok: false,
    seen,
    fault: `GET ${get} must answer ${status}: ${fault}`,
  });
  if (!answer.ok) return no(answer.reason, 'it could not be reached.');
  if (answer.status !== status) return no(`It answered ${answer.status}.`);
  if (json === undefined && schema === undefined)
    return { ok: true, seen: `It answered ${status}.`, fault: '' };
  if (!answer.isWhole) return no('Its answer is too large to be read as JSON.');
  const body = parsed(answer.text);
  if (body === NO_JSON) return no('Its answer is no JSON.');
  const deviations = [
    ...(json === undefined ? [] : differences(json, body, 'the answer', 0)),
    ...(schema === undefined ? [] : misfits(schema, body)),
  ].slice(0, TOLD);
  if (deviations.length === 0)
    return { ok: true, seen: `It answered ${status}, as it should.`, fault: '' };
  return no(
    deviations.map(({ seen }) => seen).join(' '),
    deviations.map(({ fault }) => fault).join(' '),
  );
}

const NO_JSON = Symbol('no JSON');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NO_JSON;
  }
}

/** `seen` shows what was found; `fault` says what it is without any of its text. */
type Deviation = { seen: string; fault: string };

/** What of the expected is not there: of objects what is named, of everything else all. */
function differences(expected: unknown, found: unknown, at: string, depth: number): Deviation[] {
  if (depth > DEEPEST) return [{ seen: `${at} is nested too deeply.`, fault: 'It is nested.' }];
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) || found.length !== expected.length)
      return [deviation(at, `a list of ${expected.length}`, found)];
    return expected.flatMap((one, index) =>
      differences(one, found[index], `${at}[${index}]`, depth + 1),
    );
  }
  if (typeof expected !== 'object' || expected === null)
    return expected === found ? [] : [deviation(at, short(expected), found)];
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    return [deviation(at, 'an object', found)];
  const has = new Map<string, unknown>(Object.entries(found));
  return Object.entries(expected).flatMap(([key, value]) =>
    differences(value, has.get(key), `${at}.${key}`, depth + 1),
  );
}

const deviation = (at: string, wanted: string, found: unknown): Deviation => ({
  seen: `${at} is ${short(found)}, not ${wanted}.`,
  fault: `${at} is ${kindOf(found)}, not ${wanted}.`,
});

/** What is nested is told by its kind: it may be nested deeper than can be written out. */
const short = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value).slice(0, 80) : kindOf(value);

/** A text from outside is told by its length alone: an agent reads this. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function misfits(schema: NonNullable<HttpCriterion['schema']>, body: unknown): Deviation[] {
  const shape = shapeOf(schema);
  if (shape === null) {
    const problem = 'The JSON Schema of this criterion in gatehouse.yml can not be used.';
    return [{ seen: problem, fault: problem }];
  }
  const result = matched(shape, body);
  if (result === null)
    return [{ seen: 'The answer is nested too deeply.', fault: 'It is nested.' }];
  if (result.success) return [];
  return result.error.issues.slice(0, TOLD).map(({ path, message, code }) => {
    const at = ['the answer', ...path.map(String)].join('.').slice(0, 200);
    return {
      seen: `${at}: ${message.slice(0, 200)}.`,
      fault: `The answer does not match the JSON Schema, at a depth of ${path.length} (${code}).`,
    };
  });
}

/** Null where a schema that names itself meets an answer that is nested without end. */
function matched(shape: z.ZodType, body: unknown) {
  try {
    return shape.safeParse(body);
  } catch {
    return null;
  }
}
