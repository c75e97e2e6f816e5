/** A pull request that changes policy: valid or not, tested, and what of the past would flip. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Repository } from '../../../../src/core/actor.ts';
import type { Examination } from '../../../../src/core/examination.ts';
import type { TaskCommand } from '../../../../src/core/task/decide/command.ts';
import { receive } from '../../../../src/engine/intake/receive.ts';
import { performEffect } from '../../../../src/engine/perform/perform.ts';
import {
  CONFIG_PATH,
  POLICY_PATH,
  TABLE_PATH,
} from '../../../../src/engine/policies/rule-files.ts';
import type { PullFacts } from '../../../../src/engine/ports/github.ts';
import { decide, factsText } from '../../../../src/policy/decide.ts';
import { created, decided } from '../../../core/task/given.ts';
import { STARTER, TASK } from '../../../policy/starter.ts';
import { beginTask } from '../../begin.ts';
import { type AnyTrigger, MONA, REPOSITORY } from '../../github.ts';
import { openServices, type TestServices } from '../../test-services.ts';

let services: TestServices;
let base: string;
beforeAll(async () => {
  services = await openServices();
  base = await services.remote.commit({ [CONFIG_PATH]: 'commands:\n  test: [node, test.js]\n' });
});
afterAll(() => services.close());

let repository: Repository;
beforeEach(() => {
  repository = { ...REPOSITORY, id: (repository?.id ?? 500) + 1 };
  services.github.written.length = 0;
});

let numbers = 0;
type Role = typeof TASK.context.requester.role;
/** A recorded task that was asked for by somebody with this role. */
async function recorded(role: Role, where = repository, forget = false): Promise<string> {
  const issue = ++numbers;
  const id = `${where.id}-${issue}`;
  const facts = {
    ...TASK,
    repository: { id: where.id, owner: where.owner, name: where.name, archived: false },
    subject: { ...TASK.subject, person: { id: issue, login: `person-${issue}` } },
    context: { ...TASK.context, requester: { role } },
  };
  const decision = decide(services.policies, facts);
  if (!forget) await services.artifacts.put(factsText(facts), 'proof');
  await services.artifacts.put(services.policies.text, 'proof');
  const create = created();
  if (create.type !== 'create') throw new Error('a task begins with its creation');
  await beginTask(services.log, id, [
    { type: 'create', data: { ...create.data, repository: where, issue } },
    { ...decided('task.start', 'allow'), decision } as TaskCommand,
  ]);
  return id;
}

let pulls = 0;
/** A pull request with these files, as somebody opens it; what came of the delivery. */
async function open(
  files: Record<string, string | null>,
  parts: Partial<TestServices> = {},
  over: Partial<PullFacts> = {},
) {
  const number = ++pulls;
  const sha = await services.remote.commit(files, `topic-${number}`, base);
  services.github.pulls.set(number, {
    number,
    title: 'It adds',
    state: 'open',
    merged: false,
    mergeCommit: null,
    mergedByUs: false,
    draft: false,
    locked: false,
    conflicts: false,
    head: { ref: `topic-${number}`, sha, repositoryId: repository.id },
    base: { ref: 'main', sha: base },
    checks: [],
    forged: [],
    ...over,
  });
  const guid = `policy-${number}`;
  const trigger: AnyTrigger = {
    kind: 'pull_content',
    key: null,
    repository,
    pull: number,
    head: sha,
    base: over.base?.ref ?? 'main',
    fork: over.head?.repositoryId === null,
  };
  await services.deliveries.receive({
    guid,
    event: 'test',
    body: Buffer.from(JSON.stringify(trigger)),
  });
  const all = { ...services, ...parts };
  await receive(all, guid);
  await performEffect(
    all,
    { stream: `delivery/${guid}`, key: 'examine_policy' },
    new AbortController().signal,
  );
  const events = await services.events({ kind: 'delivery', id: guid });
  const written = services.github.written.findLast(each => each.kind === 'policy');
  return { guid, sha, events, examination: written?.examination as Examination, written };
}
const last = ({ events }: { events: { type: string; data: object }[] }) => events.at(-1)?.data;

const MAINTAINERS = `@id("maintainers-ask")
@reason("Here, maintainers ask for work.")
forbid (principal, action == Action::"task.start", resource)
when { context.requester.role == "write" };
`;

describe("a repository's own policy", () => {
  it('is told with its tests, and exactly the decisions that would flip', async () => {
    const flipping: string[] = [];
    for (const role of ['write', 'maintain', 'write', 'read', 'write', 'admin', 'write'] as const) {
      const id = await recorded(role);
      if (role === 'write') flipping.push(id);
    }
    for (let more = 0; more < 3; more++) flipping.push(await recorded('write'));
    const forgotten = await recorded('write', repository, true);
    const elsewhere = { ...repository, id: repository.id + 1_000, name: 'secret' };
    await recorded('write', elsewhere);
    const table = `tests:\n  - it: maintainers ask\n    action: task.start\n    requester: write\n    expect: deny\n    policies: ["repository:maintainers-ask"]\n`;
    const told = await open({ [POLICY_PATH]: `// Rules.\n${MAINTAINERS}`, [TABLE_PATH]: table });
    expect(told.events.map(({ type }) => type)).toEqual([
      'policy.examination_requested',
      'policy.examined',
    ]);
    expect(last(told)).toMatchObject({ verdict: 'neutral', faults: 0, flips: 7, head: told.sha });
    const { faults, tests, history } = told.examination;
    expect({ faults, tests }).toEqual({ faults: [], tests: { rows: 1, failed: [] } });
    expect(history?.decisions).toBe(11);
    expect(history?.flips.map(({ task }) => task).toSorted()).toEqual(flipping.toSorted());
    for (const flip of history?.flips ?? [])
      expect(flip).toMatchObject({
        action: 'task.start',
        from: 'allow',
        to: 'deny',
        gone: [],
        who: `person-${flip.task.split('-')[1]}`,
        why: 'Here, maintainers ask for work.',
        causes: [{ file: POLICY_PATH, line: 2 }],
      });
    expect(history?.undecidable).toMatchObject([
      {
        task: forgotten,
        lacks: expect.stringMatching(/^the facts sha256:\w+ are not in the record$/),
      },
    ]);
    expect(history?.elsewhere).toEqual({ repositories: 0, flips: 0, undecidable: 0 });
  });

  it('is refused where it permits anything, and nothing is decided again', async () => {
    await recorded('write');
    const told = await open({ [POLICY_PATH]: MAINTAINERS.replace('forbid', 'permit') });
    expect(last(told)).toMatchObject({ verdict: 'failure', digest: null, faults: 1, flips: 0 });
    expect(told.examination).toMatchObject({
      faults: [
        { file: POLICY_PATH, line: 3, column: 1, message: expect.stringMatching(/only forbid/) },
      ],
      tests: null,
      history: null,
    });
  });

  it('is red where its tests fail, with what came instead', async () => {
    const table = `tests:\n  - it: anybody asks\n    action: task.start\n    expect: allow\n`;
    const told = await open({ [POLICY_PATH]: MAINTAINERS, [TABLE_PATH]: table });
    expect(last(told)).toMatchObject({ verdict: 'failure', faults: 0 });
    expect(told.examination.tests).toEqual({
      rows: 1,
      failed: [
        {
          file: TABLE_PATH,
          line: 2,
          it: 'anybody asks',
          problems: ['expected allow, came deny by repository:maintainers-ask'],
        },
      ],
    });
  });

  it('is its configuration as well, each fault at its place', async () => {
    const told = await open({ [CONFIG_PATH]: 'limits:\n  flies: 1\n' });
    expect(told.examination.faults).toEqual([
      {
        file: CONFIG_PATH,
        line: 2,
        column: 3,
        message: 'limits.flies: unknown key (did you mean "files"?)',
      },
    ]);
  });

  it('is green where nothing of the past would differ', async () => {
    await recorded('maintain');
    const told = await open({ [POLICY_PATH]: MAINTAINERS });
    expect(last(told)).toMatchObject({ verdict: 'success', flips: 0 });
  });
});

describe('nothing is said', () => {
  it.each([
    ['of other changes', { 'src/index.js': 'x' }, {}],
    [
      "of a fork, which isn't read at all",
      { [POLICY_PATH]: '('.repeat(50_000) },
      { head: { ref: 'topic', sha: '', repositoryId: null } },
    ],
    [
      'of one for another branch',
      { [POLICY_PATH]: MAINTAINERS },
      { base: { ref: 'next', sha: '' } },
    ],
  ] as const)('%s', async (_, files, over) => {
    const { events } = await open(files, {}, over as Partial<PullFacts>);
    expect(events).toEqual([]);
    expect(services.github.written).toEqual([]);
  });

  it('of a closed pull request', async () => {
    const { events } = await open({ [POLICY_PATH]: MAINTAINERS }, {}, { state: 'closed' });
    expect(events.map(({ type }) => type)).toEqual([
      'policy.examination_requested',
      'effect.performed',
    ]);
    expect(services.github.written).toEqual([]);
  });

  it('of what is pushed, GitHub is asked for the default branch alone', async () => {
    const asked: string[] = [];
    const facts = new Proxy(services.github.facts, {
      get(target, name, self) {
        asked.push(String(name));
        return Reflect.get(target, name, self);
      },
    });
    await open({ 'src/index.js': 'y' }, { github: { ...services.github, facts } });
    expect(asked.toSorted()).toEqual(['defaultBranch', 'remote', 'requiresOurs', 'told']);
  });

  it('in another spelling of the same path, it is said all the same', async () => {
    const { events } = await open({ '.GitHub/Gatehouse.cedar': MAINTAINERS });
    expect(events[0]?.data).toMatchObject({ paths: ['.GitHub/Gatehouse.cedar'] });
  });
});

describe('the default branch', () => {
  /** Delivers a push of these files to the default branch; what was written of it. */
  async function pushed(files: Record<string, string | null>) {
    const head = await services.remote.commit(files, 'main', base);
    const guid = `push-${++pulls}`;
    const trigger: AnyTrigger = { kind: 'default_branch_moved', key: null, repository, head };
    const body = Buffer.from(JSON.stringify(trigger));
    await services.deliveries.receive({ guid, event: 'test', body });
    await receive(services, guid);
    const job = { stream: `delivery/${guid}`, key: 'show_faults' };
    await performEffect(services, job, new AbortController().signal);
    const events = await services.events({ kind: 'delivery', id: guid });
    return { head, events, written: services.github.written };
  }
  afterAll(() => services.remote.commit({}, 'main', base));

  it('shows what of its rules can not be used', async () => {
    const { head, events, written } = await pushed({ '.github/gatehouse.yaml': 'limits: {}\n' });
    expect(events.map(({ type }) => type)).toEqual(['policy.faults_found', 'effect.performed']);
    expect(written).toMatchObject([
      {
        kind: 'policy',
        pull: null,
        head,
        examination: { faults: [{ message: expect.stringContaining('keep one of the two') }] },
      },
    ]);
  });

  it('shows what of them only this deployment lacks, before anybody calls', async () => {
    const text =
      'limits: {}\nroles:\n  autor: { enabled: false }\nhooks:\n  - { name: team, on: [merged], webhook: chat }\n';
    const { events, written } = await pushed({ '.github/gatehouse.yml': text });
    expect(events.map(({ type }) => type)).toEqual(['policy.faults_found', 'effect.performed']);
    expect(written).toMatchObject([
      {
        examination: {
          faults: [
            { line: 3, message: expect.stringContaining('there is no such role here (did you') },
            { line: 5, message: expect.stringContaining('"chat" is no endpoint') },
          ],
        },
      },
    ]);
  });

  it('says nothing of rules that can be used', async () => {
    const { events, written } = await pushed({ [POLICY_PATH]: MAINTAINERS });
    expect({ events, written }).toEqual({ events: [], written: [] });
  });
});

describe('what decides meanwhile', () => {
  it("is the base's policy, never the pull request's", async () => {
    await open({ [POLICY_PATH]: MAINTAINERS });
    const { rulesOf } = await import('../../../../src/engine/policies/of-repository.ts');
    const { set } = await rulesOf(services, repository, base);
    expect(set.digest).toBe(services.policies.digest);
  });
});

describe("the deployment's policy repository", () => {
  const settings = () => ({
    ...services.settings,
    policyRepository: { name: 'Acme/Library', folder: 'policies/mine' },
  });
  /** The starter pack by another name, on its base. */
  const pack: Record<string, string> = {
    'policies/mine/pack.yml': 'extends: base\n',
    ...Object.fromEntries(
      STARTER.map(({ name, text }) => [`policies/${name.replace('starter/', 'mine/')}`, text]),
    ),
  };
  const ADMIT = 'policies/base/admit.cedar';
  const stricter = (pack[ADMIT] ?? '').replaceAll(
    '["write", "maintain", "admin"]',
    '["maintain", "admin"]',
  );

  it('is told of its own pack; of other repositories, counts only', async () => {
    const other = { ...repository, id: repository.id + 2_000, name: 'secret-project' };
    await recorded('write', other);
    await recorded('write', other);
    await recorded('write');
    const told = await open({ ...pack, [ADMIT]: stricter }, { settings: settings() });
    const { history, faults } = told.examination;
    expect(faults).toEqual([]);
    expect(history?.flips).toMatchObject([
      { from: 'allow', to: 'deny', causes: [{ file: ADMIT, line: 17 }] },
    ]);
    expect(history?.elsewhere.flips).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(told.written)).not.toContain('secret-project');
    expect(JSON.stringify(told.written)).not.toContain(`${other.id}-`);
  });

  it('examines the pack in use where only its base changes', async () => {
    await recorded('write');
    const before = base;
    base = await services.remote.commit(pack, 'packs', before);
    const { examination } = await open({ [ADMIT]: stricter }, { settings: settings() });
    base = before;
    expect(examination.faults).toEqual([]);
    expect(examination.history?.flips).toMatchObject([{ from: 'allow', to: 'deny' }]);
    expect(examination.digest).not.toBe(services.policies.digest);
  });

  it('names the place of a policy that the base has already', async () => {
    const twice = '@id("archived") @reason("R.")\nforbid (principal, action, resource);\n';
    const { examination } = await open(
      { ...pack, 'policies/mine/mine.cedar': twice },
      { settings: settings() },
    );
    expect(examination.faults).toMatchObject([
      {
        file: 'policies/mine/mine.cedar',
        line: 1,
        message: expect.stringMatching(
          /^@id\("archived"\) stands in base\/admit\.cedar:\d+ already$/,
        ),
      },
    ]);
  });

  it('names the place of a fault in any pack', async () => {
    const told = await open(
      { 'policies/other/a.cedar': 'permit (principal, action, resource);\n' },
      { settings: settings() },
    );
    expect(told.examination.faults.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'policies/other/a.cedar:1',
      'policies/other/a.cedar:1',
    ]);
  });

  it('is no policy in any other repository', async () => {
    const { events } = await open({ 'policies/other/a.cedar': 'permit' });
    expect(events).toEqual([]);
  });
});

describe('/agent examine', () => {
  it('is how somebody with write access has the policy of a fork examined', async () => {
    const head = { ref: 'topic', repositoryId: null };
    const number = pulls + 1;
    await open({ [POLICY_PATH]: MAINTAINERS }, {}, { head: { ...head, sha: '' } });
    const sha = services.remote.git('rev-parse', `topic-${number}`);
    const pull = services.github.pulls.get(number);
    if (!pull) throw new Error('there is no pull request');
    services.github.pulls.set(number, { ...pull, head: { ...head, sha } });
    const guid = `examine-${number}`;
    const call: AnyTrigger = {
      kind: 'command',
      key: null,
      commands: [{ name: 'examine', text: '' }],
      by: { ...MONA, type: 'User' },
      repository,
      issue: number,
      isPull: true,
      label: null,
      said: null,
      target: { kind: 'issue_comment', number, id: 9_000 + number },
    };
    const body = Buffer.from(JSON.stringify(call));
    await services.deliveries.receive({ guid, event: 'test', body });
    await receive(services, guid);
    const job = { stream: `delivery/${guid}`, key: 'examine_policy' };
    await performEffect(services, job, new AbortController().signal);
    expect(services.github.written).toMatchObject([{ kind: 'policy', pull: number, head: sha }]);
  });
});
