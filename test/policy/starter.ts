/** The shipped policies, and facts to ask them with. */
import { hash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { NO_APPROVALS } from '../../src/core/approvals/approvals.ts';
import { Action, type Digest } from '../../src/core/decision.ts';
import { Proof } from '../../src/core/proof.ts';
import type { PolicyText } from '../../src/policy/check.ts';
import type { Facts, FactsOf } from '../../src/policy/facts.ts';
import { factsFromShorthand } from '../../src/policy/facts-shorthand.ts';
import { type Loaded, loadPolicies, type PolicySet } from '../../src/policy/load.ts';
import type { Subject } from '../../src/policy/question.ts';

const ROOT = join(import.meta.dirname, '../../policies');
export const SCHEMA = readFileSync(join(ROOT, 'schema.cedarschema'), 'utf8');
/** The base, and what the pack adds. */
const textsOf = (pack: string): PolicyText[] =>
  ['base', pack].flatMap(folder =>
    globSync(join(ROOT, folder, '*.cedar')).map(file => ({
      name: `${folder}/${basename(file)}`,
      text: readFileSync(file, 'utf8'),
    })),
  );
export const STARTER = textsOf('starter');

export const digest = (text: string): Digest => `sha256:${hash('sha256', text)}`;

export const load = (policies: PolicyText[], schema = SCHEMA): Loaded =>
  loadPolicies({ schema, policies, digest });

export function sound(policies: PolicyText[], schema = SCHEMA): PolicySet {
  const loaded = load(policies, schema);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults, null, 1));
  return loaded.set;
}

let kept: PolicySet | undefined;
/** Loaded once: nobody changes it. */
export function starter(): PolicySet {
  kept ??= sound(STARTER);
  return kept;
}
/** A shipped pack, on the base. */
export const pack = (name: string): PolicySet => sound(textsOf(name));
/** The pack that merges alone what no rule holds. */
export const autonomous = (): PolicySet => pack('autonomous');

const subject: Subject = {
  name: 'author',
  role: 'author',
  adapter: 'simulated',
  model: null,
  trust: 'T2',
  paths: [],
  commands: [],
  hosts: [],
  servers: [],
  person: { id: 7, login: 'maria' },
};
const repository = { id: 1, owner: 'Acme', name: 'Widgets', archived: false };
const common = {
  mode: 'live' as const,
  requester: { role: 'write' as const },
  taint: [],
  approvals: NO_APPROVALS,
};
const call = { ...common, step: 'author', executor: 'agent' as const };
const patch = {
  ...common,
  size: { files: 1, added: 1, removed: 0, bytes: 10 },
  findings: [],
  reproduced: true,
  proof: Proof.options,
};

/** What is asked in the usual case; tests change what they are about. */
export const TASK: FactsOf<'task.start'> = {
  gate: 'admit',
  action: 'task.start',
  subject,
  repository,
  resource: { kind: 'repository' },
  context: { ...common, startedBy: 'person', ciOptIn: false, fork: false, authors: [] },
};
export const RUN: FactsOf<'run.start'> = {
  ...TASK,
  action: 'run.start',
  resource: { kind: 'run', step: 'author', executor: 'agent', attempt: 1 },
};
export const WRITE: FactsOf<'file.write'> = {
  gate: 'act',
  action: 'file.write',
  subject,
  repository,
  resource: { kind: 'path', path: 'src/index.ts' },
  context: { ...common, findings: [] },
};
export const EXEC: FactsOf<'command.exec'> = {
  gate: 'act',
  action: 'command.exec',
  subject,
  repository,
  resource: { kind: 'command', argv: ['npm', 'run', 'lint'] },
  context: call,
};
export const CONNECT: FactsOf<'net.connect'> = {
  ...EXEC,
  action: 'net.connect',
  resource: { kind: 'host', name: 'registry.example', port: 443 },
};
export const SECRET: FactsOf<'secret.use'> = {
  ...EXEC,
  action: 'secret.use',
  resource: { kind: 'secret', name: 'DEPLOY_KEY' },
};
export const MODEL: FactsOf<'model.call'> = {
  ...EXEC,
  action: 'model.call',
  resource: { kind: 'model', provider: 'openai', name: 'large' },
};
export const MCP: FactsOf<'mcp.call'> = {
  ...EXEC,
  action: 'mcp.call',
  resource: { kind: 'tool', server: 'docs', name: 'search' },
};
export const ACCEPT: FactsOf<'patch.accept'> = {
  gate: 'accept',
  action: 'patch.accept',
  subject,
  repository,
  resource: { kind: 'patch', tree: 'a'.repeat(40) },
  context: patch,
  paths: [{ path: 'src/index.ts', findings: [] }],
};
export const PUSH: FactsOf<'branch.push'> = {
  gate: 'publish',
  action: 'branch.push',
  subject,
  repository,
  resource: { kind: 'branch', name: 'gatehouse/issue-1', default: false },
  context: patch,
};
export const OPEN: FactsOf<'pr.open'> = {
  ...PUSH,
  action: 'pr.open',
  resource: { kind: 'branch', name: 'main', default: true },
};
export const MERGE: FactsOf<'pr.merge'> = {
  gate: 'merge',
  action: 'pr.merge',
  subject,
  repository,
  resource: { kind: 'pull', number: 2, base: 'main', draft: false },
  context: { ...patch, checks: { failing: [], pending: [] } },
  paths: [{ path: 'src/index.ts', findings: [] }],
};
export const DEPLOY: FactsOf<'deploy'> = {
  gate: 'deploy',
  action: 'deploy',
  subject,
  repository,
  resource: { kind: 'environment', name: 'production' },
  context: { ...common, checks: { failing: [], pending: [] } },
};

/** The usual case of every action there is. */
export const everyAction = (): Facts[] =>
  Action.options.map(action => {
    const made = factsFromShorthand({ action });
    if ('problem' in made) throw new Error(made.problem);
    return made.facts;
  });

export const BY_MAINTAINER = { ...NO_APPROVALS, count: 1, maintainers: 1 };
export const BY_WRITER = { ...NO_APPROVALS, count: 1 };
