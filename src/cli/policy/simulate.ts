/** `gatehouse policy simulate`: what policy would say of a change in a clone, if an agent had made it. */
import { whoApproves } from '../../core/approvals/who-approves.ts';
import type { PolicyDecision } from '../../core/decision.ts';
import { plain } from '../../core/plain-text.ts';
import { redact } from '../../core/redact.ts';
import { loadFrom } from '../../engine/policies/on-disk.ts';
import { findRules } from '../../engine/policies/rule-files.ts';
import { readRules } from '../../engine/policies/rules.ts';
import { type Simulation, type Supposed, simulate } from '../../engine/policies/simulate.ts';
import type { ClonedChange } from '../../engine/ports/cloned-change.ts';
import { faultLine } from '../../policy/fault.ts';
import { type Output, print } from '../output.ts';
import type { Services } from '../services.ts';

type Options = {
  json: boolean;
  repo: string;
  base?: string;
  policies?: string;
  role: string;
  trust: NonNullable<Supposed['trust']>;
  requester: NonNullable<Supposed['requester']>;
  tainted: boolean;
  untested: boolean;
};

/** The rules of the repository are those of the base, as they are where a pull request is merged. */
export async function simulateChange(
  services: Services,
  output: Output,
  head: string,
  options: Options,
): Promise<void> {
  const { repo, base = null, policies = services.policies(), json } = options;
  const deployment = await loadFrom(policies);
  if (!deployment.ok)
    throw new Error(`${policies} can't be used:\n${deployment.faults.map(faultLine).join('\n')}`);
  const clone = await services.readClone(repo, { head, base });
  const rules = readRules(deployment.set, await findRules({ ...clone.files, from: null }));
  const { change, messages } = clone;
  const texts = { branch: head, title: '', messages };
  const { role, trust, requester, tainted, untested } = options;
  const supposed: Supposed = { role, trust, requester, taint: tainted };
  if (untested) supposed.proof = [];
  const deps = { redact };
  const simulation = simulate(rules.set, { change, texts, deps }, supposed);
  const faults = rules.faults.map(fault => plain(faultLine(fault), 600));
  const compared = { base: clone.base, head: clone.head };
  print(output, json, { ...compared, supposed, faults: rules.faults, ...simulation }, [
    ...faults,
    ...describe(clone, simulation, options),
  ]);
}

function describe({ base, head, change }: ClonedChange, simulation: Simulation, options: Options) {
  const { size, findings, decisions } = simulation;
  const { role, trust, requester, tainted, untested } = options;
  const named = ({ name, commit }: ClonedChange['base']) =>
    `${plain(name)} (${commit.slice(0, 7)})`;
  const for_ = requester === 'none' || requester === 'read' ? 'without' : 'with';
  return [
    `${named(head)} on ${named(base)}: ${count(size.files, 'file')}, +${size.added} −${size.removed}`,
    ...(change.beyond ? [plain(change.beyond.reason, 300)] : []),
    ...(findings.length > 0 ? ['', 'What the patch gate finds:'] : []),
    ...findings.map(
      ({ kind, path, reason }) =>
        `  ${kind.padEnd(20)} ${path === '' ? '' : `${plain(path)}: `}${plain(reason, 300)}`,
    ),
    '',
    `What policy says, had an agent of the role ${plain(role)} at ${trust} made it for somebody ${for_} write access${tainted ? ', having read what strangers wrote' : ''}${untested ? ', and nothing proved it' : ''}:`,
    ...decisions.flatMap(describeDecision),
  ];
}

function describeDecision(decision: PolicyDecision): string[] {
  const { action, outcome, reasons, policies, observed } = decision;
  const by = outcome === 'require_approval' ? ` by ${plain(whoApproves(decision))}` : '';
  return [
    `  ${action.padEnd(13)} ${outcome}${by}`,
    ...(outcome === 'allow' ? [] : reasons.map(reason => `      ${plain(reason, 400)}`)),
    ...(outcome === 'allow' || policies.length === 0
      ? []
      : [`      (${policies.map(each => plain(each)).join(', ')})`]),
    ...(observed ? [`      observed, not enforced: ${observed.outcome}`] : []),
    ...(observed?.reasons ?? []).map(reason => `        ${plain(reason, 400)}`),
  ];
}

const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`;
