import { describe, expect, test } from 'vitest';
import { Role } from '../../src/core/actor.ts';
import { Action, Gate } from '../../src/core/decision.ts';
import { FINDING_KINDS } from '../../src/core/finding.ts';
import { Proof } from '../../src/core/proof.ts';
import { decide } from '../../src/policy/decide.ts';
import { faultLine } from '../../src/policy/fault.ts';
import { loadKept } from '../../src/policy/load.ts';
import { digest, load, SCHEMA, STARTER, sound, starter, TASK, WRITE } from './starter.ts';

const HEAD = '// é: two bytes, one column\n';
const faultsOf = (text: string): string[] => {
  const loaded = load([{ name: 'mine.cedar', text: HEAD + text }]);
  return loaded.ok ? [] : loaded.faults.map(faultLine);
};
const NOTES = '@id("mine")\n@reason("Because.")\n';

describe('a policy with a fault is refused with its place', () => {
  for (const [name, text, place, message] of [
    [
      'syntax',
      `${NOTES}permit (principal, action, resource) whn { true };`,
      '4:38',
      'invalid policy condition: whn',
    ],
    [
      'an unknown attribute',
      `${NOTES}permit (principal, action == Action::"file.write", resource)\nwhen { principal.trst > 1 };`,
      '5:8',
      'did you mean `trust`?',
    ],
    [
      'an unknown action',
      `${NOTES}permit (principal, action == Action::"file.wrote", resource);`,
      '4:30',
      'file.wrote',
    ],
    [
      'an unknown entity type',
      `${NOTES}forbid (principal, action, resource in Pth::"x");`,
      '4:40',
      'Pth',
    ],
    [
      'a wrong type',
      `${NOTES}permit (principal, action == Action::"file.write", resource)\nwhen { principal.trust > "T1" };`,
      '5:26',
      'String',
    ],
    [
      'a word that is none',
      `${NOTES}forbid (principal, action == Action::"pr.merge", resource)\nwhen { context.mode == "dryrun" };`,
      '5:24',
      '"dryrun" is no word of context.mode (did you mean "dry_run"?)',
    ],
    [
      'a role that is none',
      `${NOTES}permit (principal, action == Action::"task.start", resource)\nwhen { ["wirte", "admin"].contains(context.requester.role) };`,
      '5:9',
      '"wirte" is no word of context.requester.role',
    ],
    [
      'a finding that is none',
      `${NOTES}forbid (principal, action == Action::"pr.merge", resource)\nwhen { context.findings.containsAny(["lockfle"]) };`,
      '5:38',
      '"lockfle" is no word of context.findings',
    ],
    ['no @id', '@reason("Because.")\npermit (principal, action, resource);', '2:1', 'needs @id'],
    ['no @reason', '@id("mine")\npermit (principal, action, resource);', '2:1', 'needs @reason'],
    [
      'a misspelt annotation',
      `${NOTES}@aprovers("me")\npermit (principal, action, resource);`,
      '4:1',
      'unknown annotation @aprovers (did you mean "approvers"?)',
    ],
    [
      'a command of more words than are compared',
      `${NOTES}forbid (principal, action, resource in Command::"make${' a'.repeat(16)}");`,
      '4:49',
      'names more than the first 16 words of a command',
    ],
    [
      'approval by nobody',
      `${NOTES}forbid (principal, action, resource)\nunless { context.approvals.count > 0 };`,
      '2:1',
      'needs @approvers',
    ],
    [
      'a quorum of none',
      `${NOTES}@approvers("me")\n@quorum("0")\nforbid (principal, action, resource)\nunless { context.approvals.count > 0 };`,
      '5:1',
      '@quorum',
    ],
    [
      'a number that is not kept exactly',
      `${NOTES}forbid (principal, action == Action::"pr.merge", resource)\nwhen { context.size.bytes > 9007199254740993 };`,
      '2:1',
      'compares with a number beyond',
    ],
    ['a template', `${NOTES}permit (principal == ?principal, action, resource);`, '', 'template'],
    [
      'a policy that can never apply',
      `${NOTES}forbid (principal, action == Action::"pr.merge", resource in Path::"src");`,
      '',
      'unable to find an applicable action',
    ],
  ] as const)
    test(name, () => {
      const faults = faultsOf(text);
      expect(faults).toHaveLength(1);
      expect(faults[0]).toContain(`mine.cedar:${place}`);
      expect(faults[0]).toContain(message);
      expect(faults[0]).not.toMatch(/policy\d/);
    });

  test('the same @id twice, in two files', () => {
    const text = `${NOTES}permit (principal, action, resource);`;
    const loaded = load([
      { name: 'a.cedar', text },
      { name: 'b.cedar', text: `\n${text}` },
    ]);
    expect(loaded).toMatchObject({
      ok: false,
      faults: [
        { file: 'b.cedar', line: 2, column: 1, message: '@id("mine") stands in a.cedar:1 already' },
      ],
    });
  });

  test('every fault at once', () => {
    const loaded = load([
      { name: 'a.cedar', text: 'permit (principal, action, resource);' },
      { name: 'b.cedar', text: 'permit (' },
    ]);
    expect(loaded.ok ? [] : loaded.faults.map(fault => fault.file)).toEqual([
      'a.cedar',
      'a.cedar',
      'b.cedar',
    ]);
  });

  test('a schema with a fault, and no policy at all', () => {
    const loaded = load(STARTER, `${SCHEMA}\nentity;`);
    expect(loaded.ok ? null : loaded.faults[0]).toMatchObject({
      file: 'schema.cedarschema',
      column: 7,
    });
    expect(load([])).toMatchObject({
      ok: false,
      faults: [{ message: 'there is no policy in it' }],
    });
  });

  test('more than ten policies in a file keep their places', () => {
    const many = Array.from(
      { length: 12 },
      (_, n) => `@id("p${n}")\npermit (principal, action, resource);`,
    );
    const loaded = load([{ name: 'many.cedar', text: many.join('\n') }]);
    expect(loaded.ok ? [] : loaded.faults.map(fault => fault.line).sort((a, b) => a - b)).toEqual(
      many.map((_, n) => 2 * n + 1),
    );
  });
});

describe('the schema speaks the words of the code', () => {
  const words = (type: string) =>
    new RegExp(`@words\\("([^"]*)"\\)\\s*type ${type} =`).exec(SCHEMA)?.[1]?.split(' ');
  test('findings, gates, roles', () => {
    expect(words('Finding')).toEqual(FINDING_KINDS);
    expect(words('Proof')).toEqual(Proof.options);
    expect(words('Gate')).toEqual(Gate.options);
    expect(words('RepositoryRole')).toEqual(Role.options);
  });
  test('actions', () => {
    const actions = [...SCHEMA.matchAll(/^action "([^"]+)"/gm)].map(match => match[1]);
    expect(actions.toSorted()).toEqual(Action.options.toSorted());
  });
  test('every line that declares something says what it is', () => {
    const bare = SCHEMA.split('\n').filter(
      (line, at, lines) =>
        /^(entity|type)/.test(line) && !/^(\/\/|@words|type|entity|$)/.test(lines[at - 1] ?? ''),
    );
    expect(bare).toEqual([]);
  });
});

describe('sets are told apart by their digest', () => {
  const permitting = (ids: string) => [
    {
      name: 'a.cedar',
      text: `@id("${ids}")\n@reason("Yes.")\npermit (principal, action, resource);`,
    },
  ];
  const refusing = [
    { name: 'a.cedar', text: '@id("no")\n@reason("No.")\nforbid (principal, action, resource);' },
  ];
  test('one set never answers for another', () => {
    const yes = sound(permitting('yes'));
    const no = sound(refusing);
    const also = sound(permitting('also'));
    for (let round = 0; round < 3; round++) {
      expect(decide(yes, WRITE)).toMatchObject({ outcome: 'allow', policies: ['yes'] });
      expect(decide(no, WRITE)).toMatchObject({ outcome: 'deny', policies: ['no'] });
      expect(decide(also, WRITE)).toMatchObject({ outcome: 'allow', policies: ['also'] });
    }
    expect(new Set([yes.digest, no.digest, also.digest]).size).toBe(3);
  });
  test('the order of files changes nothing; a single byte does', () => {
    const set = starter();
    expect(sound(STARTER.toReversed()).digest).toBe(set.digest);
    const touched = STARTER.map((file, at) => (at > 0 ? file : { ...file, text: `${file.text} ` }));
    expect(sound(touched).digest).not.toBe(set.digest);
    expect(sound(STARTER, `${SCHEMA}\n`).digest).not.toBe(set.digest);
  });
  test('a set is loaded again from the text of its digest', () => {
    const set = starter();
    expect(digest(set.text)).toBe(set.digest);
    const again = loadKept(set.text, digest);
    expect(again.ok && again.set.digest).toBe(set.digest);
    expect(again.ok && decide(again.set, TASK)).toEqual(decide(set, TASK));
  });
});
