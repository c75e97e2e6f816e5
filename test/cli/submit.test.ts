/** `gatehouse submit`: the same call as over HTTP, checked before anything is reached. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Services } from '../../src/cli/services.ts';
import type { CallOutcome } from '../../src/engine/intake/call.ts';
import { runProgram } from './run-program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gh-submit-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function submit(content: string, outcome: CallOutcome | null, ...options: string[]) {
  const file = join(folder, 'task.json');
  await writeFile(file, content);
  const given: Parameters<Services['submit']>[] = [];
  const take: Services['submit'] = async (...call) => {
    given.push(call);
    if (outcome === null) throw new Error('it was to be refused before');
    return outcome;
  };
  const said = await runProgram(['submit', file, ...options], { submit: take });
  return { ...said, given };
}

const CALL = '{"repository": "acme/shop", "command": "fix", "title": "Red", "key": "k"}';

it('calls like a token for its project, and never as a person', async () => {
  const made = { outcome: 'created', task: '42-call-1' } as const;
  const { out, code, given } = await submit(CALL, made, '--project', 'releases');
  expect({ out, code }).toMatchObject({ code: 0, out: expect.stringContaining('42-call-1') });
  expect(given).toEqual([
    [
      { repository: 'acme/shop', command: 'fix', title: 'Red', key: 'k', text: '', body: '' },
      {
        caller: {
          requester: { kind: 'token', id: expect.stringMatching(/^shell:/), project: 'releases' },
          repositories: null,
          commands: expect.not.arrayContaining(['approve']),
          trusted: true,
        },
        key: 'k',
      },
    ],
  ]);
});

it.each([
  ['{"repository": "acme/shop",\n"command": 7, "title": "Red"}', /task\.json:2.*command/],
  ['{"repository": "acme/shop", "command": "fix"}', /either an issue or a title/],
  ['{"command": "fix",\n"command": "test"}', /task\.json:2/],
  ['{"repository": ', /task\.json:1/],
])('%j is refused with the line', async (content, said) => {
  const { out, code } = await submit(content, null);
  expect(out).toMatch(said);
  expect(code).toBe(1);
});

it('says why it was refused', async () => {
  const { out, code } = await submit(CALL, {
    outcome: 'refused',
    why: 'unusable',
    pointer: '/repository',
    reasons: ['The App is not installed there.'],
  });
  expect(out).toContain('/repository: The App is not installed there.');
  expect(code).toBe(1);
});
