/** What the documents say of themselves and of the code is true. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRANSITIONS } from '../src/core/task/transitions.ts';

const root = resolve(import.meta.dirname, '..');
const pages = globSync(['README.md', 'docs/**/*.md', '.github/*.md'], { cwd: root });
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const withoutCode = (text: string) => text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');

/** As GitHub makes anchors of headings. */
const anchors = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );

function brokenLinks(page: string, text: string): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter(link => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, file))) return true;
    return anchor !== undefined && !anchors(read(file)).includes(anchor);
  });
}

describe('links', () => {
  it('there are pages to look at', () => expect(pages.length).toBeGreaterThan(10));

  it.each(pages)('%s', page => {
    expect(brokenLinks(page, read(page))).toEqual([]);
  });

  it('a broken one is found', () => {
    const text =
      '[a](nowhere.md) [b](docs/glossary.md) [c](docs/glossary.md#nothing) `[d](code.md)`';
    expect(brokenLinks('README.md', text)).toEqual(['nowhere.md', 'docs/glossary.md#nothing']);
  });
});

it('the state machine is drawn as it is', () => {
  const [, drawn = ''] =
    /## The states of a run[\s\S]*?```mermaid([\s\S]*?)```/.exec(read('docs/architecture.md')) ??
    [];
  const arrows = [...drawn.matchAll(/^ *(\w+) --> (\w+)$/gm)].map(
    ([, from, to]) => `${from} → ${to}`,
  );
  const real = Object.entries(TRANSITIONS).flatMap(([from, all]) =>
    all.map(to => `${from} → ${to}`),
  );
  expect(arrows.sort()).toEqual(real.sort());
});

describe('decision records', () => {
  const headings = (page: string) => [...read(page).matchAll(/^## (.+)$/gm)].map(match => match[1]);
  const records = pages.filter(page => /docs\/adr\/\d{4}-/.test(page)).sort();

  it.each(records)('%s follows the template', page => {
    expect(headings(page)).toEqual(headings('docs/adr/template.md'));
    const number = Number(/(\d{4})-/.exec(page)?.[1]);
    expect(read(page)).toMatch(new RegExp(`^# ${number}\\. .+\\n\\n\\d{4}-\\d\\d-\\d\\d · `));
    expect([...read(page).matchAll(/^- (\w+)/gm)].map(match => match[1])).toEqual(
      expect.arrayContaining([
        'Capability',
        'Principle',
        'Layer',
        'Policy',
        'Observability',
        'Rollback',
      ]),
    );
  });
});
