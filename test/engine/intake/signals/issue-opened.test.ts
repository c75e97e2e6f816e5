/** An issue that somebody opened: triaged where the default branch asks for it, by agents that only read. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Person } from '../../../../src/core/actor.ts';
import { labelsToSet } from '../../../../src/core/handover/triage.ts';
import { streamName, taskStream } from '../../../../src/core/stream.ts';
import { loadFolded } from '../../../../src/engine/handle.ts';
import { onCall } from '../../../../src/engine/intake/commands/command.ts';
import { onIssueOpened } from '../../../../src/engine/intake/signals/issue-opened.ts';
import { performEffect } from '../../../../src/engine/perform/perform.ts';
import { CONFIG_PATH } from '../../../../src/engine/policies/rule-files.ts';
import { asTask } from '../../../../src/engine/streams.ts';
import { issue, MONA, REPOSITORY, RHEA } from '../../github.ts';
import { openServices, type TestServices } from '../../test-services.ts';

let services: TestServices;
beforeAll(async () => {
  const opened = await openServices();
  services = { ...opened, queue: { ...opened.queue, add: async () => {} } };
});
afterAll(() => services.close());

let repository = REPOSITORY;
beforeEach(async () => {
  const id = repository.id + 1;
  repository = { ...REPOSITORY, id, installation: id };
  services.github.issues.clear();
  await services.remote.commit({ [CONFIG_PATH]: 'triage: { labels: [bug, docs] }\n' });
});

let guids = 0;
const opened = (number: number, by: Person = RHEA, labels: string[] = []): Promise<string> => {
  services.github.issues.set(number, {
    ...issue(number),
    author: { ...by, role: 'read' as const },
    labels,
  });
  return onIssueOpened(
    { ...services, delivery: `opened-${++guids}` },
    { by: { ...by, type: 'User' }, repository, issue: number, command: null },
  );
};
const rows = () => services.tasks.list({ repositoryId: repository.id });

it('makes one task, for which nobody but the repository answers', async () => {
  expect(await opened(5)).toMatch(/^created task /);
  expect(await opened(5)).toMatch(/^repeated task /);
  const [row] = await rows();
  expect(row).toMatchObject({ origin: 'opened', originKey: '#5', command: 'triage', issue: 5 });
  const stream = taskStream(row?.id ?? '');
  const job = { stream: streamName(stream), key: 'decide:task.start:task' };
  await performEffect(services, job, new AbortController().signal);
  const { state } = asTask(await loadFolded(services.log, stream));
  expect(state).toMatchObject({
    status: 'active',
    taint: [{ by: RHEA }],
    decisions: [{ policies: ['admit-triage'] }],
  });
});

it.each([
  ['asks for it', 'commands: {}\n', 'the default branch does not ask for it'],
  ['can be read', 'triage: { labels: [bug, agent:fix] }\n', 'line 1: .*triage sets none of these'],
])('makes none where nothing on the default branch %s', async (_, config, why) => {
  await services.remote.commit({ [CONFIG_PATH]: config });
  expect(await opened(5)).toMatch(new RegExp(`^not triaged: .*${why}`));
  expect(await rows()).toEqual([]);
});

it('makes none where a label commands already: that is what its author wants', async () => {
  expect(await opened(5, MONA, ['Agent:fix'])).toBe('not triaged: a label on it commands');
});

it('makes five a day of one stranger, and nobody is answered', async () => {
  const notes = [];
  for (let number = 1; number <= 50; number += 1) notes.push(await opened(number));
  expect(notes.filter(note => note.startsWith('created'))).toHaveLength(5);
  expect(new Set(notes.slice(5))).toEqual(new Set([`not triaged: ${RHEA.login} opens too many`]));
  expect(services.github.written).toEqual([]);
  // Nobody else is kept out by it.
  expect(await opened(51, MONA)).toMatch(/^created/);
});

it('gives way to what somebody with write access wants done of it', async () => {
  await opened(5);
  const [triage] = await rows();
  const call = (name: 'explain' | 'triage', by: Person, delivery: string) =>
    onCall(
      { ...services, delivery },
      {
        kind: 'command',
        key: null,
        commands: [{ name, text: '' }],
        by: { ...by, type: 'User' },
        repository,
        issue: 5,
        isPull: false,
        label: null,
        target: { kind: 'issue_comment', number: 5, id: 1 },
        said: null,
      },
    );
  await call('triage', MONA, 'again');
  expect(await rows()).toMatchObject([{ id: triage?.id, open: true }]);
  expect(await call('explain', MONA, 'wanted')).toMatch(/^created task /);
  expect(await rows()).toMatchObject([
    { command: 'explain', open: true },
    { id: triage?.id, open: false },
  ]);
});

it('labels are spelt as they are listed, each once', () => {
  const labels = ['BUG', ' bug', 'urgent', 'docs'];
  expect(labelsToSet({ labels }, ['Bug', 'docs'])).toEqual(['Bug', 'docs', 'urgent']);
});
