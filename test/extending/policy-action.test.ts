/**
 * The recipe "A policy action" of docs/extending.md, followed on a copy of the tree: an agent asks
 * before it installs a package. Seven files are edited; the compiler and the packs' own tests accept it.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** What each file gets: text after the first place where the anchor is. */
const EDITS: { file: string; edits: [after: string, text: string][] }[] = [
  {
    file: 'src/core/decision.ts',
    edits: [
      ["  'mcp.call',\n", "  'package.install',\n"],
      ["  'mcp.call': 'act',\n", "  'package.install': 'act',\n"],
    ],
  },
  {
    file: 'src/core/action-words.ts',
    edits: [
      [
        "  'mcp.call': { words: 'call the tool', on: true },\n",
        "  'package.install': { words: 'install', on: true },\n",
      ],
    ],
  },
  {
    file: 'src/policy/actions/calls.ts',
    edits: [
      [
        '  fork: z.boolean().optional(),\n};\n',
        `
const PackageResource = z.strictObject({ kind: z.literal('package'), name: z.string().min(1) });
const packages: ResourceKind<z.infer<typeof PackageResource>> = {
  resource: ({ name }) => plainEntity('Package', name),
  read: ({ on = 'left-pad' }) => ({ kind: 'package', name: on }),
};
`,
      ],
      ['export const CALL_RESOURCES = {', ' package: packages,'],
      [
        "  question('mcp.call', ToolResource, CallContext),\n",
        "  question('package.install', PackageResource, CallContext),\n",
      ],
    ],
  },
  {
    file: 'src/engine/facts/agent-question.ts',
    edits: [
      [
        "z.discriminatedUnion('action', [\n",
        "  z.strictObject({ ...AgentCall, action: z.literal('package.install'), package: Text }),\n",
      ],
      [
        'const one = (part: OwnFacts): QuestionParts => ({ parts: [part], line: null });\n  switch (question.action) {\n',
        `    case 'package.install': {
      const { action, package: name } = question;
      return one({ action, resource: { kind: 'package', name }, context });
    }
`,
      ],
      [
        'export function lineOf(question: AgentQuestion | ModelQuestion, cut = firstPart): string {\n  switch (question.action) {\n',
        "    case 'package.install':\n      return question.package;\n",
      ],
    ],
  },
  {
    file: 'policies/schema.cedarschema',
    edits: [
      ['entity McpServer;\n', '\n// A package, by its name.\nentity Package;\n'],
      [
        'action "mcp.call" appliesTo { principal: AgentProfile, resource: Tool, context: CallContext };\n',
        'action "package.install" appliesTo { principal: AgentProfile, resource: Package, context: CallContext };\n',
      ],
    ],
  },
  {
    file: 'policies/base/act.cedar',
    edits: [
      [
        '// `file.write` is asked again for every path of a change at accept and at merge.\n',
        `@id("install-trusted")
@reason("T3 installs packages, but for one.")
permit (
  principal,
  action == Action::"package.install",
  resource
)
when { principal.trust >= 3 && resource != Package::"left-pad" };

`,
      ],
    ],
  },
  {
    file: 'policies/base/base.test.yml',
    edits: [
      [
        '  # ── act ──\n',
        `  - it: T3 installs a package
    action: package.install
    trust: T3
    on: zod
    expect: allow
    policies: [install-trusted]
  - it: but not this one
    action: package.install
    trust: T3
    expect: deny
`,
      ],
    ],
  },
];

/** Asks as an agent does, and prints what the packs and the question come to. */
const PROBE = `
import { askedBy, readQuestion } from './src/engine/facts/agent-question.ts';
import { examine, testTables } from './src/engine/policies/examine.ts';
import { decide } from './src/policy/decide.ts';
import { factsFromShorthand } from './src/policy/facts-shorthand.ts';
const packs = ['base', 'starter', 'startup', 'open-source', 'regulated'];
const failed = [];
for (const pack of packs) {
  const examined = await examine('policies/' + pack, 'policies/starter');
  if (!examined.ok) throw new Error(JSON.stringify(examined.faults));
  for (const { rows } of await testTables('policies/base', examined.set))
    failed.push(...rows.filter(row => !row.ok).map(row => [pack, row.it, row.problems]));
}
const starter = await examine('policies/starter', 'policies/starter');
const read = readQuestion({ action: 'package.install', package: 'zod' });
const asked = askedBy(read.question, { step: 'author', executor: { kind: 'agent' } });
const [own] = asked.parts;
const { facts } = factsFromShorthand({ action: 'package.install', trust: 'T3', on: 'zod' });
const { gate, outcome, policies, resource } = decide(starter.set, { ...facts, resource: own.resource });
console.log(JSON.stringify({ failed, gate, outcome, policies, resource }));
`;

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'policy-action-'));
  for (const folder of ['src', 'policies'])
    await cp(join(root, folder), join(copy, folder), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json'])
    await cp(join(root, file), join(copy, file));
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const { file, edits } of EDITS) {
    let text = await readFile(join(copy, file), 'utf8');
    for (const [after, added] of edits) {
      const at = text.indexOf(after);
      if (at < 0) throw new Error(`${file} has no ${JSON.stringify(after)}: the recipe is stale`);
      text = text.slice(0, at + after.length) + added + text.slice(at + after.length);
    }
    await writeFile(join(copy, file), text);
  }
});
afterAll(() => rm(copy, { recursive: true, force: true }));

it('costs seven files', () => {
  expect(EDITS.map(({ file }) => file)).toHaveLength(7);
});

it('is accepted by the compiler, which knows every place that has to know an action', async () => {
  const config = {
    extends: './tsconfig.json',
    include: [],
    files: [
      'src/policy/explain.ts',
      'src/policy/table.ts',
      'src/engine/facts/collect.ts',
      'src/engine/attempt/asking/act.ts',
    ],
  };
  await writeFile(join(copy, 'tsconfig.recipe.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '--noEmit', '-p', 'tsconfig.recipe.json'];
  const { stdout } = await run(process.execPath, args, { cwd: copy }).catch(error => error);
  expect(stdout).toBe('');
});

it('is decided at its gate by the base of every pack, from what an agent asks', async () => {
  await writeFile(join(copy, 'probe.ts'), PROBE);
  const { stdout } = await run(process.execPath, ['probe.ts'], { cwd: copy });
  expect(JSON.parse(stdout)).toEqual({
    failed: [],
    gate: 'act',
    outcome: 'allow',
    policies: ['install-trusted'],
    resource: 'zod',
  });
});
