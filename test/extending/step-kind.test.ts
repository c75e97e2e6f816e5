/** A step with a purpose of its own is added as docs/extending.md says: a purpose and its place in a graph. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StepSpec } from '../../src/core/graph/graph.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { changed, created, decided, NOW, ran } from '../core/task/given.ts';
import { editedSource } from './edited-source.ts';

const EDITS = {
  'src/core/graph/graph.ts': [
    {
      before: '  /** Reads the change and reports. */',
      put: "  /** Looks for known vulnerabilities in what is depended on. */\n  'audit',\n",
    },
    { before: "'gate']),", put: "'audit', " },
  ],
  'src/core/graph/graphs.ts': [
    {
      before: "    testGate(['lint']),\n    ...ending",
      put: "    command('audit', 'audit', ['author'], { purpose: 'audit' }),\n",
    },
  ],
};

const commands = { test: ['npm', 'test'], audit: ['npm', 'audit'] };

let source: Awaited<ReturnType<typeof editedSource>>;
beforeAll(async () => {
  source = await editedSource(EDITS);
});
afterAll(() => source.remove());
const load = (path: string) => import(join(source.folder, path));

test('costs two files', () => expect(Object.keys(EDITS)).toHaveLength(2));

test('it stands in the graph, is queued after what it needs, and shown with its purpose', async () => {
  const [{ fixGraph }, { task }, { fold, parseEvent, start }, { viewOf }] = await Promise.all([
    load('src/core/graph/graphs.ts'),
    load('src/core/task/decider.ts'),
    load('src/engine/streams.ts'),
    load('src/core/task/views/view.ts'),
  ]);
  const graph = fixGraph(commands);
  let folded = start('task');
  const tell = (command: TaskCommand) => {
    const result = task.decide(folded.state, command, { now: NOW, jitter: 0, effect: null });
    expect(result).toMatchObject({ ok: true });
    for (const event of result.events) {
      const stored = {
        ...event,
        stream: { kind: 'task', id: 't' },
        seq: folded.version + 1,
        at: NOW,
        settles: null,
        hash: '',
      };
      folded = fold(folded, stored, parseEvent(stored));
    }
  };
  tell(created({ graph }));
  tell(decided('task.start', 'allow'));
  for (const command of [...ran('reproduce-1-1'), ...changed('author-1-1', 'b')]) tell(command);
  expect(graph.steps.find(({ id }: StepSpec) => id === 'audit')).toMatchObject({
    kind: 'command',
    purpose: 'audit',
    needs: ['author'],
  });
  const { steps } = viewOf('t', folded);
  expect(steps.find(({ id }: { id: string }) => id === 'audit')).toMatchObject({
    purpose: 'audit',
    status: 'active',
    run: { run: 'audit-1-1', state: 'queued' },
  });
});
