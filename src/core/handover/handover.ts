/**
 * What a step hands over to those after it: a document by a named and versioned schema. The document
 * is an artifact of the run; the run's event has its digest and the few fields that a graph reads.
 */

import { z } from 'zod';
import { Digest } from '../decision.ts';
import { keysOf } from '../keys-of.ts';
import { AnswerReport } from './answer-report.ts';
import { Architecture } from './architecture.ts';
import { ChangeReport } from './change-report.ts';
import { CommandReport } from './command-report.ts';
import { Plan } from './plan.ts';
import { ReviewReport } from './review.ts';
import { TriageReport } from './triage.ts';

const Fields = z.record(
  z.string(),
  z.union([z.string().max(200), z.number().int(), z.boolean(), z.null()]),
);
type Fields = z.infer<typeof Fields>;

/** What the event of a run says of its hand-over. */
export const Handover = z.strictObject({
  /** The schema and its version: `plan.v1`. */
  schema: z.string(),
  digest: Digest,
  fields: Fields,
});
export type Handover = z.infer<typeof Handover>;

/** One kind of document. Whatever is no such document is told apart with every place where it does not match. */
const form = <S extends z.ZodType>(
  title: string,
  schema: S,
  /** What a graph may read of it, each by its name. */
  fields: Readonly<Record<string, (document: z.infer<S>) => Fields[string]>>,
) => ({
  title,
  schema,
  fields: Object.keys(fields),
  read(value: unknown): { ok: true; document: unknown; fields: Fields } | Unreadable {
    const parsed = schema.safeParse(value);
    if (!parsed.success) return { ok: false, problem: problemsOf(parsed.error) };
    const read = Object.entries(fields).map(([name, of]) => [name, of(parsed.data)] as const);
    return { ok: true, document: parsed.data, fields: Object.fromEntries(read) };
  },
});

type Unreadable = { ok: false; problem: string };

const MOST_PROBLEMS = 10;

function problemsOf({ issues }: z.ZodError): string {
  const told = issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  const more = issues.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Documents that agents write: their answer has to match. */
const BY_AGENTS = {
  plan: form('What a planner hands over', Plan, {
    questions: ({ questions }) => questions.length,
    steps: ({ steps }) => steps.length,
    risks: ({ risks }) => risks.length,
  }),
  architecture: form('What an architect hands over', Architecture, {
    decisions: ({ decisions }) => decisions.length,
    files: ({ files }) => files.length,
  }),
  review: form('What a reviewer hands over', ReviewReport, {
    verdict: ({ verdict }) => verdict,
    findings: ({ findings }) => findings.length,
    blocking: ({ findings }) => findings.filter(({ severity }) => severity === 'blocking').length,
  }),
  answer: form('What answers a question', AnswerReport, { places: ({ places }) => places.length }),
  triage: form('What triage hands over', TriageReport, {
    labels: ({ labels }) => labels.length,
    questions: ({ questions }) => questions.length,
    plan: ({ plan }) => plan.length,
  }),
};

/** Documents that Gatehouse writes of what it saw itself. */
const BY_GATEHOUSE = {
  change: form('What is handed over of a change', ChangeReport, {
    answers: ({ answers }) => answers,
    files: ({ files }) => files,
    added: ({ added }) => added,
    removed: ({ removed }) => removed,
  }),
  command: form('What is handed over of a command', CommandReport, {
    ok: ({ ok }) => ok,
    exitCode: ({ exitCode }) => exitCode,
    tests: ({ tests }) => tests,
    problems: ({ problems }) => problems.length,
  }),
};

/** The document that an agent writes, by the name that profiles use. */
export const AgentDocument = z.enum(keysOf(BY_AGENTS));
export type AgentDocument = z.infer<typeof AgentDocument>;

const FORMS = { ...BY_AGENTS, ...BY_GATEHOUSE };
type DocumentName = keyof typeof FORMS;

/** The name of the schema with its version. A change of what a document says is a new version. */
const schemaName = (name: DocumentName): string => `${name}.v1`;

/** Every schema by its name and version, as it is published. */
export const DOCUMENT_SCHEMAS: readonly { name: string; title: string; schema: z.ZodType }[] =
  Object.entries(FORMS).map(([name, { title, schema }]) => ({
    name: schemaName(name as DocumentName),
    title,
    schema,
  }));

/** The document as its schema has it, or where it does not match. */
export function readDocument(
  name: DocumentName,
  value: unknown,
): { ok: true; schema: string; document: unknown; fields: Fields } | Unreadable {
  const read = FORMS[name].read(value);
  return read.ok ? { ...read, schema: schemaName(name) } : read;
}

/** What a graph may read of what a command hands over. */
export const COMMAND_FIELDS: readonly string[] = BY_GATEHOUSE.command.fields;

/** What a graph may read of an agent that hands over this document; `null`: Gatehouse tells what it changed. */
export const agentFields = (output: AgentDocument | null): readonly string[] =>
  output === null ? BY_GATEHOUSE.change.fields : BY_AGENTS[output].fields;

/** What a graph may read of some agent or other. */
export const ANY_AGENT_FIELDS: readonly string[] = [
  ...new Set([null, ...AgentDocument.options].flatMap(agentFields)),
];

/** The JSON Schema that an agent's answer is to match. */
export const documentSchema = (name: AgentDocument): Record<string, unknown> =>
  z.toJSONSchema(BY_AGENTS[name].schema);
