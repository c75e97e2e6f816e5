/** What the App's webhook and a machine's figures mean to `gatehouse doctor`. */
import { describe, expect, it } from 'vitest';
import { clockState, diskState, toolsState } from '../../../src/compose/doctor/check-machine.ts';
import { webhookState } from '../../../src/compose/doctor/check-webhook.ts';

const NOW = new Date('2026-11-28T12:00:00Z');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);
const delivery = (ok: boolean, hours: number) => ({
  event: 'issues',
  at: hoursAgo(hours),
  ok,
  status: ok ? '202 OK' : '502 Bad Gateway',
});
const URL = 'https://gatehouse.example.com/api/github/webhooks';
const NOBODY = 'https://gatehouse.invalid/api/github/webhooks';
const settings = 'https://github.com/settings/apps/gatehouse';

describe('the webhook', () => {
  it.each([
    ['it has no address', null, [], 1],
    ['nothing was delivered to gatehouse.example.com', URL, [], 1],
    ['no delivery to gatehouse.example.com', URL, [delivery(false, 1), delivery(false, 2)], 9],
  ] as const)('%s', (problem, url, deliveries, installed) => {
    const circumstances = {
      deliveries: 'webhook',
      installedAt: hoursAgo(installed),
      settings,
    } as const;
    const state = webhookState({ url, deliveries: [...deliveries] }, circumstances, NOW);
    expect(state).toMatchObject({
      problem: expect.stringContaining(problem),
      remediation: expect.stringContaining(`Under ${settings} set the webhook to https://`),
    });
  });

  it.each([
    ['is not known where the log is too short', URL, [], 100, 'is not known'],
    ['was away for a while', URL, [delivery(false, 1), delivery(true, 2)], 9, 'failed (issues at'],
    ['works', URL, [delivery(true, 1)], 9, 'the latest delivery arrived (issues at'],
    [
      'reaches nobody on purpose',
      NOBODY,
      [delivery(false, 1)],
      9,
      'with GATEHOUSE_DELIVERIES=log every few seconds',
    ],
  ] as const)('%s', (_name, url, deliveries, installed, words) => {
    const circumstances = {
      deliveries: 'webhook',
      installedAt: hoursAgo(installed),
      settings,
    } as const;
    const state = webhookState({ url, deliveries: [...deliveries] }, circumstances, NOW);
    expect(state).toEqual(expect.stringContaining(words));
  });

  it('read from the log needs no address, but must be active', () => {
    const state = (deliveries: ReturnType<typeof delivery>[]) =>
      webhookState(
        { url: NOBODY, deliveries },
        { deliveries: 'log', installedAt: hoursAgo(1), settings },
        NOW,
      );
    expect(state([delivery(false, 1)])).toMatch(
      /^deliveries are read from GitHub's log every 5 s: .*; the latest is issues at .*502/,
    );
    expect(state([])).toMatchObject({
      problem: expect.stringContaining('nothing was delivered to gatehouse.invalid'),
      remediation: expect.stringContaining(`Make it active under ${settings}`),
    });
  });
});

it('a full disk and a wrong clock are faults, each with what to do', () => {
  expect(diskState(5 * 1024 ** 3, '/srv')).toBe('5.0 GiB free at /srv');
  expect(diskState(1024 ** 2, '/srv')).toMatchObject({
    problem: 'only 0.0 GiB free at /srv',
    remediation: expect.stringContaining('GATEHOUSE_STATE_DIR'),
  });
  expect(clockState(400)).toBe("within 1 s of GitHub's");
  expect(clockState(null)).toContain("can't be compared");
  expect(clockState(90_000)).toMatchObject({
    problem: "this machine's clock is 90 s behind GitHub's",
    remediation: expect.stringContaining('timedatectl'),
  });
  expect(clockState(-90_000)).toMatchObject({ problem: expect.stringContaining('ahead of') });
});

it('tools that are missing are named with what installs them', () => {
  const state = toolsState(new Set(['node', 'npm']));
  expect(state.split('\n')[0]).toBe('node, npm');
  expect(state).toContain('go is missing, for repositories that use it: apt-get install golang-go');
});
