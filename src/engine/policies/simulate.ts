/** What policy would say of a change if an agent had made it; nothing is recorded, and nothing is done. */
import type { Change } from '../../core/change.ts';
import type { PolicyDecision } from '../../core/decision.ts';
import type { Noted } from '../../core/finding.ts';
import type { WrittenTexts } from '../../patch/written-texts.ts';
import { decide } from '../../policy/decide.ts';
import { Facts } from '../../policy/facts.ts';
import { type FactsShorthand, factsFromShorthand } from '../../policy/facts-shorthand.ts';
import type { PolicySet } from '../../policy/load.ts';
import type { Dependencies } from '../dependencies.ts';
import { changeFacts } from '../facts/change.ts';

/** Every question that is asked about a change, in the order in which its task asks them. */
const ASKED = ['patch.accept', 'branch.push', 'pr.open', 'pr.merge'] as const;

/** Who made it, for whom, and what proves it; what is left out is the usual case. */
export type Supposed = Pick<
  FactsShorthand,
  'role' | 'trust' | 'named' | 'requester' | 'repository' | 'taint' | 'proof' | 'unpassed'
>;

/** What is judged, and the branch that it is for. */
export type SimulatedChange = {
  change: Change;
  texts: WrittenTexts;
  base: { branch: string; isDefault: boolean };
};

export type Simulation = {
  size: { files: number; added: number; removed: number; bytes: number };
  findings: Noted[];
  decisions: PolicyDecision[];
};

/** Nobody has approved anything, and all checks of the head are green. */
export function simulate(
  set: PolicySet,
  { change, texts, base }: SimulatedChange,
  supposed: Supposed,
  deps: Pick<Dependencies, 'redact'>,
): Simulation {
  const { proof = ['reproduced', 'tests', 'lint'], unpassed = [] } = supposed;
  const judged = { proof, unpassed };
  const made = changeFacts(change, judged, deps);
  const written = changeFacts(change, judged, deps, texts);
  const decisions = ASKED.map(action => {
    const { context, paths } = action === 'pr.merge' ? written : made;
    const read = factsFromShorthand({ ...supposed, action });
    if ('problem' in read) throw new Error(read.problem);
    const { facts } = read;
    const listed = action === 'patch.accept' || action === 'pr.merge' ? { paths } : {};
    const onto = { default: base.isDefault };
    const resource = {
      'patch.accept': { tree: change.tree },
      'branch.push': { name: texts.branch, default: false },
      'pr.open': { name: base.branch, ...onto },
      'pr.merge': { base: base.branch, ...onto },
    }[action];
    return decide(
      set,
      Facts.parse({
        ...facts,
        ...listed,
        resource: { ...facts.resource, ...resource },
        context: { ...facts.context, ...context },
      }),
    );
  });
  return { size: made.context.size, findings: written.content.findings, decisions };
}
