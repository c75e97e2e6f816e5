/** `gatehouse submit`: the same call as over HTTP, checked before anything is reached. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Services } from '../../src/cli/services.ts';
import { submit as submitFile } from '../../src/cli/submit.ts';
import type { CallOutcome } from '../../src/engine/intake/calls/call-outcome.ts';
import type { SubmittedBacklog } from '../../src/engine/intake/calls/submit-backlog.ts';
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

it('takes one key, and tells the one that it made where nobody answered', async () => {
  const made = { outcome: 'created', task: '42-call-1' } as const;
  const { out, code, given } = await submit(CALL, made, '--key', 'another');
  expect({ out, code, given }).toMatchObject({ code: 1, given: [] });
  expect(out).toContain('/key: is another one than --key');
  const away = async () => {
    throw new Error('It is away.');
  };
  const failed = async (content: string) => {
    const file = join(folder, 'task.json');
    await writeFile(file, content);
    const said: string[] = [];
    const output = { out: () => {}, err: (text: string) => void said.push(text), exit: () => {} };
    const options = { json: false, project: 'shell', untrusted: false };
    const submitted = submitFile({ submit: away, submitBacklog: away }, output, file, options);
    await expect(submitted).rejects.toThrow('It is away.');
    return said.join('');
  };
  expect(await failed(CALL.replace(', "key": "k"', ''))).toMatch(/--key [0-9a-f-]{36},/);
  expect(await failed(CALL)).toBe('');
});

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

it('hands over a backlog, and names its faults with their lines', async () => {
  const file = join(folder, 'backlog.yaml');
  const submitted = async (content: string, outcome: SubmittedBacklog | null) => {
    await writeFile(file, content);
    const given: Parameters<Services['submitBacklog']>[] = [];
    const submitBacklog: Services['submitBacklog'] = async (...backlog) => {
      given.push(backlog);
      if (outcome === null) throw new Error('it was to be refused before');
      return outcome;
    };
    const args = ['submit', file, '--key', 'k', '--project', 'releases'];
    return { ...(await runProgram(args, { submitBacklog })), given };
  };
  const content = 'repository: acme/shop\ntitle: Billing\ntasks:\n  - { id: a, title: A }\n';
  const asks = { outcome: 'created', backlog: '42-5', tracking: 5, asks: true } as const;
  const { out, given } = await submitted(content, asks);
  expect(out).toMatch(/Backlog 42-5 reports on #5.*\n.*\/agent approve/);
  expect(given).toMatchObject([
    [
      { repository: 'acme/shop', title: 'Billing', tasks: [{ id: 'a' }] },
      { key: 'k', caller: { requester: { kind: 'token', project: 'releases' } } },
    ],
  ]);
  const circle = `${content}    needs: [a]\n`.replace('{ id: a, title: A }', 'id: a\n    title: A');
  expect(await submitted(circle, null)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/backlog\.yaml:6.*circle: a → a/),
  });
  const elsewhere: SubmittedBacklog = {
    outcome: 'refused',
    pointer: '/repository',
    reasons: ['Not here.'],
  };
  expect((await submitted(content, elsewhere)).out).toContain('/repository: Not here.');
});

it.each([
  ['{"repository": "acme/shop",\n"command": 7, "title": "Red"}', /task\.json:2.*command/],
  ['{"repository": "acme/shop", "command": "fix"}', /names one of issue, title and task/],
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
