import { describe, expect, test } from 'vitest';
import { NO_APPROVALS } from '../../src/core/approvals/approvals.ts';
import { Action, PolicyDecision } from '../../src/core/decision.ts';
import { decide, factsText } from '../../src/policy/decide.ts';
import { evaluate } from '../../src/policy/evaluation.ts';
import type { Facts, FactsOf } from '../../src/policy/facts.ts';
import { factsFromShorthand } from '../../src/policy/facts-shorthand.ts';
import type { PolicySet } from '../../src/policy/load.ts';
import { pathRequests, requestOf } from '../../src/policy/request.ts';
import {
  ACCEPT,
  BY_MAINTAINER,
  BY_WRITER,
  DEPLOY,
  digest,
  EXEC,
  everyAction,
  MERGE,
  SCHEMA,
  STARTER,
  sound,
  starter,
  TASK,
  WRITE,
} from './starter.ts';

const policy = (id: string, text: string, notes = '') => ({
  name: `${id}.cedar`,
  text: `@id("${id}")\n@reason("Reason of ${id}.")\n${notes}${text}`,
});
const PERMIT = policy('permit-all', 'permit (principal, action, resource);');
const approvers = (who: string, quorum = 1) => `@approvers("${who}")\n@quorum("${quorum}")\n`;
const write = (path: string, teams: string[] = []): FactsOf<'file.write'> => ({
  ...WRITE,
  resource: { kind: 'path', path },
  context: { ...WRITE.context, approvals: { ...NO_APPROVALS, teams } },
});

describe('require_approval, by the second evaluation', () => {
  const WORKFLOWS = policy(
    'workflows-by-security',
    `forbid (principal, action, resource in Path::".github/workflows")
     unless { context.approvals.teams.contains(Team::"security") };`,
    approvers('the security team'),
  );
  const set = sound([PERMIT, WORKFLOWS]);

  test('a forbid that an approval lifts asks for it', () => {
    expect(decide(set, write('.github/workflows/ci.yml'))).toMatchObject({
      outcome: 'require_approval',
      policies: ['workflows-by-security'],
      reasons: ['Reason of workflows-by-security.'],
      approvers: ['the security team'],
      quorum: 1,
      tree: {
        outcome: 'require_approval',
        children: [{ children: [{ name: 'workflows-by-security', outcome: 'require_approval' }] }],
      },
    });
  });
  test('the team that was asked for lifts it, another does not', () => {
    const by = (team: string) => decide(set, write('.github/workflows/ci.yml', [team])).outcome;
    expect(by('security')).toBe('allow');
    expect(by('design')).toBe('require_approval');
  });
  test('elsewhere it says nothing', () => {
    expect(decide(set, write('src/ci.yml'))).toMatchObject({
      outcome: 'allow',
      policies: ['permit-all'],
    });
  });
  test('a forbid without exemption denies both times, whoever approves', () => {
    const never = policy('never', 'forbid (principal, action, resource in Path::".github");');
    const both = sound([PERMIT, WORKFLOWS, never]);
    for (const teams of [[], ['security']])
      expect(decide(both, write('.github/workflows/ci.yml', teams))).toMatchObject({
        outcome: 'deny',
        policies: ['never'],
        approvers: [],
        quorum: 0,
      });
    // Both are seen: the one that stands, and the one that an approval would have lifted.
    const { tree } = decide(both, write('.github/workflows/ci.yml'));
    expect(tree.children[0]?.children.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
      'never: deny',
      'workflows-by-security: require_approval',
    ]);
  });
  test('no permit denies with no policy named', () => {
    const none = sound([WORKFLOWS]);
    expect(decide(none, write('src/a.ts'))).toMatchObject({
      outcome: 'deny',
      policies: [],
      reasons: ['No policy permits file.write.'],
    });
    expect(decide(none, write('.github/workflows/ci.yml')).outcome).toBe('deny');
  });
  test('a permit that takes approval asks for it', () => {
    const some = policy(
      'two-people',
      'permit (principal, action == Action::"deploy", resource) when { context.approvals.count >= 2 };',
      approvers('anyone, a manager', 2),
    );
    const asked = decide(sound([some]), DEPLOY);
    expect(asked).toMatchObject({
      outcome: 'require_approval',
      approvers: ['anyone', 'a manager'],
      quorum: 2,
    });
    const one = { ...DEPLOY, context: { ...DEPLOY.context, approvals: BY_WRITER } };
    expect(decide(sound([some]), one).outcome).toBe('require_approval');
  });
  test('several that ask: all of them are named, the largest quorum counts', () => {
    const more = policy(
      'owners',
      'forbid (principal, action, resource in Path::".github") unless { context.approvals.codeowners };',
      approvers('code owners', 3),
    );
    expect(decide(sound([PERMIT, WORKFLOWS, more]), write('.github/workflows/a'))).toMatchObject({
      policies: ['owners', 'workflows-by-security'],
      approvers: ['code owners', 'the security team'],
      quorum: 3,
    });
  });
});

describe('deny by default', () => {
  const set = starter();
  test('every action of the schema can be asked and gives a sound decision', () => {
    const all = everyAction();
    expect(all.map(facts => facts.action)).toEqual(Action.options);
    for (const facts of all) {
      const decision = decide(set, facts);
      expect(PolicyDecision.parse(decision)).toEqual(decision);
      expect(JSON.stringify(decision.tree)).not.toContain('"error"');
    }
  });
  test('an unknown action', () => {
    const facts = { ...TASK, action: 'repository.delete' } as unknown as Facts;
    expect(decide(set, facts)).toMatchObject({
      outcome: 'deny',
      reasons: ['Unknown action "repository.delete": nothing permits it.'],
      tree: { children: [{ outcome: 'error' }] },
    });
  });
  test('an action that this schema does not have', () => {
    const older = SCHEMA.replace(/^action "deploy".*$/m, '');
    const without = sound([PERMIT], older);
    expect(decide(without, DEPLOY)).toMatchObject({ outcome: 'deny', policies: [] });
    expect(decide(without, DEPLOY).reasons[0]).toContain('has no action "deploy"');
    expect(decide(without, TASK).outcome).toBe('allow');
  });
  test('a missing fact', () => {
    const { mode: _, ...rest } = TASK.context;
    const decision = decide(set, { ...TASK, context: rest } as unknown as Facts);
    expect(decision.outcome).toBe('deny');
    expect(decision.reasons[0]).toContain('context.mode');
  });
  test('a fact too many, a word that is none, a number that is none', () => {
    for (const context of [
      { ...TASK.context, admin: true },
      { ...TASK.context, mode: 'dryrun' },
    ])
      expect(decide(set, { ...TASK, context } as unknown as Facts).outcome).toBe('deny');
    const size = { ...ACCEPT.context.size, files: Number.NaN };
    expect(decide(set, { ...ACCEPT, context: { ...ACCEPT.context, size } }).outcome).toBe('deny');
  });
  test('a fact that the schema of then does not know changes nothing', () => {
    const before = SCHEMA.replaceAll('  spent: Spent,\n', '');
    const { context } = TASK;
    const spent = { nanoUsd: 9e9, priced: true, tokens: 1, calls: 1, ms: 1, runs: 2, rounds: 3 };
    for (const facts of [TASK, { ...TASK, context: { ...context, spent } }])
      expect(decide(sound(STARTER, before), facts).outcome).toBe('allow');
  });
  test('an attribute that a policy reads and no fact gives: denied by the engine', () => {
    const stricter = SCHEMA.replace(
      'type DeployContext = {',
      'type DeployContext = {\n  window: Bool,',
    );
    const inWindow = policy(
      'in-window',
      'permit (principal, action == Action::"deploy", resource) when { context.window };',
    );
    const decision = decide(sound([PERMIT, inWindow], stricter), DEPLOY);
    expect(decision.outcome).toBe('deny');
    expect(decision.reasons[0]).toContain("deploy can't be decided");
  });
  test('a policy that fails while it is looked at denies, even where another permits', () => {
    const overflow = policy(
      'overflow',
      'forbid (principal, action == Action::"patch.accept", resource) when { context.size.bytes * 9007199254740991 * 9007199254740991 < 0 };',
    );
    const decision = decide(sound([PERMIT, overflow]), ACCEPT);
    expect(decision).toMatchObject({ outcome: 'deny', policies: [] });
    expect(decision.reasons[0]).toContain('overflow');
  });
  test('policies that Cedar refuses when they are first asked', () => {
    const handle = () => ({ problem: 'no such policies' });
    const actions = new Map(
      [...set.actions].map(([name, asking]) => [name, { ...asking, handle }]),
    );
    for (let time = 0; time < 2; time++)
      expect(decide({ ...set, actions }, TASK)).toMatchObject({
        outcome: 'deny',
        reasons: ["task.start can't be decided: no such policies."],
      });
  });
  test('a request that is none by the schema, whatever was allowed before', () => {
    const asked = sound([PERMIT]);
    const request = requestOf(WRITE);
    expect(evaluate(asked, request, NO_APPROVALS).outcome).toBe('allow');
    for (const wrong of [
      { ...request, action: 'deploy' },
      { ...request, action: 'repository.delete' },
      { ...request, resource: { ...request.resource, uid: { type: 'Nothing', id: 'x' } } },
      { ...request, principal: { ...request.principal, uid: { type: 'Path', id: 'author' } } },
    ])
      for (let time = 0; time < 2; time++)
        expect(evaluate(asked, wrong, NO_APPROVALS)).toMatchObject({
          outcome: 'deny',
          results: [{ outcome: 'error' }],
        });
  });
  test('a path that is none of the repository', () => {
    for (const path of ['/etc/passwd', '../x', 'a/../../x', '.', '\u200b'])
      expect(decide(sound([PERMIT]), write(path)), path).toMatchObject({ outcome: 'deny' });
  });
});

describe('a change is as good as its worst path', () => {
  const set = starter();
  const paths = [
    { path: 'src/a.ts', findings: [] },
    { path: '.github/workflows/ci.yml', findings: ['runs-on-push' as const] },
    { path: 'link', findings: ['symlink' as const] },
  ];
  test('deny before require_approval before allow', () => {
    const context = { ...MERGE.context, approvals: BY_WRITER };
    const outcome = (count: number) =>
      decide(set, { ...MERGE, context, paths: paths.slice(0, count) });
    expect(outcome(1).outcome).toBe('allow');
    expect(outcome(2).outcome).toBe('require_approval');
    expect(outcome(3).outcome).toBe('deny');
    expect(outcome(3).reasons).toEqual(['The patch adds a symbolic link: link.']);
    expect(outcome(3).approvers).toEqual([]);
    const listed = outcome(3).tree.children[1];
    expect(listed?.reason).toBe('2 of 3 paths are held.');
    expect(listed?.children.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
      'link: deny',
      '.github/workflows/ci.yml: require_approval',
    ]);
  });
  test('approval of one does not lift the other', () => {
    const context = { ...MERGE.context, approvals: BY_MAINTAINER };
    expect(decide(set, { ...MERGE, context, paths }).outcome).toBe('deny');
    expect(decide(set, { ...MERGE, context, paths: paths.slice(0, 2) }).outcome).toBe('allow');
  });
  test('asking once for what no policy tells apart changes no answer', () => {
    const text = `forbid (principal, action == Action::"file.write", resource)
      when { resource.path like "*/Generated/*" || resource.file == "Makefile" };`;
    const peculiar = sound([...STARTER, policy('peculiar', text)]);
    for (const each of [set, peculiar])
      for (const facts of [ACCEPT, MERGE]) {
        const many = [
          'src/a',
          'src/b',
          'lib/generated/x',
          'MAKEFILE',
          '.git/x',
          'a/b/c',
          'a/b/d',
        ].flatMap(path => [
          { path, findings: [] },
          { path: `${path}.lock`, findings: ['lockfile' as const] },
        ]);
        const requests = pathRequests({ ...facts, paths: many });
        for (const approvals of [NO_APPROVALS, BY_WRITER, BY_MAINTAINER])
          for (const request of requests)
            expect(evaluate(each, request, approvals)).toEqual(
              // Another object has given no answer yet.
              evaluate({ ...each }, request, approvals),
            );
      }
  });
  test('a thousand files within half a second', () => {
    const many = Array.from({ length: 1000 }, (_, n) => ({
      path: `packages/p${n % 20}/src/deep/file${n}.ts`,
      findings: n % 10 === 0 ? ['lockfile' as const] : [],
    }));
    const context = { ...MERGE.context, approvals: BY_WRITER };
    decide(set, { ...MERGE, context, paths: many });
    const before = process.cpuUsage();
    const decision = decide(set, { ...MERGE, context, paths: many });
    const { user, system } = process.cpuUsage(before);
    expect(decision.outcome).toBe('require_approval');
    // Listed for people, bounded for the log.
    expect(decision.tree.children[1]?.children).toHaveLength(51);
    expect(decision.reasons[0]).toMatch(/ and 97 more\.$/);
    // Processor time: other tests run beside this one.
    expect((user + system) / 1000).toBeLessThan(500);
  });
});

describe('paths are compared folded, on both sides', () => {
  const text = `forbid (principal, action == Action::"file.write", resource in Path::".GitHub/Workflows");`;
  const set = sound([PERMIT, policy('no-workflows', text)]);
  for (const path of [
    '.github/workflows/ci.yml',
    '.GITHUB/WORKFLOWS/ci.yml',
    '.github/workflowſ/ci.yml',
    '.github./workflows/ci.yml',
    '.github /workflows/ci.yml',
    '.git\u200bhub/workflows/ci.yml',
    '.github\\workflows\\ci.yml',
    './.github//workflows/ci.yml',
    'github~1/workflows/ci.yml',
    '.github::$INDEX_ALLOCATION/workflows/ci.yml',
    '.github/workflows',
  ])
    test(JSON.stringify(path), () => expect(decide(set, write(path)).outcome).toBe('deny'));
  for (const path of [
    'github/workflows/ci.yml',
    '.github/workflow/ci.yml',
    'x/.github/workflows/a',
  ])
    test(`${path} is another`, () => expect(decide(set, write(path)).outcome).toBe('allow'));
  test('composed and decomposed letters are one', () => {
    const accents = policy('cafe', `forbid (principal, action, resource in Path::"caf\u00e9");`);
    expect(decide(sound([PERMIT, accents]), write('CAFE\u0301/x')).outcome).toBe('deny');
  });
  test('text comparisons of a path are folded too', () => {
    const like = policy(
      'owners-file',
      'forbid (principal, action == Action::"file.write", resource) when { resource.file == "CODEOWNERS" || resource.path like "Docs/*.PEM" };',
    );
    const both = sound([PERMIT, like]);
    expect(decide(both, write('docs/codeowners')).outcome).toBe('deny');
    expect(decide(both, write('docs/key.pem')).outcome).toBe('deny');
    expect(decide(both, write('docs/key.txt')).outcome).toBe('allow');
  });
});

describe('names that GitHub takes for one are compared folded, on both sides', () => {
  const forbids = (action: string, rest: string) =>
    sound([
      PERMIT,
      policy('names', `forbid (principal, action == Action::"${action}", resource${rest};`),
    ]);
  const { checks: _, ...common } = DEPLOY.context;
  const deploy = (name: string): Facts => ({ ...DEPLOY, resource: { kind: 'environment', name } });
  const labels = (names: string[], listed: string[]): Facts => ({
    gate: 'publish',
    action: 'issue.label',
    subject: TASK.subject,
    repository: TASK.repository,
    resource: { kind: 'labels', number: 1, names, reserved: false },
    context: { ...common, listed },
  });
  test.each<[string, PolicySet, Facts]>([
    ['an environment', forbids('deploy', ' == Environment::"Production")'), deploy('production')],
    [
      'as GitHub spells it',
      forbids('deploy', ' == Environment::"production")'),
      deploy('PRODUCTION'),
    ],
    [
      'a repository',
      forbids('task.start', ') when { context.repository.name == "ACME/Widgets" }'),
      TASK,
    ],
    [
      'an owner',
      forbids('task.start', ') when { ["ACME"].contains(context.repository.owner) }'),
      TASK,
    ],
    ['a login', forbids('task.start', ') when { context.requester.login == "Maria" }'), TASK],
    [
      'a label',
      forbids('issue.label', ') when { resource.names.contains("Bug") }'),
      labels(['bug'], []),
    ],
    [
      'labels of both sides',
      forbids('issue.label', ') when { context.listed.containsAll(resource.names) }'),
      labels(['bug'], ['BUG']),
    ],
  ])('%s', (_, set, facts) => {
    expect(decide(set, facts)).toMatchObject({ outcome: 'deny', policies: ['names'] });
  });
  test('the name of a program is itself', () => {
    const set = forbids('command.exec', ') when { resource.name == "Make" }');
    expect(decide(set, { ...EXEC, resource: { kind: 'command', argv: ['make'] } }).outcome).toBe(
      'allow',
    );
  });
});

describe('what a command runs besides', () => {
  const permit = (on: string) =>
    policy(
      'only',
      `permit (principal, action == Action::"command.exec", resource in Command::"${on}");`,
    );
  const RISKY = policy(
    'curl-by-maintainer',
    'forbid (principal, action == Action::"command.exec", resource) when { resource.name == "curl" } unless { context.approvals.count >= 1 };',
    approvers('a maintainer'),
  );
  const on = (line: string): Facts => {
    const made = factsFromShorthand({ action: 'command.exec', trust: 'T1', on: line });
    if ('problem' in made) throw new Error(made.problem);
    return made.facts;
  };
  test.each([
    ['npx tsc', 'npx -y tsc --build', 'allow'],
    ['npx', 'npx tsc', 'allow'],
    // What is let run by its own name is let run by nothing else.
    ['tsc', 'tsc --build', 'allow'],
    ['tsc', 'npx tsc', 'deny'],
    ['tsc', 'npx -p ./evil tsc', 'deny'],
    ['kubectl get', 'kubectl -n get delete pod x', 'deny'],
    ['kubectl get', 'kubectl -n shop get pod', 'allow'],
  ])('where %s is permitted: %s is judged as %s', (permitted, line, outcome) => {
    expect(decide(sound([permit(permitted)]), on(line)).outcome).toBe(outcome);
  });
  test('is forbidden, or takes a person, as it is by itself', () => {
    for (const line of ['curl x', 'npx curl x', 'uv run curl x', 'poetry run npx curl x'])
      expect(decide(sound([PERMIT, RISKY]), on(line))).toMatchObject({
        outcome: 'require_approval',
        resource: line,
        policies: ['curl-by-maintainer'],
      });
    const seventh = policy(
      'seven',
      'forbid (principal, action, resource in Command::"make a b c d e f");',
    );
    expect(decide(sound([PERMIT, seventh]), on('make a b c d e f g')).outcome).toBe('deny');
  });
});

describe('a decision can be taken again', () => {
  const set = starter();
  test('from the texts of its two digests', () => {
    const decision = decide(set, MERGE);
    expect(decision.factsDigest).toBe(digest(factsText(MERGE)));
    expect(decision.policyDigest).toBe(digest(set.text));
    expect(decide(set, JSON.parse(factsText(MERGE)) as Facts)).toEqual(decision);
  });
  test('the order of keys in the facts does not matter, any value does', () => {
    const turned = Object.fromEntries(Object.entries(TASK).toReversed()) as unknown as Facts;
    expect(decide(set, turned).factsDigest).toBe(decide(set, TASK).factsDigest);
    const other = { ...TASK, context: { ...TASK.context, fork: true } };
    expect(decide(set, other).factsDigest).not.toBe(decide(set, TASK).factsDigest);
  });
  test('facts that nothing can be made of have a digest too', () => {
    const decision = decide(set, { ...TASK, subject: null } as unknown as Facts);
    expect(decision.outcome).toBe('deny');
    expect(decision.factsDigest).toMatch(/^sha256:/);
  });
});
