/** What a repository says itself restricts, and never loosens. */
import { describe, expect, it } from 'vitest';
import { CONFIG_PATH, POLICY_PATH, type RuleFile } from '../../src/engine/policies/rule-files.ts';
import { readRules } from '../../src/engine/policies/rules.ts';
import { decide } from '../../src/policy/decide.ts';
import type { Facts } from '../../src/policy/facts.ts';
import { faultLine } from '../../src/policy/fault.ts';
import { loadKept, withObserved } from '../../src/policy/load.ts';
import {
  ACCEPT,
  digest,
  EXEC,
  MERGE,
  PUSH,
  RUN,
  sound,
  starter,
  TASK,
  WRITE,
} from '../policy/starter.ts';

const deployment = starter();
const file = (path: string, text: string | undefined): RuleFile | null =>
  text === undefined ? null : { path, from: null, text };
const rules = ({ config, policy }: { config?: string; policy?: string }) =>
  readRules(deployment, {
    config: file(CONFIG_PATH, config),
    policy: file(POLICY_PATH, policy),
  });
const writing = (path: string, role = 'author'): Facts => ({
  ...WRITE,
  subject: { ...WRITE.subject, role },
  resource: { kind: 'path', path },
});

const FROZEN = `@id("frozen")
@reason("The protocol is frozen.")
forbid (principal, action == Action::"file.write", resource in Path::"Protocol");
`;

describe('.github/gatehouse.cedar', () => {
  it('forbids what the deployment permits, under a name that nobody mistakes', () => {
    const { set, faults } = rules({ policy: FROZEN });
    expect(faults).toEqual([]);
    expect(set.digest).not.toBe(deployment.digest);
    expect(decide(set, writing('protocol/v1.md'))).toMatchObject({
      outcome: 'deny',
      policies: ['repository:frozen'],
      reasons: ['The protocol is frozen.'],
    });
    expect(decide(set, writing('src/a.ts')).outcome).toBe('allow');
  });

  it('in observe mode is tried: recorded beside the decision that holds', () => {
    const { set, faults } = rules({ policy: FROZEN, config: 'mode: observe\n' });
    expect(faults).toEqual([]);
    expect(set.digest).toBe(deployment.digest);
    const held = rules({ policy: FROZEN }).set;
    expect(decide(set, writing('protocol/v1.md'))).toMatchObject({
      outcome: 'allow',
      observed: {
        outcome: 'deny',
        policies: ['repository:frozen'],
        reasons: ['The protocol is frozen.'],
        policyDigest: held.digest,
      },
    });
    expect(decide(set, writing('src/a.ts')).observed).toMatchObject({ outcome: 'allow' });
    expect(decide(held, writing('src/a.ts'))).not.toHaveProperty('observed');
    // Loaded once: its answers are kept.
    expect(rules({ policy: FROZEN, config: 'mode: observe\n' }).set).toBe(set);
  });

  it('with a fault is enforced as a fault, in observe mode too', () => {
    const { set } = rules({ policy: 'forbid (principal,', config: 'mode: observe\n' });
    expect(decide(set, writing('src/a.ts')).outcome).toBe('deny');
  });

  it('is observed with policies that the deployment observes, and enforced with its own', () => {
    const observed = sound([{ name: 'x.cedar', text: FROZEN.replace('Protocol', 'src') }]);
    const { set } = readRules(withObserved(deployment, observed), {
      config: null,
      policy: file(POLICY_PATH, FROZEN),
    });
    expect(decide(set, writing('protocol/v1.md'))).toMatchObject({
      outcome: 'deny',
      observed: { outcome: 'deny', policies: ['repository:frozen'] },
    });
    expect(decide(set, writing('src/a.ts'))).toMatchObject({
      outcome: 'allow',
      observed: { outcome: 'deny', policies: ['frozen'] },
    });
  });

  it('is the same set again when it is loaded from its kept text', () => {
    const { set } = rules({ policy: FROZEN, config: 'limits: { files: 3 }\n' });
    const again = loadKept(set.text, digest);
    if (!again.ok) throw new Error(JSON.stringify(again.faults));
    expect(again.set.digest).toBe(set.digest);
    for (const facts of [TASK, writing('protocol/v1.md'), ACCEPT, PUSH, MERGE] as Facts[])
      expect(decide(again.set, facts)).toEqual(decide(set, facts));
  });

  it('may use an @id of the deployment', () => {
    const policy = FROZEN.replace('frozen', 'write-never-git');
    expect(rules({ policy }).faults).toEqual([]);
  });

  it.each([
    [
      'a permit',
      `\n@id("open") @reason("Why not.")\npermit (principal, action, resource);`,
      '.github/gatehouse.cedar:3:1: a repository may only forbid',
    ],
    ['a syntax error', 'forbid (principal,', '.github/gatehouse.cedar:1:19: unexpected end'],
    [
      'an attribute that is none',
      `@id("a") @reason("B.")\nforbid (principal, action == Action::"pr.merge", resource)\nwhen { context.size.line > 3 };`,
      '.github/gatehouse.cedar:3:8: attribute `size.line` in context',
    ],
  ])('with %s closes everything until it is corrected', (_, policy, fault) => {
    const { set, faults } = rules({ policy });
    expect(faults.map(faultLine).join('\n')).toContain(fault);
    for (const facts of [TASK, RUN, WRITE, EXEC, ACCEPT, PUSH, MERGE] as Facts[])
      expect(decide(set, facts)).toMatchObject({
        outcome: 'deny',
        policies: ['repository:faulty'],
        reasons: [expect.stringContaining(`.github/gatehouse.cedar line ${faults[0]?.line}`)],
      });
  });

  it('without a policy in it says nothing', () => {
    expect(rules({ policy: '// nothing yet\n' })).toMatchObject({ faults: [] });
  });
});

describe('.github/gatehouse.yml', () => {
  const config = [
    'roles:',
    '  linter: { enabled: false }',
    '  tester: { paths: [test] }',
    'scopes:',
    '  write: [src, test, README.md]',
    '  never: [SRC/vendor]',
    'limits:',
    '  files: 3',
    '  lines: 100',
    '',
  ].join('\n');
  const { set, faults } = rules({ config });
  const by = (facts: Facts) => decide(set, facts).policies;

  it('is sound, and each of its restrictions stands on its own line', () => {
    expect(faults).toEqual([]);
    const own = [...set.policies.values()].filter(({ id }) => id.startsWith('configuration:'));
    expect(own.map(({ id, line }) => `${line} ${id.slice(14)}`)).toEqual([
      '2 no-role-linter',
      '3 role-tester-paths',
      '5 scope-write',
      '6 scope-never',
      '8 limit-files',
      '9 limit-lines',
    ]);
  });

  it('keeps a role out', () => {
    const run = { ...RUN, subject: { ...RUN.subject, role: 'linter' } };
    expect(decide(set, run)).toMatchObject({
      outcome: 'deny',
      policies: ['configuration:no-role-linter'],
    });
    expect(decide(set, RUN).outcome).toBe('allow');
  });

  it('keeps writing within its scopes', () => {
    expect(by(writing('lib/a.ts'))).toEqual(['configuration:scope-write']);
    expect(by(writing('src/Vendor/a.ts'))).toEqual(['configuration:scope-never']);
    expect(by(writing('src/a.ts', 'tester'))).toEqual(['configuration:role-tester-paths']);
    for (const path of ['src/a.ts', 'README.md', 'readme.md'])
      expect(decide(set, writing(path)).outcome).toBe('allow');
  });

  it('publishes and merges what several roles made, each within its paths', () => {
    const two = rules({
      config: [
        'roles:',
        '  author: { paths: [src] }',
        '  tester: { paths: [test] }',
        '  tester-paths: { enabled: false }',
        '',
      ].join('\n'),
    });
    expect(two.faults).toEqual([]);
    const paths = ['src/a.ts', 'test/a.ts'].map(path => ({ path, findings: [] }));
    for (const facts of [
      { ...PUSH, paths },
      { ...MERGE, paths },
    ])
      expect(decide(two.set, facts).policies).not.toContain('configuration:role-author-paths');
    // What the author alone has made is held to the author's own.
    expect(decide(two.set, { ...ACCEPT, paths })).toMatchObject({
      outcome: 'deny',
      policies: ['configuration:role-author-paths'],
    });
  });

  it('refuses a change that is too large', () => {
    const sized = (size: Partial<typeof ACCEPT.context.size>): Facts => ({
      ...ACCEPT,
      context: { ...ACCEPT.context, size: { ...ACCEPT.context.size, ...size } },
    });
    expect(by(sized({ files: 4 }))).toEqual(['configuration:limit-files']);
    expect(by(sized({ added: 60, removed: 41 }))).toEqual(['configuration:limit-lines']);
    expect(decide(set, sized({ files: 3, added: 60, removed: 40 })).outcome).toBe('allow');
  });

  it.each([
    [
      'scopes:\n  wirte: [src]\n',
      'gatehouse.yml:2:3: scopes.wirte: unknown key (did you mean "write"?)',
    ],
    ['limit:\n  files: 3\n', 'gatehouse.yml:1:1: limit: unknown key (did you mean "limits"?)'],
    ['limits:\n  files: 0\n', 'gatehouse.yml:2:3: limits.files: must be more than 0'],
    [
      'scopes:\n  never: ["src/*.js"]\n',
      'gatehouse.yml:2:11: scopes.never.0: must name a folder or a file',
    ],
    ['scopes:\n  never: ["../x"]\n', 'scopes.never.0: must lie in the repository'],
    ['scopes:\n  never: ["a\\" || true"]\n', 'scopes.never.0: must name a folder or a file'],
    [
      'roles:\n  author: { path: [src] }\n',
      'roles.author.path: unknown key (did you mean "paths"?)',
    ],
  ])('with the fault of %j closes everything', (text, fault) => {
    const read = rules({ config: text });
    expect(read.faults.map(faultLine).join('\n')).toContain(fault);
    expect(decide(read.set, TASK)).toMatchObject({ outcome: 'deny' });
  });
});

it('whatever a repository says, nothing is allowed that was not', () => {
  const asked: Facts[] = [TASK, RUN, WRITE, EXEC, ACCEPT, PUSH, MERGE];
  const levels = ['T0', 'T1', 'T2', 'T3'] as const;
  const sets = [
    { policy: FROZEN },
    { config: 'scopes: { write: [src] }' },
    {
      policy: `@id("veto") @reason("R.") @approvers("x") forbid (principal, action, resource) unless { context.approvals.count >= 1 };`,
    },
  ].map(texts => rules(texts).set);
  for (const facts of asked)
    for (const trust of levels)
      for (const set of sets) {
        const given = { ...facts, subject: { ...facts.subject, trust } } as Facts;
        const [own, joined] = [decide(deployment, given).outcome, decide(set, given).outcome];
        const rank = ['deny', 'require_approval', 'allow'];
        expect(rank.indexOf(joined)).toBeLessThanOrEqual(rank.indexOf(own));
      }
});

describe('what could never be done or hold is shown, and closes nothing', () => {
  it.each([
    [
      'a review of nothing, again and again',
      'schedule: { n: { cron: "0 3 * * *", command: review } }\n',
      /^\.github\/gatehouse\.yml:1:\d+: schedule\.n\.command: works on pull requests only, and this would be about none: it is one of fix, lint, test, plan, implement, explain$/,
    ],
    [
      'a triage of nothing, by a hook',
      'hooks: [{ name: h, on: [merged], start: { command: triage, text: x } }]\n',
      /^\.github\/gatehouse\.yml:1:\d+: hooks\.0\.start\.command: works on issues only, and this would be about none/,
    ],
    [
      'a preview that is to be deployed by a workflow of ours',
      'environments: { p: { on: pull_request, workflow: deploy.yml } }\n',
      /^\.github\/gatehouse\.yml:1:\d+: environments\.p\.workflow: is started after a merge, and this is a preview, which the repository deploys itself: take one of the two out$/,
    ],
    [
      "a value that can't be above and below",
      'environments: { s: { accept: [{ metric: up, prometheus: "https://p.example.com", above: 3, below: 1 }] } }\n',
      /^\.github\/gatehouse\.yml:1:\d+: environments\.s\.accept\.0: no value is above 3 and below 1$/,
    ],
    [
      'a schema that is none',
      'environments: { s: { accept: [{ get: /, schema: { type: objct } }] } }\n',
      /^\.github\/gatehouse\.yml:1:\d+: environments\.s\.accept\.0\.schema: is no JSON Schema that can be used: /,
    ],
    [
      'a schema that lies elsewhere',
      'environments: { s: { accept: [{ get: /, schema: { $ref: "https://example.com/s" } }] } }\n',
      /^\.github\/gatehouse\.yml:1:\d+: environments\.s\.accept\.0\.schema: is no JSON Schema that can be used: /,
    ],
    [
      'a schema with a pattern',
      'environments: { s: { accept: [{ get: /, schema: { type: string, pattern: a } }] } }\n',
      /^\.github\/gatehouse\.yml:1:\d+: environments\.s\.accept\.0\.schema: .*: patterns may take for ever/,
    ],
  ])('%s', (_, config, fault) => {
    const { set, faults, shown } = rules({ config });
    expect(faults).toEqual([]);
    expect(shown.map(faultLine)).toEqual([expect.stringMatching(fault)]);
    expect(decide(set, writing('src/a.ts')).outcome).toBe('allow');
  });
});
