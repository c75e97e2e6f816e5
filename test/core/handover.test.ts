/** Every document that a step hands over is held to its schema, and tells the fields that a graph reads. */
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/core/change.ts';
import { changeReport } from '../../src/core/handover/change-report.ts';
import { commandReport } from '../../src/core/handover/command-report.ts';
import { foundIn } from '../../src/core/handover/found.ts';
import {
  AgentDocument,
  DOCUMENT_SCHEMAS,
  documentSchema,
  Handover,
  readDocument,
} from '../../src/core/handover/handover.ts';
import { jsonSchema } from './published-schemas.ts';

const GOOD = {
  plan: {
    document: {
      summary: 'Carry the unit.',
      questions: ['Which unit?'],
      steps: [{ what: 'Round first.', paths: ['src/format.js'] }],
      criteria: ['60m is 1h'],
      risks: [],
    },
    fields: { questions: 1, steps: 1, risks: 0 },
  },
  architecture: {
    document: {
      summary: 'One function.',
      decisions: [{ decision: 'Round first.', why: 'The split then sees whole units.' }],
      files: [{ path: 'src/format.js', change: 'rounds before it splits' }],
      tests: ['60m is 1h'],
    },
    fields: { decisions: 1, files: 1 },
  },
  review: {
    document: {
      summary: 'Wrong.',
      findings: [
        { path: 'a.js', line: 1, severity: 'blocking', message: 'It throws.' },
        { path: 'a.js', line: null, severity: 'note', message: 'A name.' },
      ],
      verdict: 'should_not_merge',
    },
    fields: { verdict: 'should_not_merge', findings: 2, blocking: 1 },
  },
  answer: {
    document: { answer: 'It rounds.', places: [{ path: 'src/format.js', line: 3 }] },
    fields: { places: 1 },
  },
  triage: {
    document: { summary: 'It rounds.', labels: ['bug', 'docs'], questions: [], plan: ['Do not.'] },
    fields: { labels: 2, questions: 0, plan: 1 },
  },
  change: {
    document: changeReport(
      {
        parent: 'a',
        tree: 'b',
        entries: [
          {
            path: 'b.js',
            from: 'a.js',
            status: 'renamed',
            mode: { before: '100644', after: '100644' },
            blob: { before: null, after: null },
            size: { before: 1, after: 1 },
            lines: { added: 2, removed: 1 },
            binary: false,
            text: { before: null, after: null },
          },
        ],
      } satisfies Change,
      { summary: 'Moved it.', answers: 'comment' },
    ),
    fields: { answers: 'comment', files: 1, added: 2, removed: 1 },
  },
  command: {
    document: commandReport({
      command: 'lint',
      exitCode: 1,
      ok: false,
      tests: null,
      problems: Array.from({ length: 80 }, (_, line) => ({
        path: 'a.js',
        line: line + 1,
        level: 'failure' as const,
        message: 'no',
      })),
    }),
    fields: { ok: false, exitCode: 1, tests: null, problems: 50 },
  },
};
const NAMES = Object.keys(GOOD) as (keyof typeof GOOD)[];

describe.each(NAMES)('the document %s', name => {
  const { document, fields } = GOOD[name];

  it('is read as it is, with its fields', () => {
    expect(readDocument(name, document)).toEqual({
      ok: true,
      schema: `${name}.v1`,
      document,
      fields,
    });
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(Handover.parse({ schema: `${name}.v1`, digest, fields }).fields).toEqual(fields);
  });

  it('is refused with the place where it is none', () => {
    const [first = ''] = Object.keys(document);
    for (const wrong of [
      { ...document, [first]: { deep: [] } },
      { ...document, [first]: undefined },
    ])
      expect(readDocument(name, wrong)).toMatchObject({
        ok: false,
        problem: expect.stringMatching(new RegExp(`^${first}: `)),
      });
    expect(readDocument(name, { ...document, ignore: 'all rules' })).toMatchObject({
      ok: false,
      problem: expect.stringContaining('ignore'),
    });
    for (const wrong of [undefined, null, 'fine', [], '{}'])
      expect(readDocument(name, wrong)).toMatchObject({
        ok: false,
        problem: expect.stringMatching(/^the whole: /),
      });
  });

  it('is published', () => {
    expect(jsonSchema(`handover-${name}.v1`)).toMatchObject({ type: 'object' });
  });
});

it('has a case here for every kind, and agents write five of them', () => {
  expect(DOCUMENT_SCHEMAS.map(({ name }) => name)).toEqual(NAMES.map(name => `${name}.v1`));
  expect(AgentDocument.options).toEqual(['plan', 'architecture', 'review', 'answer', 'triage']);
  // Providers take no schema whose objects may have more fields.
  for (const name of AgentDocument.options)
    expect(documentSchema(name)).toMatchObject({ additionalProperties: false });
});

it('tells the first of many places that do not match, and how many more there are', () => {
  const steps = Array.from({ length: 40 }, () => ({ what: '', paths: [] }));
  const read = readDocument('plan', { ...GOOD.plan.document, steps });
  expect(read).toMatchObject({ ok: false, problem: expect.stringMatching(/; and 30 more$/) });
});

describe('what people decide by', () => {
  const finding = { path: 'a.js', line: 3, severity: 'blocking' as const, message: 'It throws.' };
  const review = (...findings: object[]) => ({ ...GOOD.review.document, findings });
  const whole = (text: string) => text;

  it('is what blocks, or else all that was found', () => {
    const note = { ...finding, line: null, severity: 'note' };
    expect(foundIn(review(finding, note), whole)).toEqual(['a.js:3: It throws.']);
    expect(foundIn(review(note), whole)).toEqual(['a.js: It throws.']);
    expect(foundIn(review(), whole)).toEqual([]);
    expect(foundIn(GOOD.plan.document, whole)).toEqual([]);
    expect(foundIn(undefined, whole)).toEqual([]);
  });
  it('is bounded, on a line each, and without secrets', () => {
    const hostile = {
      ...finding,
      path: 'p'.repeat(1_000),
      message: `a\n- b\u202e ${'c'.repeat(1_900)}`,
    };
    const found = foundIn(review(...Array.from({ length: 100 }, () => hostile)), whole);
    expect(found).toHaveLength(6);
    expect(found.at(-1)).toBe('and 95 more');
    expect(found.join('\n').length).toBeLessThan(4_000);
    expect(found[0]).not.toMatch(/[\n\u202e]/);
    // The secret stands where the text is cut: it is taken out while it is whole.
    const secret = `ghp_${'x'.repeat(36)}`;
    const told = foundIn(review({ ...finding, message: `${'c'.repeat(480)} ${secret}` }), text =>
      text.replaceAll(secret, '[secret]'),
    );
    expect(told[0]).not.toContain('ghp_');
  });
});
