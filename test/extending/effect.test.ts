/** An effect with an outcome of its own is added as docs/extending.md says: four files. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GATEHOUSE } from '../../src/core/actor.ts';
import { HISTORY } from '../core/task/given.ts';
import { openServices, type TestServices } from '../engine/test-services.ts';
import { editedSource } from './edited-source.ts';

/** Once the pull request is open, the issue gets a reaction; the log says so. */
const EDITS = {
  // What is done, its key, and the event that says it was done.
  'src/core/task/events/recorded.ts': [
    {
      before: " { kind: 'mark_ready'; run: string }",
      put: " { kind: 'mark_issue'; issue: number } |",
    },
    {
      before: '  show: (surface',
      put: "  markIssue: (issue: number) => ['mark', issue].join(':'),\n",
    },
    {
      before: "  eventSchema('pull.readied', 1,",
      put: "  eventSchema('issue.marked', 1, { issue: z.number().int() }),\n",
    },
  ],
  // What the event changes.
  'src/core/task/evolve/evolve.ts': [
    { before: "    case 'secret.used':", put: "    case 'issue.marked':\n" },
  ],
  // When it is done.
  'src/core/task/react/react.ts': [
    {
      before: "    case 'pull.readied':",
      put: `    case 'pull.opened': {
      const { issue } = createdOf(state);
      return issue === null ? [] : [{ kind: 'mark_issue', key: effectKey.markIssue(issue), issue }];
    }
`,
    },
  ],
  // How it is done.
  'src/engine/perform/perform.ts': [
    {
      before: '  clean_up: ofTask(cleanUp),',
      put: `  mark_issue: ofTask(async ({ deps, folded, effect, guard }) => {
    const { issue } = effect;
    const { repository } = createdOf(folded.state);
    await guard.check();
    await deps.github.writes.acknowledge(repository, { kind: 'issue', number: issue });
    return { type: 'record', event: { type: 'issue.marked', v: 1, data: { issue } } };
  }),
`,
    },
    {
      before: "import type { ConcurrencyLimit } from '../concurrency-limit.ts';",
      put: "import { createdOf } from '../../core/task/state/state.ts';\n",
    },
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

test('costs four files', () => expect(Object.keys(EDITS)).toHaveLength(4));

test('it is opened, performed and recorded, and settled by its event', async () => {
  const [{ createHandle, loadFolded }, { performEffect }] = await Promise.all([
    load('src/engine/handle.ts'),
    load('src/engine/perform/perform.ts'),
  ]);
  const stream = { kind: 'task' as const, id: 't1' };
  const handle = createHandle({ ...services, appended: async () => {} });
  for (const command of HISTORY.published)
    expect(await handle({ stream, command, actor: GATEHOUSE })).toMatchObject({ ok: true });
  const open = async () => (await loadFolded(services.log, stream)).open;
  expect(await open()).toContainEqual(
    expect.objectContaining({ kind: 'mark_issue', key: 'mark:1', issue: 1 }),
  );

  const job = { stream: 'task/t1', key: 'mark:1' };
  await performEffect({ ...services, handle }, job, new AbortController().signal);
  expect(services.github.written).toContainEqual(
    expect.objectContaining({ kind: 'acknowledge', target: { kind: 'issue', number: 1 } }),
  );
  const events = await services.events(stream);
  expect(events.at(-1)).toMatchObject({
    type: 'issue.marked',
    v: 1,
    data: { issue: 1 },
    settles: { key: 'mark:1' },
  });
  expect(await open()).not.toContainEqual(expect.objectContaining({ key: 'mark:1' }));
});
