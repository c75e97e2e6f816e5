/** The parsers of files in a repository: whoever may push there, or opens a pull request, writes them. */

import { join } from 'node:path';
import { loadProfiles } from '../../src/adapters/agents/profiles.ts';
import { shownLines } from '../../src/adapters/github/diff-lines.ts';
import { certainlyShown } from '../../src/adapters/github/shown-text/read-shown.ts';
import { shownMarkdown } from '../../src/adapters/github/shown-text/shown-markdown.ts';
import { BacklogFile, planOf } from '../../src/core/backlog/file.ts';
import { parseCondition } from '../../src/core/condition/condition.ts';
import { holds } from '../../src/core/condition/holds.ts';
import { diffFiles } from '../../src/core/diff-files.ts';
import { GraphFiles, graphFor } from '../../src/core/graph/graph-file.ts';
import { mermaid, textPicture } from '../../src/core/graph/graph-picture.ts';
import { RepositoryConfig } from '../../src/core/repository-config/repository-config.ts';
import { stripInvisible } from '../../src/engine/attempt/reading/strip-hidden.ts';
import { parseOwnRole } from '../../src/engine/policies/own-roles.ts';
import { parseYaml } from '../../src/engine/policies/yaml-text.ts';
import { splitDiff } from '../../src/patch/diff/split-diff.ts';
import { detectIn } from '../../src/toolchain/detect.ts';

export type Parser = { name: string; seeds: string[]; parse: (text: string) => unknown };

const loaded = await loadProfiles(join(import.meta.dirname, '../../agents'));
const profiles = new Map(loaded.map(profile => [profile.name, profile]));

/** A repository whose only known file is this one. */
const detected = (path: string, ...seeds: string[]): Parser => ({
  name: `commands by ${path}`,
  seeds,
  parse: text => detectIn('', { paths: [path], texts: new Map([[path, { text, isCut: false }]]) }),
});

export const REPOSITORY_PARSERS: Parser[] = [
  {
    name: 'gatehouse.yml',
    seeds: [
      'commands:\n  test: [npm, test]\nbase:\n  default: main\n',
      'a: &a [*a]\n',
      '{a: {b: [c]}}',
      'schedule:\n  nightly:\n    cron: "0 3 * * 1-5"\n    timezone: Europe/Berlin\n    command: fix\n',
      'hooks:\n  - on: merged\n    start: test\nenvironments:\n  prod:\n    workflow: d.yml\n    inputs: { a: b }\n',
    ],
    parse: text => parseYaml('gatehouse.yml', text, RepositoryConfig),
  },
  {
    name: 'graphs',
    seeds: [
      'fix:\n  steps:\n    - command: install\n    - agent: author\n    - publish\n    - merge\nlint: fix\n',
      'fix:\n  steps:\n    - agent: author\n    - parallel:\n        - command: lint\n        - command: test\n          when: not touches_only("docs")\n          loop: { back_to: author, at_most: 2 }\n    - agent: reviewer\n      id: review\n      needs: [lint]\n      reads_only: true\n',
    ],
    parse: text => {
      const read = parseYaml('graphs', text, GraphFiles);
      if (!read.ok) return;
      const graph = graphFor(read.value, 'fix');
      if (typeof graph !== 'string') [textPicture(graph), mermaid(graph)];
    },
  },
  {
    name: 'conditions',
    seeds: [
      'touches("src/**") and not (label("a b") or steps.review.count >= 2.5)',
      "steps.plan.risk == 'high'",
    ],
    parse: text => {
      const read = parseCondition(text.slice(0, 300));
      const facts = { labels: ['a b'], touched: {}, field: () => 2 };
      if (read.ok) holds(read.condition, facts);
    },
  },
  {
    name: 'requirements.yaml',
    seeds: [
      'title: t\ntasks:\n  - { id: a, title: A }\n  - { id: b, title: B, needs: [a], group: g, service: s }\n',
      'title: t\nconcurrency: 2\nlimits: { groups: { g: 1 }, services: { s: 1 } }\ntasks:\n  - id: c\n    title: C\n    acceptance: [x]\n    issue: 3\n',
    ],
    parse: text => {
      const read = parseYaml('requirements.yaml', text, BacklogFile);
      if (read.ok) planOf(read.value);
    },
  },
  {
    name: 'roles of a repository',
    seeds: [
      '---\nname: writer\ndescription: Writes.\nextends: author\ntools: [read]\n---\nWrite the documents.\n',
      '---\nname: writer\nextends: reviewer\nbudget: { wallMs: 1 }\n--- \r\nx',
    ],
    parse: text => parseOwnRole('writer', Buffer.from(text), profiles),
  },
  {
    name: 'what people wrote',
    seeds: ['# A\n<!-- hidden -->\u200b\n\u{e0041}b\n```\n<!-- kept -->\n```\n', '<!--\n--!><!-->'],
    parse: text => [shownMarkdown(stripInvisible(text).text.slice(0, 500)), certainlyShown(text)],
  },
  {
    name: 'patches',
    seeds: [
      'diff --git a/a.js b/a.js\nindex 1..2 100644\n--- a/a.js\n+++ b/a.js\n@@ -1,2 +1,2 @@ f\n a\n-b\n+c\n',
      'diff --git "a/\\303\\244" "b/\\303\\244"\nrename from x\nrename to y\nBinary files a/x and b/y differ\n',
    ],
    parse: text => [diffFiles(text), splitDiff(text), shownLines(text)],
  },
  detected(
    'package.json',
    '{"scripts":{"test":"vitest","lint":"eslint ."},"packageManager":"pnpm@9","workspaces":["a/*"]}',
  ),
  detected(
    'pyproject.toml',
    '[project]\nname = "a"\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n[tool.ruff]\nline-length = 1\n',
    "[build-system]\nrequires = ['uv']\n[[tool.uv.index]]\nurl = 'x'\n",
  ),
  detected('Makefile', '.PHONY: test\ntest: build\n\tgo test ./...\nlint check:\n\tx\n'),
  detected(
    'pom.xml',
    '<project><dependencies><dependency>junit</dependency></dependencies></project>',
  ),
  detected('build.gradle', "plugins { id 'java' }\ndependencies { testImplementation 'junit' }\n"),
  detected('Gemfile', "source 'https://rubygems.org'\ngem 'rspec'\n"),
  detected(
    'composer.json',
    '{"scripts":{"test":"phpunit","lint":["a","b"]},"require-dev":{"a":"1"}}',
  ),
  detected('deno.jsonc', '{"tasks":{"test":"deno test"}, /* c */ "fmt":{},}'),
];
