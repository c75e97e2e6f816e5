/** Texts of policy by others: read in a process of their own, which they may end, and no other. */
import { readdir, readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { askIsolated, IsolatedStopped } from '../../src/engine/policies/isolated/isolated.ts';
import { readIsolated } from '../../src/engine/policies/isolated/read-rules.ts';
import { CONFIG_PATH, POLICY_PATH } from '../../src/engine/policies/rule-files.ts';
import { rulesOn } from '../../src/engine/policies/rules.ts';
import { cedarTraps } from '../../src/policy/cedar.ts';
import { decide } from '../../src/policy/decide.ts';
import { STARTER, starter, TASK, WRITE } from '../policy/starter.ts';

const deployment = starter();
const OURS = { installation: 7 };
const policy = (text: string) =>
  readIsolated({ config: null, policy: { path: POLICY_PATH, from: null, text } }, OURS);
const configuration = (text: string) =>
  readIsolated({ config: { path: CONFIG_PATH, from: null, text }, policy: null }, OURS);
const forbid = (condition: string): string =>
  `@id("mine") @reason("No.") forbid (principal, action == Action::"file.write", resource) when { ${condition} };`;

const before = cedarTraps().count;
afterEach(() => {
  // The engine that decides was given none of it, and decides.
  expect(cedarTraps().count).toBe(before);
  expect(decide(deployment, TASK).outcome).toBe('allow');
});

describe('what can not be used is a fault, and forbids', () => {
  it.each([
    [
      'nested parentheses',
      () => policy(forbid(`${'('.repeat(200)}true${')'.repeat(200)}`)),
      /stopped/,
    ],
    [
      'many alternatives',
      () => policy(forbid(Array(60).fill('context.mode == "live"').join(' || '))),
      /nested too deeply/,
    ],
    [
      'very many terms',
      () => policy(forbid(`[${'1,'.repeat(9_000)}1].contains(2)`)),
      /at most 5000 are allowed/,
    ],
    [
      'long patterns',
      () => policy(forbid(`resource.path like "${'a'.repeat(3_000)}*"`)),
      /at most 2000 are allowed/,
    ],
    [
      'nested YAML',
      () => configuration(`limits: ${'['.repeat(30_000)}`),
      /nested too deeply|must/i,
    ],
  ])('%s', async (_name, read, message) => {
    const { set, faults } = rulesOn(deployment, await read());
    expect(faults[0]?.message).toMatch(message);
    expect(decide(set, TASK)).toMatchObject({ outcome: 'deny', policies: ['repository:faulty'] });
  });
});

it('a row of paths in the configuration is no depth', async () => {
  const paths = Array.from({ length: 100 }, (_, at) => `  - src/part-${at}`);
  const { set, faults } = rulesOn(
    deployment,
    await configuration(`scopes:\n  never:\n${paths.map(path => `  ${path}`).join('\n')}\n`),
  );
  expect(faults).toEqual([]);
  const path = (name: string) => ({ ...WRITE, resource: { kind: 'path' as const, path: name } });
  expect(decide(set, path('src/part-99/a.ts'))).toMatchObject({
    outcome: 'deny',
    policies: ['configuration:scope-never'],
  });
  expect(decide(set, path('src/other.ts')).outcome).toBe('allow');
});

it('what takes too long is stopped, and what is asked after it is answered', async () => {
  const slow = askIsolated('check', STARTER, 7, 1);
  const next = policy(forbid('resource.path like "docs/*"'));
  await expect(slow).rejects.toThrow(IsolatedStopped);
  await expect(slow).rejects.toThrow('it took longer than 0.001 s');
  expect((await next).checked.ok).toBe(true);
});

it('what one has read keeps nobody else waiting for more than one text', async () => {
  const answered: string[] = [];
  const asked = (installation: number, times: number) =>
    Array.from({ length: times }, async (_, n) => {
      await askIsolated('check', [{ name: `${n}`, text: forbid('true') }], installation);
      answered.push(`${installation}`);
    });
  await Promise.all([...asked(1, 6), ...asked(2, 1), ...asked(3, 1)]);
  expect(answered.indexOf('2')).toBeLessThanOrEqual(2);
  expect(answered.indexOf('3')).toBeLessThanOrEqual(3);
});

describe('what ends the process', () => {
  const texts = { config: null, policy: { path: POLICY_PATH, from: null, text: forbid('true') } };
  /** Reads a text whose process is ended while it does. */
  async function endedBy(signal: NodeJS.Signals) {
    await askIsolated('rules', texts, 7);
    const pids = await isolatedProcesses();
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    const asked = askIsolated('rules', texts, 7);
    asked.catch(() => {});
    // It is asked by then, and ends before it goes on.
    await setImmediate();
    for (const pid of pids) process.kill(pid, signal);
    for (const pid of pids) if (signal !== 'SIGKILL') process.kill(pid, 'SIGCONT');
    return asked;
  }

  it('from outside is no fault of the text, which is read when it is asked again', async () => {
    const ended = await endedBy('SIGKILL').catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(Error);
    expect(ended).not.toBeInstanceOf(IsolatedStopped);
    expect(ended).toMatchObject({ message: expect.stringContaining('SIGKILL') });
    expect((await askIsolated('rules', texts, 7)).checked.ok).toBe(true);
  });

  it('as an engine without memory ends is the fault of the text', async () => {
    await expect(endedBy('SIGABRT')).rejects.toThrow(IsolatedStopped);
  });

  it('before it is there is no fault of the text, and is not remembered', async () => {
    await expect(endedBy('SIGKILL')).rejects.toThrow('its process ended');
    const { PATH } = process.env;
    const read = () => policy(forbid('context.mode == "live"'));
    process.env.PATH = '/nowhere';
    try {
      await expect(read()).rejects.toThrow("its process can't be started");
    } finally {
      process.env.PATH = PATH;
    }
    expect((await read()).checked.ok).toBe(true);
  });
});

/** Those that this process has started. */
async function isolatedProcesses(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async pid => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
      const isOurs = new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(await read('status'));
      return isOurs && /isolated.process/.test(await read('cmdline')) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

it('decides there as it does here', async () => {
  const policies = [
    ...STARTER,
    {
      name: POLICY_PATH,
      text: forbid('resource.path like "docs/*"'),
      origin: 'repository' as const,
    },
  ];
  const facts = { ...WRITE, resource: { kind: 'path' as const, path: 'docs/a.md' } };
  const { set } = rulesOn(deployment, await policy(forbid('resource.path like "docs/*"')));
  const there = await askIsolated('decide', { policies, facts }, 7);
  expect(there).toMatchObject({ outcome: 'deny', policies: ['repository:mine'] });
  expect(there.policies).toEqual(decide(set, facts).policies);
});
