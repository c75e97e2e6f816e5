/** Re-deciding the past: exactly the decisions that would flip, and never one that can't be decided. */
import { describe, expect, it } from 'vitest';
import { backTest } from '../../src/engine/backtest/backtest.ts';
import { ofDeployment, ofRepositoryIsolated } from '../../src/engine/backtest/candidate.ts';
import { POLICY_PATH } from '../../src/engine/policies/rule-files.ts';
import { readRules } from '../../src/engine/policies/rules.ts';
import type { Facts } from '../../src/policy/facts.ts';
import { HISTORIES, readHistory } from '../histories/history.ts';
import { type Asked, recordOf } from '../policy/recorded.ts';
import {
  ACCEPT,
  BY_WRITER,
  MERGE,
  PUSH,
  RUN,
  STARTER,
  sound,
  starter,
  TASK,
  WRITE,
} from '../policy/starter.ts';

const base = starter();
const stricter = sound([
  ...STARTER.map(({ name, text }) => ({
    name,
    // T3 is asked about dependencies as well.
    text: text.replace(
      /(@id\("merge-risky-dependencies"\)[\s\S]*?)\n {2}principal\.trust < 3 &&/,
      '$1',
    ),
  })),
  {
    name: 'frozen.cedar',
    text: '@id("frozen")\n@reason("The protocol is frozen.")\nforbid (principal, action == Action::"file.write", resource in Path::"protocol");',
  },
]);

const at = (facts: Facts, name: string, login = 'maria'): Facts =>
  ({
    ...facts,
    subject: { ...facts.subject, trust: 'T3', person: { id: 7, login } },
    repository: { ...facts.repository, id: name.length, name },
  }) as Facts;
const lockfile = (number: number): Facts => ({
  ...MERGE,
  resource: { ...MERGE.resource, number },
  context: { ...MERGE.context, findings: ['lockfile'], approvals: BY_WRITER },
  paths: [{ path: 'package-lock.json', findings: ['lockfile'] }],
});
const protocol = (path: string): Facts => ({
  ...ACCEPT,
  paths: [
    { path: 'src/a.ts', findings: [] },
    { path, findings: [] },
  ],
});

/** Seven that flip, among many that don't. */
const seven = [
  ...[11, 12, 13].map(number => at(lockfile(number), 'widgets')),
  at(lockfile(14), 'gadgets', 'otto'),
  ...['protocol/v1.md', 'PROTOCOL/v2.md'].map(path => at(protocol(path), 'widgets')),
  at({ ...WRITE, resource: { kind: 'path', path: 'protocol/v3.md' } }, 'widgets'),
];
const others: Facts[] = [TASK, RUN, WRITE, ACCEPT, PUSH, MERGE].flatMap(facts =>
  (['T0', 'T1', 'T2', 'T3'] as const).map(
    trust => ({ ...facts, subject: { ...facts.subject, trust } }) as Facts,
  ),
);
const asked = (facts: Facts, index: number): Asked => ({
  task: `${facts.repository.name}-${index % 3}`,
  facts,
  set: base,
});
const mixed = others.flatMap((facts, index) => [facts, ...seven.slice(index, index + 1)]);
const audit = recordOf(mixed.map(asked));

describe('a history with seven known flips', () => {
  it('reports exactly those seven: from, to, task, who, why', async () => {
    const { decisions, same, flips, undecidable } = await backTest(audit, ofDeployment(stricter));
    expect({ decisions, same, undecidable }).toEqual({ decisions: 31, same: 24, undecidable: [] });
    expect(
      flips
        .map(({ from, to, repository, action, resource, who, policies }) =>
          [`${from} → ${to}`, repository.name, action, resource, who, ...policies].join(' | '),
        )
        .toSorted(),
    ).toEqual(
      [
        'allow → require_approval | Acme/widgets | pr.merge | #11 | maria | merge-risky-dependencies',
        'allow → require_approval | Acme/widgets | pr.merge | #12 | maria | merge-risky-dependencies',
        'allow → require_approval | Acme/widgets | pr.merge | #13 | maria | merge-risky-dependencies',
        'allow → require_approval | Acme/gadgets | pr.merge | #14 | otto | merge-risky-dependencies',
        `allow → deny | Acme/widgets | patch.accept | tree ${'a'.repeat(12)} | maria | frozen`,
        `allow → deny | Acme/widgets | patch.accept | tree ${'a'.repeat(12)} | maria | frozen`,
        'allow → deny | Acme/widgets | file.write | protocol/v3.md | maria | frozen',
      ].toSorted(),
    );
    expect(flips.find(({ to }) => to === 'deny')?.why[0]).toMatch(/^The protocol is frozen/);
  });

  it('reports nothing under the policies that decided it', async () => {
    expect(await backTest(audit, ofDeployment(base))).toMatchObject({ same: 31, flips: [] });
  });

  it('names the policies that are gone', async () => {
    const looser = sound(
      STARTER.map(({ name, text }) => ({
        name,
        text: text.replace(/@id\("t0-reads-only"\)[\s\S]*?;\n/, ''),
      })),
    );
    const { flips } = await backTest(audit, ofDeployment(looser));
    expect(flips).toEqual([]);
    const open = sound([
      { name: 'a.cedar', text: '@id("open") @reason("R.")\npermit (principal, action, resource);' },
    ]);
    const all = await backTest(audit, ofDeployment(open));
    expect(all.flips.every(({ to }) => to === 'allow')).toBe(true);
    expect(all.flips.flatMap(({ gone }) => gone)).toContain('write-outside-named-paths');
  });

  it("looks at one repository's tasks alone where its own rules change", async () => {
    const policy = `@id("slow") @reason("R.") @approvers("x") forbid (principal, action == Action::"pr.merge", resource) unless { context.approvals.count >= 1 };`;
    const { set } = readRules(base, {
      config: null,
      policy: { path: POLICY_PATH, from: null, text: policy },
    });
    const { decisions, flips } = await backTest(
      audit,
      ofRepositoryIsolated(set, { id: 'gadgets'.length, installation: 7 }, base),
    );
    expect(decisions).toBeGreaterThan(0);
    expect(flips.every(({ repository }) => repository.id === 'gadgets'.length)).toBe(true);
  });
});

describe('what lacks a fact', () => {
  it('is undecidable, never a flip', async () => {
    const lacking = recordOf(mixed.map(asked), facts => facts.action === 'pr.merge');
    const { decisions, flips, undecidable } = await backTest(lacking, ofDeployment(stricter));
    expect(decisions).toBe(31);
    expect(flips).toHaveLength(3);
    expect(undecidable.map(({ action }) => action)).toEqual(Array(8).fill('pr.merge'));
    expect(undecidable[0]?.lacks).toMatch(/^the facts sha256:\w+ are not in the record$/);
  });

  it('also where policies read a fact that was not kept yet', async () => {
    const { authors: _, ...older } = RUN.context;
    const facts: Facts = { ...RUN, context: older };
    const reading = sound([
      ...STARTER,
      {
        name: 'r.cedar',
        text: '@id("r") @reason("R.")\nforbid (principal, action == Action::"run.start", resource)\nwhen { context.authors.contains({adapter: principal.adapter, model: principal.model}) };',
      },
    ]);
    const { flips, undecidable } = await backTest(
      recordOf([asked(facts, 0)]),
      ofDeployment(reading),
    );
    expect(flips).toEqual([]);
    expect(undecidable[0]).toMatchObject({ lacks: 'the fact "authors" was not recorded' });
  });
});

describe.each(HISTORIES)('the recorded history %s', name => {
  it('is decided again as it was under the starter pack', async () => {
    const { decisions, same } = await backTest(await readHistory(name), ofDeployment(base));
    expect(decisions).toBeGreaterThan(0);
    expect(same).toBe(decisions);
  });
});

it("keeps what a decision's repository said then beside other policies of the deployment", async () => {
  const policy =
    '@id("no") @reason("Not here.")\nforbid (principal, action == Action::"file.write", resource);';
  const { set } = readRules(base, {
    config: null,
    policy: { path: POLICY_PATH, from: null, text: policy },
  });
  const kept = recordOf([{ ...asked(at(WRITE, 'widgets'), 0), set }]);
  expect(await backTest(kept, ofDeployment(stricter))).toMatchObject({ decisions: 1, same: 1 });
});
