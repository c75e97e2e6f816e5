/** The documents that earlier steps of agents handed over, as far as a role is given them. */
import { upstream } from '../../../core/graph/graph.ts';
import type { ContextRules } from '../../../core/handover/context-rules.ts';
import { AgentDocument } from '../../../core/handover/handover.ts';
import { createdOf, type Run, type TaskState } from '../../../core/task/state/state.ts';
import type { Artifacts } from '../../ports/artifacts.ts';

type GivenDocument = {
  /** Of which step it is, and which role wrote it. */
  step: string;
  role: string;
  schema: string;
  text: string;
};

export type GivenDocuments = {
  documents: GivenDocument[];
  /** Steps whose documents there is no room for. */
  leftOut: string[];
};

/** A token is about so many characters of JSON in English. */
const CHARACTERS = 4;

export async function documentsFor(
  artifacts: Pick<Artifacts, 'get'>,
  state: TaskState,
  { step }: Pick<Run, 'step'>,
  rules: ContextRules,
): Promise<GivenDocuments> {
  if (rules.begins === 'manual') return { documents: [], leftOut: [] };
  const { graph, plan } = createdOf(state);
  // What people accepted in another task comes before all that was made of it here.
  const handed = [
    ...(plan ? [plan] : []),
    ...upstream(graph, step).flatMap(id => lastOf(state, id)),
  ];
  const all = await Promise.all(
    handed.map(async ({ step, role, schema, digest }) => ({
      step,
      role,
      schema,
      text: (await artifacts.get(digest)).toString('utf8'),
    })),
  );
  return fitting(chosen(all, rules), rules.tokens * CHARACTERS);
}

function chosen(all: GivenDocument[], { documents, steps }: ContextRules): GivenDocument[] {
  switch (documents) {
    case 'all':
      return all;
    case 'last':
      return all.slice(-1);
    case 'named':
      return all.filter(({ step }) => steps.includes(step));
    case 'summary':
      return all.map(given => ({ ...given, text: summaryIn(given.text) }));
  }
}

/** What is nearest to the step matters most: the oldest are left out, and the last one is cut. */
function fitting(all: GivenDocument[], characters: number): GivenDocuments {
  let room = characters;
  const documents: GivenDocument[] = [];
  const leftOut: string[] = [];
  for (const given of all.toReversed()) {
    const isLast = documents.length === 0 && leftOut.length === 0;
    if (given.text.length > room && !isLast) leftOut.unshift(given.step);
    else {
      const cut = given.text.length - room;
      const text =
        cut > 0 ? `${given.text.slice(0, room)}\n… (${cut} more characters)` : given.text;
      documents.unshift({ ...given, text });
      room = Math.max(0, room - given.text.length);
    }
  }
  return { documents, leftOut };
}

function summaryIn(text: string): string {
  const { summary, answer } = JSON.parse(text);
  return String(summary ?? answer ?? '');
}

function lastOf({ runs }: TaskState, id: string) {
  const run = runs.findLast(other => other.step === id && other.state === 'success');
  const handover = run?.produced?.handover;
  if (run?.executor.kind !== 'agent' || !handover) return [];
  // What Gatehouse writes of a change is in the patch and in the work tree.
  const [name = ''] = handover.schema.split('.');
  if (!AgentDocument.safeParse(name).success) return [];
  return [{ step: id, role: run.executor.role, schema: handover.schema, digest: handover.digest }];
}
