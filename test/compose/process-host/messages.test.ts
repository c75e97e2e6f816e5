import { fork } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  assertMethod,
  KNOWN_ERRORS,
  knownErrorIn,
} from '../../../src/compose/process-host/messages.ts';
import { temporaryFolder } from '../../adapters/sandbox/temporary-folder.ts';

const PROCESS = join(import.meta.dirname, '../../../src/compose/process-host/process.ts');

test('a method that does not exist is refused here', () => {
  expect(() => assertMethod('workspaces.runs')).not.toThrow();
  for (const method of ['workspaces.destroy', 'toString', ''])
    expect(() => assertMethod(method)).toThrow(`The process host has no method ${method}.`);
});

test('an error that the engine acts upon is named as what it is, and no other', () => {
  for (const [name, known] of Object.entries(KNOWN_ERRORS))
    expect(knownErrorIn(new known('why'))).toBe(name);
  for (const other of [new Error('why'), 'why', null]) expect(knownErrorIn(other)).toBeNull();
});

test('a method that does not exist is refused by the process', async () => {
  const stateDir = await temporaryFolder();
  const options = JSON.stringify({ workspaces: { stateDir }, sandbox: { stateDir } });
  const child = fork(PROCESS, [options], { execArgv: [], serialization: 'advanced' });
  const replies = new Promise<unknown>(resolve => child.once('message', resolve));
  child.send({ id: 1, method: 'workspaces.destroy', args: [] });
  expect(await replies).toEqual({
    id: 1,
    ok: false,
    problem: 'The process host has no method workspaces.destroy.',
    name: null,
  });
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.disconnect();
  await ended;
});
