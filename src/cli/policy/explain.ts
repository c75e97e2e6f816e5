/** `gatehouse policy explain`: why a recorded decision is as it is, and what would change it. */
import { whoApproves } from '../../core/approvals/who-approves.ts';
import type { PolicyDecision, Result } from '../../core/decision.ts';
import { plain } from '../../core/text/plain-text.ts';
import { examine } from '../../engine/policies/examine.ts';
import {
  findDecision,
  type Recorded,
  recordedFacts,
  recordedSet,
} from '../../engine/policies/recorded.ts';
import { type ExplainedQuestion, type Explanation, explain } from '../../policy/explain.ts';
import { faultLine } from '../../policy/fault.ts';
import type { PolicySet } from '../../policy/load.ts';
import { findStream, isStreamName } from '../find-stream.ts';
import { type Output, print } from '../output.ts';
import type { Services } from '../services.ts';
import { openSource } from '../source.ts';

type Options = {
  json: boolean;
  task: string;
  action?: string;
  seq?: number;
  file?: string;
  policies?: string;
};

export async function explainDecision(
  services: Services,
  output: Output,
  options: Options,
): Promise<void> {
  const { file, policies } = options;
  await using source = await openSource(services, file, null);
  const task = isStreamName(options.task)
    ? (await findStream(source.record, options.task)).id
    : options.task;
  const recorded = await findDecision(source.record, task, options);
  const facts = await recordedFacts(source.record, recorded);
  const set = policies
    ? await loadSet(services, policies)
    : await recordedSet(source.record, recorded);
  const explanation = explain(set, facts);
  const { seq, at } = recorded;
  print(
    output,
    options.json,
    { task, seq, at, ...explanation },
    describe(task, recorded, explanation),
  );
}

async function loadSet(services: Services, path: string): Promise<PolicySet> {
  const examined = await examine(path, services.policies());
  if (examined.ok) return examined.set;
  throw new Error(`${path} can't be used:\n${examined.faults.map(faultLine).join('\n')}`);
}

function describe(task: string, recorded: Recorded, explanation: Explanation): string[] {
  const { decision, asked, changes } = explanation;
  const was = recorded.decision.outcome;
  return [
    `${decision.action} on ${plain(decision.resource)}: ${decision.outcome}`,
    `task ${plain(task)}, event ${recorded.seq}, ${recorded.at}${was === decision.outcome ? '' : `; it was ${was} then`}`,
    ...observedLines(decision),
    '',
    ...tree(decision.tree, 0),
    '',
    'Looked at:',
    ...asked.flatMap(describeQuestion),
    '',
    ...(decision.outcome === 'require_approval'
      ? [`It takes approval by ${plain(whoApproves(decision))}.`]
      : []),
    ...(changes.length === 0
      ? ['No single change of the facts leads to another answer.']
      : [
          'What would change the answer:',
          ...changes.map(({ change, outcome }) => `  ${outcome.padEnd(16)}  ${plain(change)}`),
        ]),
  ];
}

/** What policies in observe mode would have answered, beside the decision that holds. */
const observedLines = ({ observed }: PolicyDecision): string[] =>
  observed
    ? [
        `observed, not enforced: ${observed.outcome} by ${observed.policies.map(each => plain(each)).join(', ') || 'no policy'}`,
        ...observed.reasons.map(reason => `  ${plain(reason, 300)}`),
      ]
    : [];

function tree({ name, outcome, reason, children }: Result, depth: number): string[] {
  const line = `${'  '.repeat(depth)}${plain(name)}: ${outcome}${reason ? `, ${plain(reason, 300)}` : ''}`;
  return [line, ...children.flatMap(child => tree(child, depth + 1))];
}

function describeQuestion({ action, resource, outcome, policies }: ExplainedQuestion): string[] {
  const idle = policies.filter(({ applies, determined }) => !applies && !determined);
  const shown = policies.filter(policy => !idle.includes(policy));
  return [
    `  ${action} on ${plain(resource)}: ${outcome}`,
    ...shown.map(
      ({ id, effect, file, line, determined }) =>
        `    ${determined ? '●' : '○'} ${effect} ${plain(id)} (${plain(file)}:${line}) ${determined ? 'determines it' : 'applies'}`,
    ),
    ...(idle.length > 0
      ? [`    · not applying: ${idle.map(({ id }) => plain(id)).join(', ')}`]
      : []),
  ];
}
