import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadProfiles, parseProfile } from '../../../src/adapters/agents/profiles.ts';
import { GRAPH_NAMES, graphNamed } from '../../../src/core/graph/graphs.ts';
import { readDocument } from '../../../src/core/handover/handover.ts';
import { ReworkOrigin, roleForRework } from '../../../src/core/profile.ts';

const AGENTS = join(import.meta.dirname, '../../../agents');
const FRONT = `name: author
description: Writes.
chain: [{ adapter: codex }]
tools: [read]
trust: T2
budget:
  tokens: 1000
  wallMs: 60000`;
const file = (front: string, prompt = 'You write.') => `---\n${front}\n---\n${prompt}\n`;
const faults = (text: string) => {
  const read = parseProfile(text);
  return 'faults' in read ? read.faults : [];
};

describe('the profiles of this repository', () => {
  test('are sound, one for each role', async () => {
    const profiles = await loadProfiles(AGENTS);
    const files = (await readdir(AGENTS)).map(file => file.replace(/\.md$/, ''));
    expect(profiles.map(({ name }) => name)).toEqual(files.sort());
  });

  test('are there for every role of a graph, and for every origin of a rework', async () => {
    const profiles = await loadProfiles(AGENTS);
    const commands = { install: ['i'], lint: ['l'], test: ['t'] };
    const needed = GRAPH_NAMES.flatMap(name => graphNamed(name, commands).steps).flatMap(step => [
      ...('role' in step ? [step.role] : []),
      ...('remedy' in step && step.remedy ? [step.remedy.role] : []),
    ]);
    expect(needed.length).toBeGreaterThan(0);
    expect(profiles.map(({ name }) => name)).toEqual(expect.arrayContaining(needed));
    // What is not accepted goes back to the step that made it, and calls to whoever works on comments.
    for (const origin of ReworkOrigin.exclude(['acceptance', 'call']).options)
      expect(roleForRework(profiles, origin), origin).not.toBeNull();
  });

  test('frame what others wrote as data', async () => {
    for (const { name, prompt } of await loadProfiles(AGENTS)) {
      expect(prompt, name).toMatch(/written by (others|tools)/);
      expect(prompt.length, name).toBeLessThan(2_500);
    }
  });

  test('a reviewer only reads, and its answer is checked', async () => {
    const reviewer = (await loadProfiles(AGENTS)).find(({ name }) => name === 'reviewer');
    expect(reviewer).toMatchObject({ readOnly: true, trust: 'T0', output: 'review' });
    expect(reviewer?.prompt).toContain("You can't approve anything");
  });
});

describe('a profile', () => {
  test('may be written by an editor of Windows, and have blanks behind its marks', () => {
    const windows = `\ufeff${file(FRONT)}`.replaceAll('\n', '\r\n').replaceAll('---', '--- ');
    expect(parseProfile(windows)).toMatchObject({ profile: { prompt: 'You write.' } });
    expect(faults(windows.replace('codex', 'x y')).join()).toMatch(/^:4: chain/);
  });
  test('is its front matter and its prompt, with defaults', () => {
    expect(parseProfile(file(FRONT))).toEqual({
      profile: {
        name: 'author',
        description: 'Writes.',
        'runs-on': [],
        order: 'fixed',
        chain: [{ adapter: 'codex', model: null }],
        tools: ['read'],
        trust: 'T2',
        paths: [],
        commands: [],
        hosts: [],
        mcp: [],
        readOnly: false,
        skills: [],
        repositoryConfig: false,
        budget: { tokens: 1000, wallMs: 60000 },
        reworks: null,
        context: { documents: 'all', steps: [], tokens: 20_000, begins: 'patch_first' },
        output: null,
        prompt: 'You write.',
      },
    });
  });

  test.each([
    ['no front matter', 'You write.', ':1: front matter between two lines of --- is missing'],
    ['a bad field', file(FRONT.replace('T2', 'T9')), /^:6: trust: /],
    ['a bad field inside', file(FRONT.replace('1000', '-1')), /^:8: budget\.tokens: /],
    ['an unknown field', file(`${FRONT}\npower: all`), /^:2: front matter: .*power/],
    ['no server', file(`${FRONT}\nmcp: [Docs]`), /^:10: mcp\.0: must be `server` or/],
    ['a field that stands twice', file(`${FRONT}\ntrust: T3`), /^:10: .*unique/],
    ['broken YAML', file(`${FRONT}\n\tx: [`), /^:\d+: /],
    ['no prompt', file(FRONT, '  '), /: the prompt is empty$/],
    ['no mapping', file('- a'), /^:2: front matter: /],
    ['an alias', file(`${FRONT}\nmodel: &a x\noutput: *a`), /^:2: .*alias/i],
  ])('%s is refused with its place', (_name, text, fault) => {
    expect(faults(text)[0]).toMatch(fault);
  });
});

test('every fault of every file is listed at once, with its path', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'profiles-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await expect(loadProfiles(folder)).rejects.toThrow('there is no profile (*.md) here');
  await writeFile(
    join(folder, 'author.md'),
    file(FRONT.replace('T2', 'T9').replace('[read]', '[]')),
  );
  await writeFile(join(folder, 'other.md'), file(FRONT));
  const message = await loadProfiles(folder).catch(error => error.message);
  expect(message.split('\n')).toEqual([
    'agent profiles are wrong:',
    expect.stringMatching(/author\.md:5: tools: /),
    expect.stringMatching(/author\.md:6: trust: /),
    `${join(folder, 'other.md')}: the file of "author" is author.md`,
  ]);
});

describe("a reviewer's answer", () => {
  const review = {
    summary: 'Small and right.',
    findings: [{ path: 'a.js', line: 3, severity: 'note', message: 'A name.' }],
    verdict: 'no_objections',
  };

  test('is taken as it is', () => {
    expect(readDocument('review', review)).toEqual({
      ok: true,
      schema: 'review.v1',
      document: review,
      fields: { verdict: 'no_objections', findings: 1, blocking: 0 },
    });
  });

  test('can not approve', () => {
    const checked = readDocument('review', { ...review, verdict: 'approve' });
    expect(checked).toMatchObject({ ok: false, problem: expect.stringMatching(/^verdict: /) });
  });

  test.each([undefined, null, 'fine', {}, { ...review, approved: true }])(
    '%j is refused',
    value => {
      expect(readDocument('review', value).ok).toBe(false);
    },
  );
});
