/** What the documents say of themselves and of the code is true. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../src/core/commands/commands.ts';
import { FrontMatter } from '../src/core/profile.ts';
import { RepositoryConfigFile } from '../src/core/repository-config/repository-config.ts';
import { TRANSITIONS } from '../src/core/task/state/transitions.ts';

const root = resolve(import.meta.dirname, '..');
const pages = globSync(['README.md', 'docs/**/*.md', '.github/*.md'], { cwd: root });
const read = (page: string) => readFileSync(join(root, page), 'utf8');
/** What is named as one of our scripts, so that one that is gone is seen. */
const OURS = /^(prove|test):|^(bench|demo|faults|fuzz|pictures)$/;
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

describe('docs/guide.md', () => {
  const guide = read('docs/guide.md');
  const [, ofFile = ''] = guide.split('## gatehouse.yml\n');

  it('lists every command as the table of commands has it', () => {
    const rows = [
      ...guide.matchAll(/^\| `(\/agent [^`]+)` \| ([a-z, ]+) \| (\w+) access \| (.+) \|$/gm),
    ];
    expect(rows.map(([, ...cells]) => cells)).toEqual(
      Object.values(COMMANDS).map(({ usage, places, role, description }) => [
        usage,
        places.map(place => (place === 'pull' ? 'pull request' : place)).join(', '),
        role,
        description,
      ]),
    );
  });

  it('lists every label that starts a command', () => {
    const listed = [...guide.matchAll(/^\| `agent:(\w+)` \| `\/agent (\w+)` \|$/gm)];
    const labels = Object.entries(COMMANDS).filter(([, { label }]) => label);
    expect(listed.map(([, label, command]) => [label, command])).toEqual(
      labels.map(([name]) => [name, name]),
    );
  });

  it('lists every key of gatehouse.yml, and its example has each of them', () => {
    const example = parse(/```yaml\n([\s\S]*?)```/.exec(ofFile)?.[1] ?? '');
    expect(RepositoryConfigFile.safeParse(example)).toMatchObject({ success: true });
    expect(Object.keys(example)).toEqual(Object.keys(RepositoryConfigFile.shape));
    const listed = [...ofFile.matchAll(/^\| `([^`]+)` \| /gm)].map(([, key = '']) => key);
    expect(new Set(listed.map(key => key.split('.')[0]))).toEqual(new Set(Object.keys(example)));
    const { remediate, roles, scopes, limits } = RepositoryConfigFile.shape;
    expect(listed).toEqual(
      expect.arrayContaining([
        ...Object.keys(remediate.unwrap().shape).map(key => `remediate.${key}`),
        ...Object.keys(roles.unwrap().valueType.shape).map(key => `roles.NAME.${key}`),
        ...Object.keys(scopes.unwrap().shape).map(key => `scopes.${key}`),
        ...Object.keys(limits.unwrap().shape).map(key => `limits.${key}`),
      ]),
    );
  });

  it('is the first page that the README links', () => {
    expect(/\]\((docs\/[\w-]+\.md)/.exec(read('README.md'))?.[1]).toBe('docs/guide.md');
  });
});

describe('docs/agents.md', () => {
  /** Of the table that begins with this cell, without its head. */
  const rowsOf = (first: string): string[][] => {
    const [, after = ''] = read('docs/agents.md').split(`\n| ${first} | `);
    const [table = ''] = after.split('\n\n');
    return table
      .split('\n')
      .slice(2)
      .map(row => row.slice(2, -2).split(' | '));
  };

  it('lists the roles that come with Gatehouse as their files have them', () => {
    const roles = globSync('agents/*.md', { cwd: root }).map(file => {
      const { name, trust, budget, description } = parse(read(file).split(/^---$/m)[1] ?? '');
      const minutes = String(budget.wallMs / 60_000);
      return [`\`${name}\``, trust, budget.tokens.toLocaleString('en-US'), minutes, description];
    });
    expect(rowsOf('role')).toEqual(roles.sort());
  });

  it("lists every key of a role's file", () => {
    const keys = rowsOf('key').map(([key]) => key);
    expect(keys.sort()).toEqual(
      Object.keys(FrontMatter.shape)
        .map(key => `\`${key}\``)
        .sort(),
    );
  });
});

it.each(pages)('%s never runs the package of a stranger: npx gatehouse', page => {
  expect(read(page)).not.toMatch(/\bnpx (-\S+ )*gatehouse(?!-)/);
});

describe('commands of npm', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  /** Where each of them says what it takes: mostly in the comment at its top. */
  const helpOf = (script: string): string => {
    const main = /src\/boot\.cjs (test\S+)/.exec(scripts[script] ?? '')?.[1];
    if (main === undefined) return '';
    if (script === 'demo') return read('test/demo/options.ts');
    return read(main).split('*/')[0] ?? '';
  };
  /** `npm run x` and `npm test`, with all that follows in the same code. */
  const named = pages
    .filter(page => !page.startsWith('docs/adr/'))
    .flatMap(page =>
      [...read(page).matchAll(/\bnpm (?:run )?([a-z:]+)((?: -- [^`|\n]+)?)/g)]
        .map(([, script = '', rest = '']) => ({ page, script, rest }))
        .filter(({ script }) => script in scripts || OURS.test(script)),
    );

  it('there are some to look at', () => expect(named.length).toBeGreaterThan(30));

  it.each(named)('$page: $script$rest', ({ script, rest }) => {
    expect(Object.keys(scripts)).toContain(script);
    const options = rest.replace(/\s#.*$/, '').match(/(?<=\s)--[a-z-]+/g) ?? [];
    for (const option of options) expect(helpOf(script)).toContain(option);
  });
});

describe('decision records', () => {
  const headings = (page: string) => [...read(page).matchAll(/^## (.+)$/gm)].map(match => match[1]);
  /** Records before this number name nothing that would have them reviewed. */
  const REVIEWED_SINCE = 456;
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
    if (number >= REVIEWED_SINCE) expect(read(page)).toMatch(/^Review when: \S/m);
  });
});
