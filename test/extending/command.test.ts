/** A command is added as docs/extending.md says: its row in the table, and the graph of its work. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { issue, MONA, REPOSITORY } from '../engine/github.ts';
import { openServices, type TestServices } from '../engine/test-services.ts';
import { editedSource } from './edited-source.ts';

const EDITS = {
  'src/core/commands/commands.ts': [
    {
      before: '} satisfies Readonly<Record<string, CommandSpec>>;',
      put: `  docs: {
    usage: '/agent docs',
    description: "Runs the repository's tests for its documents.",
    arguments: Nothing,
    takesAll: false,
    places: ['issue'],
    role: 'write',
    does: { kind: 'task', graph: 'docs' },
    label: true,
  },
`,
    },
  ],
  'src/core/graph/graphs.ts': [
    {
      before: 'const GRAPHS = {',
      put: `export function docsGraph(commands: Commands): Graph {
  return { ...testGraph(commands), name: 'docs' };
}

`,
    },
    { before: ' fix: { build', put: " docs: { build: docsGraph, runs: 'test' }," },
  ],
};

let source: Awaited<ReturnType<typeof editedSource>>;
let services: TestServices;
beforeAll(async () => {
  [source, services] = await Promise.all([editedSource(EDITS), openServices()]);
});
afterAll(async () => {
  await services.close();
  await source.remove();
});
const load = (path: string) => import(join(source.folder, path));

test('costs two files', () => expect(Object.keys(EDITS)).toHaveLength(2));

test('it is found in a comment, checked by its row, and listed', async () => {
  const { findCommands } = await load('src/adapters/github/triggers/find-commands.ts');
  const { renderReply } = await load('src/adapters/github/surfaces/reply.ts');
  expect(findCommands('/agent docs', 'issue')).toEqual({
    commands: [{ name: 'docs', text: '' }],
  });
  expect(findCommands('/agent docs now', 'issue').problem.problem).toBe('it takes no arguments');
  expect(findCommands('/agent docs', 'pull').problem.problem).toBe('it works on issues only');
  expect(findCommands('/agent dosc', 'issue').problem.nearest).toBe('docs');
  expect(renderReply({ code: 'help' }, 'key')).toContain(
    '| `/agent docs`, or the label `agent:docs` | ',
  );
});

test('it starts a task with its graph', async () => {
  await services.remote.commit({ '.github/gatehouse.yml': 'commands:\n  test: [node, test.js]\n' });
  const { onCall } = await load('src/engine/intake/commands/command.ts');
  const call = {
    kind: 'command',
    key: null,
    commands: [{ name: 'docs', text: '' }],
    by: { ...MONA, type: 'User' },
    repository: REPOSITORY,
    issue: 1,
    isPull: false,
    target: { kind: 'issue', number: 1 },
    label: null,
    said: null,
  };
  services.github.issues.set(1, issue(1));
  expect(await onCall({ ...services, delivery: 'guid-1' }, call)).toMatch(/^created task /);
  const [task] = await services.tasks.list({ repositoryId: REPOSITORY.id, issue: 1, limit: 1 });
  const [created] = await Array.fromAsync(
    services.log.read({ kind: 'task', id: task?.id ?? 'none' }),
  );
  expect(created?.data).toMatchObject({ command: 'docs', graph: { name: 'docs' } });
});
