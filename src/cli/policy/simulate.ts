/** `gatehouse policy simulate`: what policy would say of a change in a clone, if an agent had made it. */
import { whoApproves } from '../../core/approvals/who-approves.ts';
import type { PolicyDecision } from '../../core/decision.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Profile } from '../../core/profile.ts';
import { redact } from '../../core/redaction/redact.ts';
import { loweredTrust } from '../../core/repository-config/lowered-trust.ts';
import type { RepositoryConfig } from '../../core/repository-config/repository-config.ts';
import { plain } from '../../core/text/plain-text.ts';
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
  repository?: string;
  policies?: string;
  role: string;
  trust?: NonNullable<Supposed['trust']>;
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
  const profile = await profileOf(services, options.role);
  await using clone = await services.readClone(repo, { head, base });
  const rules = readRules(deployment.set, await findRules({ ...clone.files, from: null }));
  const { change, messages } = clone;
  const supposed = suppose(profile, rules.config, clone, options);
  const judged = { change, texts: { branch: head, title: '', messages }, base: clone.base };
  const simulation = simulate(rules.set, judged, supposed, { redact });
  const compared = { base: clone.base, head: clone.head };
  print(output, json, { ...compared, supposed, faults: rules.faults, ...simulation }, [
    ...rules.faults.map(fault => plain(faultLine(fault), 600)),
    ...describe(clone, simulation, supposed),
  ]);
}

async function profileOf(services: Services, role: string): Promise<Profile> {
  const profiles = await services.roles();
  const found = profiles.find(({ name }) => name === role);
  const names = profiles.map(({ name }) => name);
  if (!found) throw new Error(`There is no role ${role}${didYouMean(role, names)}.`);
  return found;
}

/** As a task of the repository has it: the base's configuration may lower the trust of a role. */
function suppose(
  profile: Profile,
  config: RepositoryConfig,
  clone: Pick<ClonedChange, 'repository'>,
  { trust = profile.trust, requester, repository, tainted, untested }: Options,
): Supposed {
  const { name: role, paths } = profile;
  const named = repository ?? clone.repository;
  return {
    role,
    trust: loweredTrust(config, [], { role, trust }),
    named: { paths },
    requester,
    ...(named !== null && { repository: named.toLowerCase() }),
    taint: tainted,
    ...(untested && { proof: [] }),
  };
}

function describe(
  { base, head, change }: ClonedChange,
  { size, findings, decisions }: Simulation,
  { role, trust, requester, repository, taint, proof }: Supposed,
): string[] {
  const named = ({ name, commit }: Pick<ClonedChange['base'], 'name' | 'commit'>) =>
    `${plain(name)} (${commit.slice(0, 7)})`;
  const into = `${base.isDefault ? 'the default branch' : `the branch ${plain(base.branch)}`}${repository === undefined ? '' : ` of ${plain(repository)}`}`;
  return [
    `${named(head)} on ${named(base)}: ${count(size.files, 'file')}, +${size.added} −${size.removed}`,
    ...(change.beyond ? [plain(change.beyond.reason, 300)] : []),
    ...(findings.length > 0 ? ['', 'What the patch gate finds:'] : []),
    ...findings.map(
      ({ kind, path, reason }) =>
        `  ${kind.padEnd(20)} ${path === '' ? '' : `${plain(path)}: `}${plain(reason, 300)}`,
    ),
    '',
    `What policy says, had an agent of the role ${role} at ${trust} made it for somebody whose role is ${requester}, to be merged into ${into}${taint ? ', having read what strangers wrote' : ''}${proof ? ', and nothing proved it' : ''}:`,
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
