/** What a run leaves is read and stored once that can be. */
import { expect, test } from 'vitest';
import { EFFECT } from '../../../src/core/retry.ts';
import { patient } from '../../../src/engine/attempt/patient.ts';
import type { Artifacts } from '../../../src/engine/ports/artifacts.ts';
import type { Logger } from '../../../src/engine/ports/logger.ts';
import { DiskFull, type Workspace, WorkspaceRefused } from '../../../src/engine/ports/workspace.ts';

/** The workspace of a run whose work can't be read so many times. No time passes between two tries. */
function workspaceThat(fails: Error, times: number) {
  let tries = 0;
  const collect = async () => {
    tries += 1;
    if (tries <= times) throw fails;
    return null;
  };
  const deps = {
    artifacts: {} as Artifacts,
    random: () => -0.5,
    logger: { warn() {} } as unknown as Logger,
  };
  const { workspace } = patient(deps, new AbortController().signal);
  return { ...workspace({ collect } as Workspace), tries: () => tries };
}

test('work that the disk has no room to read is read once it has', async () => {
  const { collect, tries } = workspaceThat(new DiskFull('full'), 3);
  expect(await collect()).toBeNull();
  expect(tries()).toBe(4);
});

test('it is given up as late as an effect is', async () => {
  const { collect, tries } = workspaceThat(new DiskFull('full'), 1_000);
  await expect(collect()).rejects.toThrow('full');
  expect(tries()).toBe(EFFECT.limit);
});

test('what is wrong with the work itself is told at once', async () => {
  const { collect, tries } = workspaceThat(new WorkspaceRefused('a device'), 1_000);
  await expect(collect()).rejects.toThrow('a device');
  expect(tries()).toBe(1);
});
